"""The exact set of sizes at which a goal in one free size is met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import combinations
from math import lcm

from archc.shapes import polynomial
from archc.shapes.evaluation import Evaluator, compile_dim
from archc.shapes.expression import Expr, Symbol
from archc.shapes.goal import Goal
from archc.shapes.newton import Signs, merged, newton, sign, signs
from archc.shapes.periodic import Structure, structure
from archc.shapes.sizeset import Interval, SizeSet, interval, joined

MOST_CLASSES = 4096
"""Divisors beyond this are left to other means: the work grows with the period."""


@lru_cache(maxsize=1 << 10)
def truth(goal: Goal, symbol: Symbol, first: int) -> SizeSet | None:
    """Return the sizes from `first` on at which the goal is met; None where it is no quasi-polynomial in the symbol."""
    known = structure(goal.difference)
    if known is None or known.symbols != (symbol,):
        return None
    crossings = sum(len(extreme.args) ** 2 for extreme in known.extremes)
    if known.periods[0] * (1 + crossings) > MOST_CLASSES:
        return None
    difference = _Part(goal.difference, known)
    pairs = (pair for extreme in known.extremes for pair in combinations(extreme.args, 2))
    extremes = [_Part(crossing, structure(crossing)) for crossing in (polynomial.minus(*pair) for pair in pairs)]
    period = max(known.periods[0], 1)
    origins = [first + (residue - first) % period for residue in range(period)]
    return SizeSet(tuple(_of_class(goal, difference, extremes, origin, period) for origin in origins))


class _Part:
    """A quasi-polynomial in one symbol, ready to be evaluated."""

    def __init__(self, expr: Expr, known: Structure | None) -> None:
        assert known is not None
        self.degree = max(known.degrees, default=0)
        self.evaluate: Evaluator = compile_dim(expr, [symbol.name for symbol in known.symbols] or ["_"])

    def signs(self, at: Callable[[int], int], breaks: Iterable[int]) -> Signs:
        """Return the signs at `at(0), at(1), ...`, between whose breaks this is a polynomial."""
        found: list[tuple[int, int]] = []
        starts = sorted({0, *breaks})
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            count = self.degree + 1
            values = [
                self.evaluate((at(start + step),)) for step in range(count if end is None else min(count, end - start))
            ]
            if len(values) < count:
                found.extend((start + step, sign(number)) for step, number in enumerate(values))
            else:
                found.extend((start + t, s) for t, s in signs(newton(values)) if end is None or start + t < end)
        return merged(found)


def _of_class(goal: Goal, difference: _Part, extremes: list[_Part], origin: int, period: int) -> tuple[Interval, ...]:
    def at(step: int) -> int:
        return origin + period * step

    breaks: set[int] = set()
    for extreme in extremes:
        breaks.update(start for start, _ in extreme.signs(at, breaks))
    found = difference.signs(at, breaks)
    ends = [at(start) - period for start, _ in found[1:]]
    met = [(at(start), end) for (start, s), end in zip(found, [*ends, None], strict=True) if goal.holds(s)]
    return joined(met, period)


def domain(goals: Iterable[Goal], symbol: Symbol, first: int, last: int | None) -> SizeSet:
    """Return the sizes from `first` to `last` that meet every goal in this symbol alone.

    Goals with too large periods are left out, so that the set may have more sizes than the goals allow.
    """
    result = interval(first, last)
    for goal in goals:
        met = truth(goal, symbol, first) if goal.difference.free_symbols == {symbol} else None
        if met is not None and lcm(met.period, result.period) <= MOST_CLASSES:
            result &= met
    return result
