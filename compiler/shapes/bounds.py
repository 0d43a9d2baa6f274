"""Proofs of inequalities: a polynomial is never negative where it is a sum of products of things that are not.

This is the part that uses what `where` says of several sizes together (`M <= N`), and what every floor, minimum
and maximum says of itself (`d * (a // d) <= a`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from archc.shapes import algebra, polynomial
from archc.shapes.expression import Coefficient, Expr, number, power, product
from archc.shapes.functions import FloorDiv, Maximum, Minimum, at_least, from_least, is_nonnegative
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge, least_size
from archc.shapes.limits import TooLargeError
from archc.shapes.relation import Comparison

DEPTH = 4
ATTEMPTS = 60
MOST_CASES = 16
"""Sums tried, and ways in which minima and maxima may come out, before a proof is given up."""

Exprs = tuple[Expr, ...]


def always(goal: Goal, knowledge: Knowledge) -> bool:
    """Return whether the goal is proved of all sizes; False proves nothing."""
    difference = goal.difference
    match goal.kind:
        case Comparison.EQ:
            return _never_negative(difference, knowledge) and _never_negative(
                polynomial.scaled(difference, -1), knowledge
            )
        case Comparison.NE:
            return _never_negative(polynomial.minus(difference, 1), knowledge) or _never_negative(
                polynomial.minus(-1, difference), knowledge
            )
        case _:
            return _never_negative(difference, knowledge)


def is_plain(goal: Goal) -> bool:
    """Return whether the goal is met for the plain reason that no term is negative; False proves nothing."""
    return goal.kind is Comparison.GE and at_least(goal.difference, 0)


def never(goal: Goal, knowledge: Knowledge) -> bool:
    """Return whether the goal is refuted for all sizes; False proves nothing."""
    return always(goal.negated(), knowledge)


def _never_negative(expr: Expr, knowledge: Knowledge) -> bool:
    if at_least(expr, 0):
        return True
    given = tuple(_given(knowledge))
    try:
        if _follows(expr, (*given, *_of_extremes(expr)), knowledge):
            return True
        cases = list(islice(_cases(expr, ()), MOST_CASES + 1))
        one = len(cases) == 1 or len(cases) > MOST_CASES
        return not one and all(_follows(case, given + ahead, knowledge) for case, ahead in cases)
    except TooLargeError:
        return False


def _follows(expr: Expr, known: Sequence[Expr], knowledge: Knowledge) -> bool:
    shifts = {k.symbol: polynomial.plus(k.symbol, k.first - least_size(k.symbol)) for k in knowledge.ranges}

    def counted(part: Expr) -> polynomial.Terms:
        return polynomial.terms(from_least(algebra.expression(algebra.replace(part, shifts))))

    return _Search([counted(fact) for fact in (*known, *_of_floors((expr, *known)))]).proves(counted(expr))


def _given(knowledge: Knowledge) -> Iterator[Expr]:
    """Yield what the knowledge says is never negative."""
    for fact in knowledge.facts:
        if fact.kind in (Comparison.GE, Comparison.EQ):
            yield fact.difference
        if fact.kind is Comparison.EQ:
            yield polynomial.scaled(fact.difference, -1)
    for known in knowledge.ranges:
        if known.last is not None:
            yield polynomial.minus(known.last, known.symbol)


def _of_floors(exprs: Sequence[Expr]) -> Iterator[Expr]:
    """Yield what the floors in the expressions say of themselves: `d * (a // d) <= a < d * (a // d) + d`."""
    found = dict.fromkeys(part for expr in exprs for part in expr.parts() if isinstance(part, FloorDiv))
    for floor in found:
        dividend, divisor = floor.args
        if at_least(divisor, 1):
            covered = polynomial.multiply(divisor, floor)
            yield polynomial.minus(dividend, covered)
            yield polynomial.minus(polynomial.plus(covered, divisor), 1, dividend)


def _of_extremes(expr: Expr) -> Iterator[Expr]:
    """Yield what the minima and maxima say of themselves."""
    for part in expr.parts_up():
        if isinstance(part, Minimum | Maximum):
            direction = 1 if isinstance(part, Maximum) else -1
            yield from (polynomial.scaled(polynomial.minus(part, arg), direction) for arg in part.args)


def _cases(expr: Expr, crossings: Exprs) -> Iterator[tuple[Expr, Exprs]]:
    """Yield the expression with each minimum and maximum taken for each argument, and what is then not negative."""
    extreme = next((part for part in expr.parts_up() if isinstance(part, Minimum | Maximum)), None)
    if extreme is None:
        yield expr, crossings
        return
    direction = 1 if isinstance(extreme, Maximum) else -1
    for arg in extreme.args:
        ahead = tuple(
            polynomial.scaled(polynomial.minus(arg, other), direction) for other in extreme.args if other != arg
        )
        yield from _cases(algebra.expression(algebra.replace(expr, {extreme: arg})), (*crossings, *ahead))


class _Search:
    """Writes a polynomial as a sum of the known ones, one negative term after the other."""

    def __init__(self, known: Iterable[polynomial.Terms]) -> None:
        self._known = [terms for terms in known if any(number < 0 for number in terms.values())]
        self._left = ATTEMPTS

    def proves(self, goal: polynomial.Terms, depth: int = DEPTH) -> bool:
        """Return whether the goal is never negative."""
        negative = [m for m, c in goal.items() if c < 0 or not is_nonnegative(m)]
        if not negative:
            return True
        self._left -= 1
        if depth == 0 or self._left < 0 or goal[negative[0]] > 0:
            return False
        return any(self.proves(rest, depth - 1) for rest in self._steps(goal, negative[0]))

    def _steps(self, goal: polynomial.Terms, term: Expr) -> Iterator[polynomial.Terms]:
        """Yield positive multiples of the goal, less multiples of known polynomials, without the term."""
        for known in self._known:
            for monomial, times in known.items():
                factor = _quotient(term, monomial) if times < 0 and self._left >= 0 else None
                if factor is not None:
                    yield _combination(goal, -times, known, goal[term], factor)


@lru_cache(maxsize=1 << 12)
def _quotient(dividend: Expr, divisor: Expr) -> Expr | None:
    """Return the quotient of two monomials where it is a monomial that is never negative."""
    quotient = product((dividend, power(divisor, number(-1))))
    return quotient if polynomial.is_monomial(quotient) and is_nonnegative(quotient) else None


def _combination(
    goal: polynomial.Terms,
    scale: Coefficient,
    known: polynomial.Terms,
    weight: Coefficient,
    factor: Expr,
) -> polynomial.Terms:
    result = {monomial: scale * times for monomial, times in goal.items()}
    for monomial, times in known.items():
        key = product((monomial, factor))
        result[key] = result.get(key, 0) + weight * times
    return {monomial: times for monomial, times in result.items() if times}
