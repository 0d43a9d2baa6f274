"""Ranking: the derivation of a number. The tables of a count say where it stands, so that none before it is made."""

from __future__ import annotations

from collections.abc import Callable

from archc.semantics.openings import Cell
from archc.space.counting import Counting
from archc.space.derived import Derived
from archc.space.drawing import wrapped
from archc.space.flows import FREE, Cost
from archc.space.goals import open_module
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.tensors import Feeds, Result, only
from archc.space.ways import Way


class Ranking:
    """Derivations by number: from 0, of one production, inputs, size and result."""

    def __init__(self, counting: Counting) -> None:
        self.counting = counting

    def derived(self, node: Node, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        """Return a derivation; `number` is less than what the table says there are."""
        return _RULES[type(node)](self, node, feeds, size, result, number)

    def _fixed(self, node: Fixed, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        flow = node.flow(feeds)
        assert flow is not None
        return Derived(node, feeds, flow.results, flow.cost)

    def _inner(self, node: Labelled, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        return wrapped(node, self.derived(node.inner, feeds, size, result, number))

    def _unfolded(self, node: Named, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        inner = node.unfold(feeds)
        assert inner is not None
        return wrapped(node, self.derived(inner, feeds, size, result, number))

    def _alternatives(self, node: Choice, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        for place in node.places:
            count = self.counting.table(node.alternative(place), feeds, size).get(result, 0)
            if number < count:
                return wrapped(node, self.derived(node.alternative(place), feeds, size, result, number), place)
            number -= count
        raise IndexError(number)

    def _items(self, node: Series, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        parts: list[Derived] = []
        into, cost = feeds, FREE
        for at in range(len(node.items)):
            part, number, size = self._item(node, at, into, size, result, number)
            parts.append(part)
            into, cost = (part.results,), cost.plus(part.cost)
        return Derived(node, feeds, only(into), cost, tuple(parts))

    def _item(
        self, node: Series, at: int, feeds: Feeds, size: int, result: Result, number: int
    ) -> tuple[Derived, int, int]:
        """Return one item, and the number and the size of those behind it."""
        counting = self.counting
        for own in counting.shares(node, at, size):
            for made, count in counting.table(node.items[at], feeds, own).items():
                behind = counting.items(node, at + 1, (made,), size - own).get(result, 0)
                if number < count * behind:
                    part = self.derived(node.items[at], feeds, own, made, number // behind)
                    return part, number % behind, size - own
                number -= count * behind
        raise IndexError(number)

    def _block(self, node: Open, feeds: Feeds, size: int, result: Result, number: int) -> Derived:
        parts, left = dict[Cell, Derived](), size - 1
        way = node.way(feeds)
        assert way is not None
        cost: Cost = way.cost
        while way.step is not None:
            assert isinstance(way.step.module, Cell)
            fresh, runs = way.repeated
            part, number, own = self._cell(node, way, left, result, number)
            parts[way.step.module], left = part, left - own
            cost = cost.plus(part.cost.times(fresh, runs))
            way = way.next(part.results)
            assert way is not None
            cost = cost.plus(way.cost)
        return Derived(node, feeds, way.results, cost, tuple(parts.values()), cells=tuple(parts))

    def _cell(self, node: Open, way: Way, size: int, result: Result, number: int) -> tuple[Derived, int, int]:
        """Return the module of the next cell, the number of those behind it, and its own size."""
        counting, inner = self.counting, open_module(node, way)
        for own in range(size + 1):
            for made, count in counting.table(inner, way.feeds, own).items():
                behind = counting.way(node, way.next(made), size - own).get(result, 0)
                if number < count * behind:
                    return self.derived(inner, way.feeds, own, made, number // behind), number % behind, own
                number -= count * behind
        raise IndexError(number)


_RULES: dict[type[Node], Callable[..., Derived]] = {
    Fixed: Ranking._fixed,
    Series: Ranking._items,
    Labelled: Ranking._inner,
    Named: Ranking._unfolded,
    Choice: Ranking._alternatives,
    Open: Ranking._block,
}
