"""Where a call gives an argument that it does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.editing.instances import Instance
from archc.semantics.failures import FAILURES
from archc.semantics.values import Overloaded, Partial
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.architecture import Architecture


def position_of(instance: Instance, name: str, architecture: Architecture) -> int | None:
    """Return the position of a parameter among the arguments of a call, None where only its name will do.

    What the called name of the file has been given already takes no position.
    """
    called = _called(instance, architecture)
    if called is None:
        return None
    free = called.definition.parameters_but(called.argument_names())
    return next((place for place, one in enumerate(free) if one.name == name), None)


def _called(instance: Instance, architecture: Architecture) -> Partial | None:
    """Return what the name in front of the arguments stands for, if it is one of the file or of the library."""
    scope = architecture.file.loaded.scope
    expression = instance.step.expression if instance.step is not None else None
    if scope is None or not isinstance(expression, tree.Call) or not isinstance(expression.callee, tree.Name):
        return None
    try:
        found = scope.find(expression.callee.text)
    except FAILURES:
        return None
    module = found.module if isinstance(found, Overloaded) else found
    return module if isinstance(module, Partial) and module.definition.name == instance.name else None
