"""Derivations: what was drawn, as a tree of decisions around the modules that they chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from archc.semantics.openings import Cell
from archc.semantics.values import Partial, Tagged, Thing
from archc.space.flows import Cost
from archc.space.tensors import Feeds, Result

if TYPE_CHECKING:
    from archc.space.nodes import Node

Path = tuple[int, ...]
"""The places of parts, from a derivation down to one of them."""

FIXED = -1
"""The index of what is no decision."""


class Derived:
    """A module that was drawn: of `node`, for what flows in.

    Of a choice `index` is the alternative, and the only part what came of it; a space has one part, a sequence one for
    every item, and a block one for every cell.
    """

    __slots__ = ("cells", "cost", "feeds", "index", "node", "parts", "peaks", "results")

    def __init__(
        self,
        node: Node,
        feeds: Feeds,
        results: Result,
        cost: Cost,
        parts: tuple[Derived, ...] = (),
        index: int = FIXED,
        cells: tuple[Cell, ...] = (),
    ) -> None:
        self.node = node
        self.feeds = feeds
        self.results = results
        self.cost = cost
        self.parts = parts
        self.index = index
        self.cells = cells
        self.peaks: tuple[int, int] | None = None
        """What `revision.peaks_of` returns, once it was asked for."""

    @property
    def module(self) -> Thing:
        """The closed module, its decisions forgotten."""
        return self.closed([part.module for part in self.parts])

    def closed(self, parts: Sequence[Thing]) -> Thing:
        """Return the closed module with these in place of its parts."""
        thing = self.node.thing
        if self.index != FIXED:
            return parts[0]
        if type(thing) is tuple:
            return tuple(parts)
        if isinstance(thing, Tagged):
            return Tagged(thing.label, parts[0], thing.span)
        if isinstance(thing, Partial):
            return self._block(thing, parts) if self.cells else thing
        return parts[0] if parts else thing

    def _block(self, thing: Partial, parts: Sequence[Thing]) -> Partial:
        from archc.space.nodes import Open

        found = dict(zip(self.cells, parts, strict=True))
        arguments = cast(Open, self.node).skeleton.arguments
        return Partial(thing.definition, tuple((name, _filled(value, found)) for name, value in arguments))


def choices(derived: Derived, path: Path = ()) -> Iterator[tuple[Path, Derived]]:
    """Yield every decision of a derivation with its path, outer ones first."""
    if derived.index != FIXED:
        yield path, derived
    for place, part in enumerate(derived.parts):
        yield from choices(part, (*path, place))


def _filled(value: Thing, found: Mapping[Cell, Thing]) -> Thing:
    """Return an argument with what was drawn in place of its cells."""
    if isinstance(value, Cell):
        return found[value]
    if type(value) is tuple:
        return tuple(_filled(one, found) for one in value)
    if isinstance(value, Tagged):
        return Tagged(value.label, _filled(value.module, found), value.span)
    return value


def walk(derived: Derived) -> Iterator[Derived]:
    """Yield every module of a derivation, outer ones first."""
    stack = [derived]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed(one.parts))


def decisions(derived: Derived) -> tuple[int, ...]:
    """Return the alternatives that were taken, in order: with the space they determine everything else."""
    return tuple(one.index for one in walk(derived) if one.index != FIXED)
