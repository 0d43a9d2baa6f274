"""Reaching: every tensor that can flow into every production of a space, as the least fixed point over its grammar.

What is reached from the inputs is closed: each production takes all that flows into it and makes nothing but what flows
on. So if no module refuses what reaches it, no derivation of any size has one that does: that is the induction.
"""

from __future__ import annotations

from collections.abc import Callable

from archc.records import record
from archc.semantics.openings import OpenChoice
from archc.semantics.values import Thing
from archc.space.goals import open_module
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.tensors import Feeds, Result, only
from archc.space.ways import Way
from archc.syntax import Span

MOST = 20_000
"""Productions with what flows into them that are looked at."""

STEPS = 300_000
"""Looks at one of them, in all rounds."""

Results = dict[Result, None]


class Unreached(Exception):
    """The fixed point is not worked out, for a reason."""


@record
class Misfit:
    """A module that does not take what can flow into it; `span` is the production that asks for it."""

    thing: Thing
    feeds: Feeds
    span: Span


class Reaching:
    """The fixed point for one grammar. `misfits` are the modules that refuse what reaches them."""

    def __init__(self, span: Span) -> None:
        self.misfits: dict[tuple[int, Thing, Span], Misfit] = {}
        self.reached: dict[tuple[object, Feeds], Results] = {}
        self._visited: set[tuple[object, Feeds]] = set()
        self._spans = [span]
        self._steps = 0

    def run(self, node: Node, feeds: Feeds) -> Results:
        """Return all results of a production; raises Unreached where there are too many."""
        while True:
            self._grew = False
            self._visited.clear()
            found = self.results(node, feeds)
            if not self._grew:
                return found

    def results(self, node: Node, feeds: Feeds) -> Results:
        """Return the results that are known so far, and look for more once in every round."""
        return self._looked((node, feeds), lambda: _RULES[type(node)](self, node, feeds))

    def _looked(self, key: tuple[object, Feeds], look: Callable[[], Results]) -> Results:
        known = self.reached.get(key)
        self._steps += 1
        if known is None:
            if len(self.reached) >= MOST or self._steps > STEPS:
                raise Unreached(f"{len(self.reached):,} pairs of a production and its inputs are reached, and no end")
            known = self.reached[key] = {}
            self._grew = True
        if key not in self._visited:
            self._visited.add(key)
            found = look()
            if found.keys() - known.keys():
                known.update(found)
                self._grew = True
        return dict(known)

    def _misfit(self, node: Node, feeds: Feeds) -> Results:
        span = self._spans[-1]
        self.misfits.setdefault((span.start, node.thing, span), Misfit(node.thing, feeds, span))
        return {}

    # -- productions --------------------------------------------------------------------------------------

    def _fixed(self, node: Fixed, feeds: Feeds) -> Results:
        flow = node.flow(feeds)
        return self._misfit(node, feeds) if flow is None else {flow.results: None}

    def _inner(self, node: Labelled, feeds: Feeds) -> Results:
        return self.results(node.inner, feeds)

    def _unfolded(self, node: Named, feeds: Feeds) -> Results:
        inner = node.unfold(feeds)
        if inner is None:
            return self._misfit(node, feeds)
        return self._within(node.thing.definition.space.value.span, inner, feeds)

    def _alternatives(self, node: Choice, feeds: Feeds) -> Results:
        found: Results = {}
        for place in node.places:
            found.update(self._within(self._span_of(node, place), node.alternative(place), feeds))
        return found

    def _span_of(self, node: Choice, place: int) -> Span:
        thing = node.thing
        return thing.node.alternatives[place].value.span if isinstance(thing, OpenChoice) else self._spans[-1]

    def _within(self, span: Span, node: Node, feeds: Feeds) -> Results:
        self._spans.append(span)
        found = self.results(node, feeds)
        self._spans.pop()
        return found

    def _items(self, node: Series, feeds: Feeds) -> Results:
        reached = {only(feeds): None} if not node.items else self.results(node.items[0], feeds)
        for item in node.items[1:]:
            reached = {result: None for one in reached for result in self.results(item, (one,))}
        return reached

    def _block(self, node: Open, feeds: Feeds) -> Results:
        way = node.way(feeds)
        return self._misfit(node, feeds) if way is None else self._way(node, way, feeds)

    def _way(self, node: Open, way: Way, feeds: Feeds) -> Results:
        if way.step is None:
            return {way.results: None}
        return self._looked((way, ()), lambda: self._decided(node, way, feeds))

    def _decided(self, node: Open, way: Way, feeds: Feeds) -> Results:
        assert way.step is not None
        if way.step.module in way.firsts:
            raise Unreached("a block applies one open module to tensors of different shapes")
        found: Results = {}
        for result in self.results(open_module(node, way), way.feeds):
            following = way.next(result)
            found.update(self._misfit(node, feeds) if following is None else self._way(node, following, feeds))
        return found


_RULES: dict[type[Node], Callable[..., Results]] = {
    Fixed: Reaching._fixed,
    Series: Reaching._items,
    Labelled: Reaching._inner,
    Named: Reaching._unfolded,
    Choice: Reaching._alternatives,
    Open: Reaching._block,
}
