"""Counting: how many derivations of a size a space has, by dynamic programming with the tensors as the state.

A table of a production and of what flows into it says how many derivations of a size there are for each result, so no
derivation is made, and what the same tensors flow into is counted once. Alternatives without a weight are left out. The
budget is not counted with: what it excludes depends on more than the tensors.
"""

from __future__ import annotations

from collections.abc import Callable

from archc.space.goals import open_module
from archc.space.leasts import Leasts
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.tensors import Feeds, Result, only
from archc.space.ways import Way

Table = dict[Result, int]
"""How many derivations there are for each result."""

MOST_KEPT = 500_000
"""Tables that are kept before a count is given up."""


class Uncountable(Exception):
    """The derivations cannot be counted, for a reason."""


class Counting:
    """Tables of one grammar, `most` of them. The size of a derivation is the number of its operators and blocks."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most = most
        self.leasts = Leasts()
        self._tables: dict[tuple[object, Feeds, int], Table | None] = {}

    def table(self, node: Node, feeds: Feeds, size: int) -> Table:
        """Return how many derivations have exactly this size; raises Uncountable."""
        if size < self.leasts.of(node.thing):
            return {}
        return self._kept((node, feeds, size), lambda: _RULES[type(node)](self, node, feeds, size))

    def _kept(self, key: tuple[object, Feeds, int], make: Callable[[], Table]) -> Table:
        if key in self._tables:
            found = self._tables[key]
            if found is None:
                raise Uncountable("a space can become itself without another module, so there is no end of derivations")
            return found
        if len(self._tables) >= self.most:
            raise Uncountable("there are too many shapes to go through: count up to a smaller size")
        self._tables[key] = None
        try:
            found = self._tables[key] = make()
        except BaseException:
            del self._tables[key]
            raise
        return found

    # -- productions --------------------------------------------------------------------------------------

    def _fixed(self, node: Fixed, feeds: Feeds, size: int) -> Table:
        flow = node.flow(feeds) if size == 1 else None
        return {} if flow is None else {flow.results: 1}

    def _inner(self, node: Labelled, feeds: Feeds, size: int) -> Table:
        return self.table(node.inner, feeds, size)

    def _unfolded(self, node: Named, feeds: Feeds, size: int) -> Table:
        inner = node.unfold(feeds)
        return {} if inner is None else self.table(inner, feeds, size)

    def _alternatives(self, node: Choice, feeds: Feeds, size: int) -> Table:
        found: Table = {}
        for place in node.places:
            add(found, self.table(node.alternative(place), feeds, size))
        return found

    def _items(self, node: Series, feeds: Feeds, size: int) -> Table:
        return self.items(node, 0, feeds, size)

    def items(self, node: Series, at: int, feeds: Feeds, size: int) -> Table:
        """Return the table of a sequence from one of its items on."""
        if at == len(node.items):
            return {only(feeds): 1} if size == 0 else {}
        return self._kept(((node, at), feeds, size), lambda: self._items_from(node, at, feeds, size))

    def _items_from(self, node: Series, at: int, feeds: Feeds, size: int) -> Table:
        def behind(result: Result, own: int) -> Table:
            return self.items(node, at + 1, (result,), size - own)

        return self.joined(node.items[at], feeds, self.shares(node, at, size), behind)

    def shares(self, node: Series, at: int, size: int) -> range:
        """Return how many modules an item may have if those from it on have so many."""
        rest = sum(self.leasts.of(one.thing) for one in node.items[at + 1 :])
        return range(self.leasts.of(node.items[at].thing), size - rest + 1)

    def _block(self, node: Open, feeds: Feeds, size: int) -> Table:
        return self.way(node, node.way(feeds), size - 1)

    def way(self, node: Open, way: Way | None, size: int) -> Table:
        """Return the table of what is left of a block."""
        if way is None:
            return {}
        if way.step is None:
            return {way.results: 1} if size == 0 else {}
        return self._kept((way, (), size), lambda: self._decided(node, way, size))

    def _decided(self, node: Open, way: Way, size: int) -> Table:
        assert way.step is not None
        if way.step.module in way.firsts:
            raise Uncountable("a block applies one open module to tensors of different shapes")

        def behind(result: Result, own: int) -> Table:
            return self.way(node, way.next(result), size - own)

        return self.joined(open_module(node, way), way.feeds, range(size + 1), behind)

    def joined(self, node: Node, feeds: Feeds, sizes: range, behind: Callable[[Result, int], Table]) -> Table:
        """Return the table of a module of one of these sizes with what comes behind it."""
        found: Table = {}
        for own in sizes:
            for result, count in self.table(node, feeds, own).items():
                add(found, behind(result, own), count)
        return found


def add(found: Table, more: Table, times: int = 1) -> None:
    """Add to a table what there is in another one, so many times."""
    for result, count in more.items():
        found[result] = found.get(result, 0) + count * times


_RULES: dict[type[Node], Callable[..., Table]] = {
    Fixed: Counting._fixed,
    Series: Counting._items,
    Labelled: Counting._inner,
    Named: Counting._unfolded,
    Choice: Counting._alternatives,
    Open: Counting._block,
}
