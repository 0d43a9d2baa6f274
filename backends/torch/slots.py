"""What a class is given to make its modules with: for each name, what every instance is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archc.backends.torch.code import (
    Chosen,
    Code,
    Construct,
    Given,
    Hole,
    Listing,
    Literal,
    Node,
    Passed,
    Round,
    rebuild,
)
from archc.backends.torch.reasons import Point


class Conflict(Exception):
    """Codes that have no common form."""


@dataclass(slots=True)
class Slots:
    """The slots of a class that has `count` instances.

    `codes` are modules or functions that make them, one an instance; `lists` are functions by their index in a list;
    `fresh` marks modules that are needed several times, so that a function of no arguments is given.
    """

    count: int
    codes: dict[str, list[Code]] = field(default_factory=dict)
    lists: dict[str, list[dict[int, Code]]] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    def saved(self) -> Slots:
        """Return a copy to which one can go back."""
        lists = {name: [dict(table) for table in tables] for name, tables in self.lists.items()}
        return Slots(self.count, dict(self.codes), lists, set(self.fresh))

    def restore(self, saved: Slots) -> None:
        self.codes, self.lists, self.fresh = saved.codes, saved.lists, saved.fresh

    def by_instance(self, codes: Sequence[Code], points: Sequence[Point]) -> list[Code]:
        """Return the one code of every instance; raises Conflict where an instance has several or none."""
        found: dict[int, Code] = {}
        for code, point in zip(codes, points, strict=True):
            if found.setdefault(point.index, code) != code:
                raise Conflict("several in one instance")
        if len(found) != self.count:
            raise Conflict("none in an instance")
        return [found[index] for index in range(self.count)]

    def module(self, wanted: str, codes: list[Code], fresh: bool, taken: Iterable[str]) -> str:
        """Return the name of a slot for modules."""
        for name in self.fresh if fresh else ():
            if self.codes[name] == codes:
                return name
        name, number, used = wanted, 1, {*taken, *self.codes, *self.lists}
        while name in used:
            number += 1
            name = f"{wanted}_{number}"
        self.codes[name] = codes
        if fresh:
            self.fresh.add(name)
        return name

    def function(self, name: str, codes: list[Code]) -> None:
        """Give the parameter `name` of the author's; raises Conflict where it stands for another function already."""
        if self.codes.setdefault(name, codes) != codes:
            raise Conflict(name)

    def entries(self, name: str, codes: Sequence[Code], indices: Sequence[int], points: Sequence[Point]) -> None:
        """Give entries of the list `name` of the author's; raises Conflict where one is another function already."""
        tables = self.lists.setdefault(name, [{} for _ in range(self.count)])
        for code, index, point in zip(codes, indices, points, strict=True):
            if tables[point.index].setdefault(index, code) != code:
                raise Conflict(name)

    def every(self) -> Mapping[str, list[Code]]:
        """Return all slots, lists as tuples."""
        return {**self.codes, **{name: list(map(_listed, tables)) for name, tables in self.lists.items()}}


def _listed(table: Mapping[int, Code]) -> Code:
    """Return a list of functions; an entry that no module needs is None."""
    return Listing(tuple(table.get(i, Literal(None)) for i in range(max(table) + 1)), "()")


def foreign(code: Code) -> Code:
    """Return code for another block: what its author wrote names nothing there."""

    def rule(piece: Node) -> Node:
        changes = _FOREIGN.get(type(piece), {})
        return rebuild(replace(piece, **changes) if changes else piece, rule)

    found = rule(code)
    assert isinstance(found, Code)
    return found


_FOREIGN: dict[type, dict[str, Any]] = {
    Hole: {"hint": None},
    Construct: {"hints": ()},
    Round: {"count": None},
    Chosen: {"test": None},
    Given: {"index": None, "explicit": ()},
    Passed: {"hint": None},
}
