"""Blocks and architectures that nothing fixes: looked at with every open parameter and size as a free size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Diagnostic
from archc.semantics.definition import Definition
from archc.semantics.values import Thing
from archc.shapes import symbol
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.semantics.program import Elaborations

OPEN = frozenset({"E210", "E216", "S108"})
"""Findings which say that the block cannot be looked at without values, not that it is wrong."""


def check_standalone(elaborations: Elaborations, definition: Definition) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a definition at all sizes; nothing where it needs values to be looked at."""
    if definition.block.signature is None or definition.is_operator:
        return ()
    arguments = _free_arguments(definition)
    if arguments is None or not definition.inputs:
        return ()
    found = elaborations.run(definition, arguments, place=definition.name, sketch=True).diagnostics
    return () if any(one.code in OPEN for one in found) else found


def _free_arguments(definition: Definition) -> dict[str, Thing] | None:
    """Return symbols for the parameters without a default; None where one takes no number."""
    arguments: dict[str, Thing] = {}
    for parameter in definition.parameters:
        if parameter.default is not None or (parameter.kind and parameter.kind.optional):
            continue
        if not _takes_size(parameter.kind):
            return None
        arguments[parameter.name] = symbol(parameter.name)
    return arguments


def _takes_size(kind: tree.Kind | None) -> bool:
    return kind is None or (kind.name in ("int", "num") and not kind.is_list)
