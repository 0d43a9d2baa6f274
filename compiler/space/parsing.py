"""Parsing: the derivation of a given module in the grammar of a space, or the production in which it strays from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from archc.semantics.openings import Cell, OpenChoice, OpenSpace
from archc.semantics.values import Overloaded, Partial, Tagged, Thing
from archc.space.budgets import Budget
from archc.space.derived import Derived
from archc.space.drawing import Drawing, Infeasible, Passage, wrapped
from archc.space.flows import FREE
from archc.space.goals import Goal, inside, open_module
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.tensors import Feeds, only
from archc.space.ways import Around, Way
from archc.syntax import tree


class Strayed(Exception):
    """A module is not of the grammar: the production `node`, the innermost under way, does not give `thing`."""

    def __init__(self, node: Node, thing: Thing, depth: int) -> None:
        super().__init__()
        self.node = node
        self.thing = thing
        self.depth = depth


class Parsing(Drawing):
    """Follows a given module through a grammar. Of several alternatives the first that leads to its end is taken."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(random.Random(0), budget)
        self.furthest: Strayed | None = None

    def follow(self, node: Node, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        """Return the derivation of a module; raises Strayed or Infeasible."""
        self.depth += 1
        try:
            return _RULES[type(node)](self, node, thing, feeds, around)
        finally:
            self.depth -= 1

    def _strayed(self, node: Node, thing: Thing) -> Strayed:
        found = Strayed(node, thing, self.depth)
        if self.furthest is None or self.furthest.depth < found.depth:
            self.furthest = found
        return found

    def _closed(self, node: Fixed, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        if not alike(node.thing, thing):
            raise self._strayed(node, thing)
        return self._fixed(node, feeds, around, Goal())

    def _items(self, node: Series, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        if type(thing) is not tuple or len(thing) != len(node.items):
            raise self._strayed(node, thing)
        later, into, cost = inside(around, feeds), feeds, FREE
        parts: list[Derived] = []
        for place, (item, one) in enumerate(zip(node.items, thing, strict=True)):
            parts.append(self.follow(item, one, into, later if place else around))
            into, cost = (parts[-1].results,), cost.plus(parts[-1].cost)
        return Derived(node, feeds, only(into), cost, tuple(parts))

    def _inner(self, node: Labelled, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        label = node.thing.label if isinstance(node.thing, Tagged) else ""
        if not isinstance(thing, Tagged) or thing.label != label:
            raise self._strayed(node, thing)
        return wrapped(node, self.follow(node.inner, thing.module, feeds, around))

    def _unfolded(self, node: Named, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        inner = node.unfold(feeds)
        if inner is None:
            raise self._strayed(node, thing)
        return wrapped(node, self.follow(inner, thing, feeds, around))

    def _alternatives(self, node: Choice, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        before, failure = (self.spent, self.peaks[:]), Strayed(node, thing, self.depth)
        for place in range(len(node.weights)):
            self.spent, self.peaks = before[0], before[1][:]
            try:
                return wrapped(node, self.follow(node.alternative(place), thing, feeds, around), place)
            except Strayed as strayed:
                failure = max(failure, strayed, key=lambda one: one.depth)
        raise self._strayed(node, thing) if failure.node is node else failure

    def _block(self, node: Open, thing: Thing, feeds: Feeds, around: Around) -> Derived:
        given: dict[Cell, Thing] = {}
        way = node.way(feeds)
        if not _matched(node.skeleton, thing, given) or way is None:
            raise self._strayed(node, thing)
        made = _Followed(self, node, around, given).end(way)
        return Derived(node, feeds, made.results, made.cost, tuple(made.parts.values()), cells=tuple(made.parts))

    def followed(self, node: Node, thing: Thing, way: Way, around: Around) -> tuple[Derived, int]:
        """Follow the module of a cell; return it, and the most bytes that a run of it takes."""
        return self.measured(lambda: self.follow(node, thing, way.feeds, around), around)


class _Followed(Passage):
    """A block while the modules that it is given are followed."""

    def __init__(self, parsing: Parsing, node: Open, outer: Around, given: Mapping[Cell, Thing]) -> None:
        super().__init__(parsing, node, outer, Goal())
        self.parsing = parsing
        self.given = given

    def drawn(self, way: Way) -> tuple[Derived, int]:
        assert way.step is not None and isinstance(way.step.module, Cell)
        thing, around = self.given[way.step.module], way.around(self.outer)
        return self.parsing.followed(open_module(self.node, way), thing, way, around)


def alike(one: Thing, other: Thing) -> bool:
    """Say whether two closed modules or values are the same, in whatever order the arguments are given."""
    return _matched(one, other, {})


def _matched(one: Thing, other: Thing, given: dict[Cell, Thing]) -> bool:
    """Say whether a value is as another one, and note what stands in place of its cells."""
    if isinstance(one, Cell):
        given[one] = other
        return True
    one = one.module if isinstance(one, Overloaded) and isinstance(other, Partial) else one
    other = other.module if isinstance(other, Overloaded) and isinstance(one, Partial) else other
    if type(one) is not type(other):
        return False
    if isinstance(one, Partial) and isinstance(other, Partial):
        mine, theirs = dict(one.arguments), dict(other.arguments)
        same = one.definition is other.definition and mine.keys() == theirs.keys()
        return same and all(_matched(value, theirs[name], given) for name, value in mine.items())
    if type(one) is tuple and type(other) is tuple:
        return len(one) == len(other) and all(_matched(a, b, given) for a, b in zip(one, other, strict=True))
    if isinstance(one, Tagged) and isinstance(other, Tagged):
        return one.label == other.label and _matched(one.module, other.module, given)
    return one == other


def production(node: Node) -> str:
    """Return the text of a production, its first line."""
    thing = node.thing
    if isinstance(thing, OpenSpace):
        return f"the space `{thing.definition.name}`"
    if isinstance(thing, OpenChoice):
        return f"`{thing.node.span.text.splitlines()[0].rstrip(' {')}` in line {_line(thing.node)}"
    return f"`{thing.definition.name}`" if isinstance(thing, Partial) else "a sequence"


def _line(node: tree.Node) -> int:
    return node.span.source.position(node.span.start).line


_RULES: dict[type[Node], Callable[..., Derived]] = {
    Fixed: Parsing._closed,
    Series: Parsing._items,
    Labelled: Parsing._inner,
    Named: Parsing._unfolded,
    Choice: Parsing._alternatives,
    Open: Parsing._block,
}

__all__ = ["Infeasible", "Parsing", "Strayed", "alike", "production"]
