"""Counterexamples by trying sizes, smallest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from archc.records import record
from archc.shapes.context import Context
from archc.shapes.evaluation import compile_dim
from archc.shapes.expression import Symbol
from archc.shapes.relation import Relation
from archc.shapes.sizes import CANDIDATES, Legal, Point, symbols_of
from archc.shapes.verdict import Counterexample

FEWEST = 100
EASY_TERMS = 8
"""Formulas of more terms are tried at fewer sizes."""

COMPANY = 200
"""Attempts to find legal sizes of the other symbols where one is given."""


@record
class Trial:
    """What trying legal sizes in order showed: the first that fails, and how many were met before it.

    `complete` says that there are no other legal sizes.
    """

    failure: Counterexample | None
    met: int
    complete: bool


def _terms(relation: Relation) -> int:
    return sum(len(side.args) for side in (relation.left, relation.right) if not isinstance(side, int))


class Search:
    """Tries a relation, in the author's names, at the legal sizes of a context."""

    def __init__(self, relation: Relation, context: Context) -> None:
        self._relation = relation
        self._symbols = symbols_of((relation.left, relation.right))
        self._names = tuple(symbol.name for symbol in self._symbols)
        self._legal = Legal(context, self._symbols)
        self._weight = 1 + _terms(relation) // EASY_TERMS
        self._left = compile_dim(relation.left, self._names)
        self._right = compile_dim(relation.right, self._names)

    def smallest(self) -> Trial:
        """Return the first legal sizes at which the relation fails."""
        met = tried = 0
        limit = max(FEWEST, CANDIDATES // (self._legal.breadth * self._weight))
        for sizes in islice(self._legal.candidates(), limit):
            tried += 1
            failure = self._failure(sizes)
            if failure is not None:
                return Trial(failure, met, complete=False)
            met += sizes is not None
        return Trial(None, met, complete=tried < limit)

    def far(self) -> Counterexample | None:
        """Return a failure at large sizes: some of them doubled until it fails, then each made as small as it can be.

        No single size of it can be lowered, though there may be failures with a smaller sum.
        """
        points = (self._failure(self._legal.at(point)) and point for point in self._legal.growing())
        point = next((point for point in points if point), None)
        return None if point is None else self._failure(self._legal.at(self._lowered(point)))

    def _lowered(self, point: Point) -> Point:
        for place, least in enumerate(self._legal.start):
            below, size = least - 1, point[place]
            while size - below > 1:
                middle = (below + size) // 2
                trial = (*point[:place], middle, *point[place + 1 :])
                fails = self._failure(self._legal.at(trial)) is not None
                below, size, point = (below, middle, trial) if fails else (middle, size, point)
        return point

    def around(self, places: Iterable[Mapping[Symbol, int]]) -> Counterexample | None:
        """Return a failure at sizes where some witnesses are given, for the first of the places that has one."""
        for fixed in places:
            attempts = (self._failure(sizes) for sizes in islice(self._legal.candidates(fixed), COMPANY))
            failure = next((failure for failure in attempts if failure is not None), None)
            if failure is not None:
                return failure
        return None

    def _failure(self, sizes: Mapping[str, int] | None) -> Counterexample | None:
        if sizes is None:
            return None
        point = [sizes[name] for name in self._names]
        try:
            left, right = self._left(point), self._right(point)
        except ArithmeticError:
            return None
        if self._relation.kind.holds(left, right):
            return None
        return Counterexample(tuple(zip(self._names, point, strict=True)), left, right)
