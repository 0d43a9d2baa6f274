"""Relations as an author would write them."""

from __future__ import annotations

from archc.graph.static import Dim
from archc.shapes import algebra, dims, polynomial
from archc.shapes.expression import split, summands
from archc.shapes.functions import FloorDiv
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge
from archc.shapes.relation import Comparison, Relation
from archc.shapes.restore import restore


def restated(goal: Goal, knowledge: Knowledge, like: Comparison) -> Relation:
    """Return a goal in the author's sizes: a remainder and a number where it is that (`H % 4 <= 1`), else what is
    subtracted on its other side, the greater side as in `like`."""
    remainder = _remainder(goal, knowledge)
    if remainder is not None:
        return remainder
    terms = [algebra.plain(term) for term in summands(goal.difference)]
    left = dims.total(term for term in terms if not _is_negative(term))
    right = dims.negate(dims.total(term for term in terms if _is_negative(term)))
    strict = like in (Comparison.GT, Comparison.LT) and -1 in terms and len(terms) > 1
    right = dims.sub(right, int(strict))
    left, right = restore(left, knowledge), restore(right, knowledge)
    if like in (Comparison.LE, Comparison.LT) and goal.kind is Comparison.GE:
        return Relation(Comparison.LT if strict else Comparison.LE, right, left)
    return Relation(Comparison.GT if strict else goal.kind, left, right)


def _remainder(goal: Goal, knowledge: Knowledge) -> Relation | None:
    for floor in goal.difference.atoms(FloorDiv):
        rest = polynomial.minus(floor.args[0], polynomial.multiply(floor.args[1], floor))
        above, below = polynomial.plus(goal.difference, rest), polynomial.minus(goal.difference, rest)
        left = restore(algebra.plain(rest), knowledge)
        if above.is_whole:
            return Relation(Comparison.LE if goal.kind is Comparison.GE else goal.kind, left, int(above))
        if below.is_whole:
            return Relation(goal.kind, left, -int(below))
    return None


def _is_negative(term: Dim) -> bool:
    return term < 0 if isinstance(term, int) else bool(split(term)[0] < 0)
