"""A goal in several free sizes, class by class modulo the periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import product
from math import lcm, prod

from archc.records import record
from archc.shapes import polynomial
from archc.shapes.evaluation import Evaluator, compile_dim
from archc.shapes.expression import Symbol
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge
from archc.shapes.newton import newton
from archc.shapes.periodic import structure

MOST_VALUES = 20_000
EASY_TERMS = 8
"""Evaluations spent on one question, of polynomials of a few terms: some tens of milliseconds."""


class Outcome(Enum):
    """How a goal stands in one class: met everywhere, nowhere, or perhaps here and there."""

    MET = "met"
    MISSED = "missed"
    MIXED = "mixed"


Residues = tuple[int, ...]


@record
class Classes:
    """The outcome in every class that has legal sizes; residues are in the order of the symbols."""

    symbols: tuple[Symbol, ...]
    periods: tuple[int, ...]
    outcomes: tuple[tuple[Residues, Outcome], ...]

    def of(self, outcome: Outcome) -> tuple[Residues, ...]:
        """Return the classes with this outcome."""
        return tuple(residues for residues, found in self.outcomes if found is outcome)


def classify(goal: Goal, knowledge: Knowledge) -> Classes | None:
    """Return the outcome in all classes, None where the goal is no quasi-polynomial or there are too many."""
    symbols = tuple(sorted(goal.difference.free_symbols, key=lambda symbol: symbol.name))
    facts = [fact for fact in knowledge.facts if fact.difference.free_symbols <= set(symbols)]
    periods = _periods([goal, *facts], symbols)
    if periods is None:
        return None
    tested, given = _Sampled(goal, symbols), [_Sampled(fact, symbols) for fact in facts]
    if prod(periods) * sum(sampled.work for sampled in (tested, *given)) > MOST_VALUES:
        return None
    outcomes = []
    for residues in product(*map(range, periods)):
        first = [knowledge.range(symbol).first for symbol in symbols]
        origin = [low + (r - low) % period for low, r, period in zip(first, residues, periods, strict=True)]
        if all(fact.outcome(origin, periods) is not Outcome.MISSED for fact in given):
            outcomes.append((residues, tested.outcome(origin, periods)))
    return Classes(symbols, periods, tuple(outcomes))


def _periods(goals: Sequence[Goal], symbols: Sequence[Symbol]) -> tuple[int, ...] | None:
    periods = dict.fromkeys(symbols, 1)
    for goal in goals:
        known = structure(goal.difference)
        if known is None or known.extremes:
            return None
        for symbol, period in zip(known.symbols, known.periods, strict=True):
            periods[symbol] = lcm(periods[symbol], period)
    return tuple(periods[symbol] for symbol in symbols)


class _Sampled:
    """A goal that is evaluated at as many points of a class as its degrees ask for."""

    def __init__(self, goal: Goal, symbols: Sequence[Symbol]) -> None:
        known = structure(goal.difference)
        assert known is not None
        degrees = dict(zip(known.symbols, known.degrees, strict=True))
        self._goal = goal
        self._lengths = [degrees.get(symbol, 0) + 1 for symbol in symbols]
        self._evaluate: Evaluator = compile_dim(goal.difference, [symbol.name for symbol in symbols])
        self.work = prod(self._lengths) * (1 + len(polynomial.terms(goal.difference)) // EASY_TERMS)

    def outcome(self, origin: Sequence[int], periods: Sequence[int]) -> Outcome:
        """Return how the goal stands at `origin`, `origin + periods`, ... in all directions."""
        steps = product(*map(range, self._lengths))
        places = ([o + p * s for o, p, s in zip(origin, periods, step, strict=True)] for step in steps)
        signs = _signs(differences([self._evaluate(place) for place in places], self._lengths))
        holds = {self._goal.holds(sign) for sign in signs}
        if len(holds) == 2:
            return Outcome.MIXED
        return Outcome.MET if True in holds else Outcome.MISSED


def differences(values: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """Return the mixed forward differences of values on a grid, in the grid's order.

    They are the coefficients by products of binomials: where none is negative, no value is.
    """
    result = list(values)
    stride = 1
    for length in reversed(lengths):
        for start in _lines(len(result), length, stride):
            row = [result[start + step * stride] for step in range(length)]
            padded = newton(row)
            for step in range(length):
                result[start + step * stride] = padded[step] if step < len(padded) else 0
        stride *= length
    return result


def _lines(size: int, length: int, stride: int) -> Iterator[int]:
    """Yield where the lines along one axis of a flat grid begin."""
    for block in range(0, size, length * stride):
        yield from range(block, block + stride)


def _signs(coefficients: Sequence[int]) -> tuple[int, ...]:
    """Return the signs that the polynomial may take; the first coefficient is its value at the origin."""
    first = coefficients[0]
    if not any(coefficients):
        return (0,)
    if min(coefficients) >= 0:
        return (1,) if first > 0 else (0, 1)
    if max(coefficients) <= 0:
        return (-1,) if first < 0 else (-1, 0)
    return (-1, 0, 1)
