"""Drawing: every decision is taken where its inputs are known, and only if what follows can still be finished."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from archc.semantics.openings import Cell
from archc.space.budgets import Budget
from archc.space.derived import Derived
from archc.space.flows import FREE, Cost, Flow
from archc.space.goals import After, Goal, Search, inside, likes_to_come, open_module, twin_of
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.scripts import Step
from archc.space.tensors import Feeds, Result, only, total_bytes
from archc.space.ways import Around, Way

MODULES = 3_000
"""Modules after which a draw takes the shortest way to an end."""
DEPTH = 40
"""Blocks within each other after which a draw takes the shortest way to an end: they have to be compiled."""


class Infeasible(Exception):
    """Nothing in the space fits here, as far as the search goes."""


class Drawing:
    """One draw. `chance` is its own generator: nothing global is touched.

    Only a `deep` one looks beyond the alternatives that close soonest where these fail.
    """

    def __init__(self, chance: random.Random, budget: Budget, *, deep: bool = False) -> None:
        self.chance = chance
        self.efforts = (False, True) if deep else (False,)
        self.search = Search(budget)
        self.spent = FREE
        self.peaks: list[int] = [0]
        self.modules = 0
        self.depth = 0
        self.short = False

    def draw(self, node: Node, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        """Draw a module; raises Infeasible where nothing fits."""
        return _RULES[type(node)](self, node, feeds, around, goal)

    def _run(self, flow: Flow, around: Around) -> None:
        """Count the run of a closed module."""
        peak = around.base + (flow.held if around.kept else flow.peak)
        if peak > self.peaks[-1]:
            self.peaks[-1] = peak
        self.spent = self.spent.plus(flow.cost.times(around.fresh, around.runs))

    def _fits(self, need: Cost | None) -> bool:
        return need is not None and self.search.budget.allows(self.spent, need)

    # -- modules -----------------------------------------------------------------------------------------

    def _fixed(self, node: Fixed, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        self.modules += 1
        flow = node.flow(feeds)
        if flow is None:
            raise Infeasible
        self._run(flow, around)
        if self.peaks[-1] > self.search.budget.memory or not self._fits(FREE):
            raise Infeasible
        return Derived(node, feeds, flow.results, flow.cost)

    def _series(self, node: Series, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        later = inside(around, feeds)
        parts: list[Derived] = []
        into, cost = feeds, FREE
        for place, item in enumerate(node.items):
            part = self.draw(item, into, later if place else around, goal.then(node, place + 1, later))
            into = (part.results,)
            cost = cost.plus(part.cost)
            parts.append(part)
        return Derived(node, feeds, only(into), cost, tuple(parts))

    def _named(self, node: Named, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        inner = node.unfold(feeds)
        if inner is None:
            raise Infeasible
        return wrapped(node, self.draw(inner, feeds, around, goal))

    def _labelled(self, node: Labelled, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        return wrapped(node, self.draw(node.inner, feeds, around, goal))

    # -- decisions ---------------------------------------------------------------------------------------

    def _choice(self, node: Choice, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        """Draw an alternative by its weight among those with which everything can be finished.

        Where that turns out to be wrong, because something costs more than could be told, the shortest way is taken.
        """
        index = self._chosen(node, feeds, around, goal)
        before = self.spent, self.peaks[:], self.short, self.depth
        if index is not None:
            try:
                return wrapped(node, self.draw(node.alternative(index), feeds, around, goal), index)
            except Infeasible:
                if before[2]:
                    raise
                self.spent, self.peaks, self.short, self.depth = before
        self.short = True
        index = self._shortest(node, feeds, around, goal)
        made = wrapped(node, self.draw(node.alternative(index), feeds, around, goal), index)
        self.short = before[2]
        return made

    def another(self, node: Choice, feeds: Feeds, around: Around, goal: Goal, index: int) -> Derived:
        """Draw another alternative than one; raises Infeasible where no other is found."""
        for place in self._by_weight(node):
            if place != index and self.is_open(node.alternative(place), feeds, around, goal):
                return wrapped(node, self.draw(node.alternative(place), feeds, around, goal), place)
        raise Infeasible

    def _shortest(self, node: Choice, feeds: Feeds, around: Around, goal: Goal) -> int:
        """Return the alternative on a shortest way to an end; raises Infeasible where none is found."""
        for deep in self.efforts:
            for frugal in (False, True):
                self.search.begin(deep=deep, frugal=frugal)
                index, need = self.search.best(node, feeds, around, goal)
                if self._fits(need):
                    return index
        raise Infeasible

    def _chosen(self, node: Choice, feeds: Feeds, around: Around, goal: Goal) -> int | None:
        if self.short or self.modules > MODULES or self.depth > DEPTH:
            return None
        for index in self._by_weight(node):
            if self.is_open(node.alternative(index), feeds, around, goal):
                return index
        return None

    def is_open(self, node: Node, feeds: Feeds, around: Around, goal: Goal) -> bool:
        """Say whether a search finds a way to an end through a module that the budget allows."""
        self.search.begin()
        found = self.search.reach(node, feeds, around, goal)
        if found is None or self._fits(found):
            return found is not None
        self.search.begin(frugal=True)
        return self._fits(self.search.reach(node, feeds, around, goal))

    def _by_weight(self, node: Choice) -> Iterator[int]:
        """Yield every alternative with a weight once: each time one of those left, by their weights."""
        left, weights = list(node.places), node.weights
        total = sum([weights[index] for index in left])
        while left:
            at = self.chance.random() * total
            index = left[0]
            for index in left:
                at -= weights[index]
                if at < 0:
                    break
            yield index
            left.remove(index)
            total -= weights[index]

    # -- blocks ------------------------------------------------------------------------------------------

    def _open(self, node: Open, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        self.modules += 1
        self.depth += 1
        way = node.way(feeds)
        if way is None:
            raise Infeasible
        made = Passage(self, node, around, goal).end(way)
        self.depth -= 1
        return Derived(node, feeds, made.results, made.cost, tuple(made.parts.values()), cells=tuple(made.parts))

    def walk(self, way: Way, outer: Around, peaks: Mapping[Cell, int]) -> None:
        """Take the steps of a block before a place."""
        if not self.search.bears(way, outer, peaks):
            raise Infeasible
        self.peaks[-1] = max(self.peaks[-1], outer.base + way.peaks[outer.kept])
        self.spend(way.cost.times(outer.fresh, outer.runs))

    def spend(self, cost: Cost) -> None:
        """Count what something costs; raises Infeasible where that is too much."""
        self.spent = self.spent.plus(cost)
        if not self._fits(FREE):
            raise Infeasible

    def cell(self, node: Node, way: Way, around: Around, goal: Goal) -> tuple[Derived, int]:
        """Draw an open module of a block; return it, and the most bytes that a run of it takes."""
        return self.measured(lambda: self.draw(node, way.feeds, around, goal), around)

    def measured(self, make: Callable[[], Derived], around: Around) -> tuple[Derived, int]:
        """Return what is made, and the most bytes that a run of it takes besides those around it."""
        self.peaks.append(0)
        part = make()
        peak = self.peaks.pop()
        self.peaks[-1] = max(self.peaks[-1], peak)
        return part, max(peak - around.base, total_bytes(part.feeds) + total_bytes((part.results,)))

    def copy(self, twin: Derived, peak: int, around: Around, goal: Goal) -> None:
        """Let a module of a block be a copy of another one; raises Infeasible where that does not fit."""
        self.search.begin()
        need = goal.need(self.search, twin.results)
        cost = twin.cost.times(around.fresh, around.runs)
        if need is None or not self._fits(need.plus(cost)):
            raise Infeasible
        self.spend(cost)
        self._reserve(around.base + peak)

    def _reserve(self, peak: int) -> None:
        if peak > self.search.budget.memory:
            raise Infeasible
        self.peaks[-1] = max(self.peaks[-1], peak)

    def elsewhere(self, way: Way, part: Derived, outer: Around) -> Flow:
        """Run a module that was drawn on other tensors."""
        flow = part.node.grammar.node(part.module).flow(way.feeds)
        if flow is None:
            raise Infeasible
        around = way.around(outer)
        self._reserve(around.base + (flow.held if around.kept else flow.peak))
        self.spend(flow.cost.times(around.fresh, around.runs))
        return flow


class Passage:
    """A block while its modules are drawn."""

    def __init__(self, drawing: Drawing, node: Open, outer: Around, goal: Goal) -> None:
        self.drawing = drawing
        self.node = node
        self.outer = outer
        self.goal = goal
        self.parts: dict[Cell, Derived] = {}
        self.peaks: dict[Cell, int] = {}
        self.cost = FREE
        self.results: Result = None

    def end(self, way: Way) -> Passage:
        """Go through the block to its end; raises Infeasible where that fails."""
        at: Way | None = way
        while at is not None:
            self.drawing.walk(at, self.outer, self.peaks)
            self.cost = self.cost.plus(at.cost)
            if at.step is None:
                self.results = at.results
                return self
            at = self._decided(at, at.step)
        raise Infeasible

    def _decided(self, way: Way, step: Step) -> Way | None:
        cell = step.module
        assert isinstance(cell, Cell)
        fresh, runs = way.repeated
        known = self.parts.get(cell)
        if known is not None:
            flow = self.drawing.elsewhere(way, known, self.outer)
            self.cost = self.cost.plus(flow.cost.times(fresh, runs))
            return way.next(flow.results)
        part, self.peaks[cell] = self.drawn(way)
        self.parts[cell] = part
        self.cost = self.cost.plus(part.cost.times(fresh, runs))
        return way.next(part.results)

    def drawn(self, way: Way) -> tuple[Derived, int]:
        """Draw the module of the next step, or take a copy of one that was drawn for the same tensors.

        While it is drawn, what copies of it may cost is kept in reserve.
        """
        node, around = open_module(self.node, way), way.around(self.outer)
        goal, twin = After(self.node, way, self.outer, self.goal, self.peaks), twin_of(self.node, way)
        if twin is not None and not self.drawing.is_open(node, way.feeds, around, goal):
            self.drawing.copy(self.parts[twin], self.peaks[twin], around, goal)
            return self.parts[twin], self.peaks[twin]
        spares = 1 + len(likes_to_come(self.node, way))
        reserved = around._replace(fresh=around.fresh * spares, runs=around.runs * spares)
        before = self.drawing.spent
        part, peak = self.drawing.cell(node, way, reserved, goal)
        self.drawing.spent = before.plus(part.cost.times(around.fresh, around.runs))
        return part, peak


def wrapped(node: Node, part: Derived, index: int = -1) -> Derived:
    """Return what a choice, a space or a label is that came to a module."""
    return Derived(node, part.feeds, part.results, part.cost, (part,), index)


_RULES: dict[type[Node], Callable[..., Derived]] = {
    Fixed: Drawing._fixed,
    Series: Drawing._series,
    Named: Drawing._named,
    Labelled: Drawing._labelled,
    Choice: Drawing._choice,
    Open: Drawing._open,
}
