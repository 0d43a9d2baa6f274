"""Blocks and architectures that nothing fixes: looked at with every open parameter and size as a free size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from archc.semantics.definition import Definition
from archc.semantics.values import Thing
from archc.shapes import symbol
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.semantics.program import Elaboration, Elaborations

OPEN = frozenset({"E210", "S108"})
"""Findings which say that the block cannot be looked at without values, not that it is wrong."""

OPEN_KINDS = frozenset({"E201", "E204", "E211"})
"""Findings that may come of a size standing in for a parameter whose kind is not said."""


def by_itself(elaborations: Elaborations, definition: Definition) -> Elaboration | None:
    """Return a definition elaborated at all sizes, with what is wrong with it; None where it takes more than numbers.

    An architecture without open parameters is looked at as it will be compiled. Of others only what is wrong at any
    values is reported.
    """
    arguments = _free_arguments(definition)
    is_arch = definition.block.kind is tree.BlockKind.ARCH
    is_whole = is_arch and not arguments
    if definition.is_operator or arguments is None or (not definition.inputs and not is_arch):
        return None
    spent = elaborations.spent
    found = elaborations.run(definition, arguments, place=definition.name, sketch=not is_whole, spent=spent)
    if is_whole:
        return found
    unsure = OPEN | (OPEN_KINDS if _any_kind(definition, arguments) else frozenset())
    return replace(found, diagnostics=tuple(one for one in found.diagnostics if one.code not in unsure))


def _any_kind(definition: Definition, arguments: Mapping[str, Thing]) -> bool:
    """Say whether a size stands in for a parameter that may be meant for something else."""
    return any(p.name in arguments and p.kind is None for p in definition.parameters)


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
