"""Looking ahead: whether what follows a module can still be finished, and what that takes at least.

A search goes the shortest ways only: the alternatives that close soonest, and neutral ones before all others. What it
finds is a way, and what it does not find may still be one. So every decision that it admits can be followed by
others, and no draw has to try its luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archc.semantics.openings import Cell
from archc.space.budgets import Budget
from archc.space.flows import FREE, Cost, Flow
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.tensors import Feeds, Result, Tensor, only, total_bytes
from archc.space.ways import Around, Way

EFFORT, DEEP_EFFORT = 40, 2_000
"""Modules that a search looks at before it gives up."""
SLACK, DEEP_SLACK = 1, 2
"""Modules on a way that are not as neutral as they could be."""


class Goal:
    """What must follow a module. A goal lives as long as one draw, and keeps its answers."""

    def __init__(self) -> None:
        self._known: dict[tuple[Result, int, bool], Cost | None] = {}
        self._passed: tuple[int, Cost] = (0, FREE)

    takes_all = False
    """Whether every tensor that is not too large can be followed in the same way, whatever its shape."""

    def need(self, search: Search, result: Result) -> Cost | None:
        """Return what it takes to finish when the module has made a result, None where no way is found."""
        if self.takes_all and isinstance(result, Tensor) and 0 < result.bytes <= self._passed[0]:
            return self._passed[1]
        key = (result, search.slack, search.frugal)
        try:
            return self._known[key]
        except KeyError:
            pass
        before = search.cuts
        found = self._known[key] = self.look(search, result)
        if search.cuts == before:
            for slack in range(search.slack + 1, SLACK + 1):
                self._known[result, slack, search.frugal] = found  # more slack finds the same
        if found is not None and self.takes_all and isinstance(result, Tensor) and not found.params:
            self._passed = max(self._passed, (result.bytes, found))
        return found

    def look(self, search: Search, result: Result) -> Cost | None:
        """Find what `need` returns."""
        return FREE

    def then(self, series: Series, place: int, around: Around) -> Goal:
        """Return the goal of the item before `place` of a sequence that has this goal."""
        return self if place == len(series.items) else Then(series, place, around, self)


class Returned(Goal):
    """The end of an architecture: its result has to be as the space declares it."""

    def __init__(self, accepts: Callable[[Result], bool] | None) -> None:
        super().__init__()
        self.accepts = accepts
        self.takes_all = accepts is None

    def look(self, search: Search, result: Result) -> Cost | None:
        return FREE if self.accepts is None or self.accepts(result) else None


class Then(Goal):
    """The rest of a sequence, and what follows that."""

    def __init__(self, series: Series, place: int, around: Around, goal: Goal) -> None:
        super().__init__()
        self.series = series
        self.place = place
        self.around = around
        self.goal = goal
        self.takes_all = goal.takes_all and series.neutral_from[place]

    def look(self, search: Search, result: Result) -> Cost | None:
        if self.series.neutral_from[self.place]:
            found = search.through(result, self.around, self.goal)
            if found is not None:
                return found
            if not search.slack:
                search.cuts += 1
                return None
        following = self.goal.then(self.series, self.place + 1, self.around)
        return search.reach(self.series.items[self.place], (result,), self.around, following)


class After(Goal):
    """The rest of a block after the module that is drawn at a place of the way, and what follows the block."""

    def __init__(self, node: Open, way: Way, outer: Around, goal: Goal, peaks: Mapping[Cell, int]) -> None:
        super().__init__()
        self.node = node
        self.way = way
        self.outer = outer
        self.goal = goal
        self.peaks = peaks
        self.takes_all = goal.takes_all and self._gathers()

    def _gathers(self) -> bool:
        """Say whether copies of the module can follow, and one tensor of all."""
        join = self.way.gathering(likes_to_come(self.node, self.way))
        return join is not None and self.node.nodes[join.place].joins

    def look(self, search: Search, result: Result) -> Cost | None:
        following = self.way.next(result)
        return search.onward(self.node, following, self.outer, self.goal, self.peaks) if following else None


class Search:
    """Looks for ways to an end within a budget of memory; what they cost besides is for the asker to compare."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.deep = self.frugal = False
        self.effort = self.slack = self.cuts = 0
        """`cuts` counts where a search went no further, because no slack or no effort was left."""

    def begin(self, *, deep: bool = False, frugal: bool = False) -> None:
        """Start another search.

        A deep one goes on where the alternatives that close soonest fail, a frugal one looks for what costs least.
        """
        self.deep = deep
        self.frugal = frugal
        self.effort, self.slack = (DEEP_EFFORT, DEEP_SLACK) if deep else (EFFORT, SLACK)

    def reach(self, node: Node, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        """Return what it takes at least to finish through a module, that included; None where no way is found."""
        self.effort -= 1
        if self.effort < 0:
            self.cuts += 1
            return None
        if not node.is_neutral:
            return _RULES[type(node)](self, node, feeds, around, goal)
        found = self.through(only(feeds), around, goal)
        if found is not None:
            return found
        if not self.slack:
            self.cuts += 1
            return None
        self.slack -= 1
        found = _RULES[type(node)](self, node, feeds, around, goal)
        self.slack += 1
        return found

    def through(self, result: Result, around: Around, goal: Goal) -> Cost | None:
        """Pass a tensor on as it is, which takes memory for two of it."""
        if not isinstance(result, Tensor) or around.base + 2 * result.bytes > self.budget.memory:
            return None
        return goal.need(self, result)

    def _fixed(self, node: Fixed, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        flow = node.flow(feeds)
        if flow is None or around.base + (flow.held if around.kept else flow.peak) > self.budget.memory:
            return None
        found = goal.need(self, flow.results)
        return found.plus(flow.cost.times(around.fresh, around.runs)) if found is not None else None

    def _series(self, node: Series, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        if not node.items:
            return goal.need(self, only(feeds))
        return self.reach(node.items[0], feeds, around, goal.then(node, 1, inside(around, feeds)))

    def _labelled(self, node: Labelled, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        return self.reach(node.inner, feeds, around, goal)

    def _named(self, node: Named, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        inner = node.unfold(feeds)
        return self.reach(inner, feeds, around, goal) if inner is not None else None

    def _choice(self, node: Choice, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        return self.best(node, feeds, around, goal)[1]

    def best(self, node: Choice, feeds: Feeds, around: Around, goal: Goal) -> tuple[int, Cost | None]:
        """Return the first alternative on a shortest way, or the cheapest in a frugal search, and what that takes."""
        if node.is_shallow:
            return self._best_of(node.flows(feeds), around, goal)
        for places in (node.nearest, node.others) if self.deep else (node.nearest,):
            best: tuple[int, Cost | None] = (0, None)
            for place in places:
                found = self.reach(node.alternative(place), feeds, around, goal)
                if found is not None and (best[1] is None or found < best[1]):
                    best = place, found
                    if not (self.frugal and found.params):
                        return best
            if best[1] is not None:
                return best
        return 0, None

    def _best_of(self, flows: tuple[tuple[int, Flow], ...], around: Around, goal: Goal) -> tuple[int, Cost | None]:
        best: tuple[int, Cost | None] = (0, None)
        for place, flow in flows:
            if around.base + (flow.held if around.kept else flow.peak) > self.budget.memory:
                continue
            found = goal.need(self, flow.results)
            if found is None:
                continue
            found = found.plus(flow.cost.times(around.fresh, around.runs))
            if best[1] is None or found < best[1]:
                best = place, found
                if not (self.frugal and found.params):
                    break
        return best

    def _open(self, node: Open, feeds: Feeds, around: Around, goal: Goal) -> Cost | None:
        way = node.way(feeds)
        return self.onward(node, way, around, goal, {}) if way is not None else None

    # -- through blocks --------------------------------------------------------------------------------------

    def onward(self, node: Open, way: Way, outer: Around, goal: Goal, peaks: Mapping[Cell, int]) -> Cost | None:
        """Return what it takes to finish from a place in a block, the steps before it included.

        `peaks` are those of the modules drawn so far.
        """
        if not self.bears(way, outer, peaks):
            return None
        if way.step is None:
            found = goal.need(self, way.results)
        elif way.step.module in way.firsts:
            found = FREE  # the module runs on other tensors: what it makes of them shows when it is drawn
        else:
            found = self._drawn(node, way, outer, goal, peaks)
        return found.plus(way.cost.times(outer.fresh, outer.runs)) if found is not None else None

    def bears(self, way: Way, outer: Around, peaks: Mapping[Cell, int]) -> bool:
        """Say whether there is memory for the steps of a block before a place."""
        memory, kept = self.budget.memory - outer.base, outer.kept
        if way.peaks[kept] > memory:
            return False
        return not way.again or all(bases[kept] + peaks.get(cell, 0) <= memory for cell, bases in way.again.items())

    def _drawn(self, node: Open, way: Way, outer: Around, goal: Goal, peaks: Mapping[Cell, int]) -> Cost | None:
        """Reach an end through a copy of a module that was drawn for the same tensors, or through an open module."""
        twin = twin_of(node, way)
        following = way.next(way.firsts[twin][1]) if twin is not None else None
        found = self.onward(node, following, outer, goal, peaks) if following is not None else None
        if found is not None and not self.frugal:
            return found
        after = After(node, way, outer, goal, peaks)
        return self.reach(open_module(node, way), way.feeds, way.around(outer), after) or found


def open_module(node: Open, way: Way) -> Node:
    """Return what may be drawn for the cell of the next step."""
    assert way.step is not None and isinstance(way.step.module, Cell)
    return node.nodes[way.step.module.place]


def likes_to_come(node: Open, way: Way) -> tuple[Cell, ...]:
    """Return the cells of a block whose modules may become copies of the next one."""
    wanted = open_module(node, way)
    return tuple([cell for cell in way.to_come if node.nodes[cell.place] is wanted])


def twin_of(node: Open, way: Way) -> Cell | None:
    """Return a cell whose module was drawn from the same space, and for the same tensors, as the next one is."""
    wanted = open_module(node, way)
    return next((cell for cell in way.likes if node.nodes[cell.place] is wanted), None)


def inside(around: Around, feeds: Feeds) -> Around:
    """Return what there is around the later items of a sequence."""
    return Around(around.base + (total_bytes(feeds) if around.kept else 0), False, around.fresh, around.runs)


_RULES: dict[type[Node], Callable[..., Cost | None]] = {
    Fixed: Search._fixed,
    Series: Search._series,
    Labelled: Search._labelled,
    Named: Search._named,
    Choice: Search._choice,
    Open: Search._open,
}
