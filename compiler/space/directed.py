"""Drawing whose decisions somebody else takes, and that goes where wanted modules are."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from math import inf

from archc.semantics.scope import Scope
from archc.semantics.values import Partial
from archc.space.budgets import Budget
from archc.space.derived import Derived
from archc.space.drawing import Drawing
from archc.space.goals import Goal
from archc.space.mentions import Names, closure, steps_to
from archc.space.nodes import Choice, Node
from archc.space.tensors import Feeds
from archc.space.ways import Around

Choose = Callable[[Sequence[float]], int]
"""Takes one of several alternatives, whose weights it is given; the first is the simplest."""


class Directed(Drawing):
    """One draw. As long as something `wanted` is missing, alternatives that lead to it are taken before others, by
    choice; a `straight` draw leaves no choice but to take those that lead there soonest.

    Alternatives that close after the fewest decisions stand before others: the first is always a step towards an end.
    """

    def __init__(self, choose: Choose, budget: Budget, wanted: Names, scope: Scope, *, straight: bool = False) -> None:
        super().__init__(random.Random(0), budget, deep=straight)
        self.choose = choose
        self.wanted = wanted
        self.scope = scope
        self.straight = straight
        self.far: tuple[Names, float] = (wanted, inf)

    def draw(self, node: Node, feeds: Feeds, around: Around, goal: Goal) -> Derived:
        """Draw a module; raises Infeasible where nothing fits."""
        before = self.far
        made = super().draw(node, feeds, around, goal)
        self.far = before
        if self.wanted and isinstance(node.thing, Partial) and not isinstance(node, Choice):
            self.wanted -= closure([node.thing.definition.name], self.scope)
        return made

    def _by_weight(self, node: Choice) -> Iterator[int]:
        before, left = self.far, [*node.nearest, *node.others]
        steps = self._steps(node, left) if self.wanted else {}
        nearer = sorted(steps, key=lambda place: steps[place])
        for index in nearer if self.straight else self._in_some_order(node, nearer):
            self.far = self.wanted, steps[index]
            yield index
        self.far = before
        yield from self._in_some_order(node, [place for place in left if place not in steps])

    def _in_some_order(self, node: Choice, places: list[int]) -> Iterator[int]:
        left = list(places)
        while left:
            index = left[self.choose([node.weights[place] for place in left])]
            left.remove(index)
            yield index

    def _steps(self, node: Choice, places: list[int]) -> dict[int, int]:
        """Return how far it is to what is wanted by alternatives that lead nearer to it than the way here has been.

        So no way turns in circles.
        """
        least = self.far[1] if self.far[0] == self.wanted else inf
        found = {place: steps_to(node.alternative(place).thing, self.wanted, self.scope) for place in places}
        return {place: steps for place, steps in found.items() if steps is not None and steps < least}
