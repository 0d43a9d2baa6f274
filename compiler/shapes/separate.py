"""Equalities between sums of which each part depends on one size: they hold where every part is least, or greatest."""

from __future__ import annotations

from archc.records import record
from archc.shapes import polynomial
from archc.shapes.evaluation import compile_dim
from archc.shapes.expression import ONE, Expr, Symbol
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge
from archc.shapes.periodic import structure
from archc.shapes.relation import Comparison
from archc.shapes.sizeset import SizeSet, interval
from archc.shapes.truth import MOST_CLASSES, truth


@record
class Separation:
    """A goal that is met exactly where every symbol is in its set; `possible` is False where it is never met."""

    possible: bool
    sets: tuple[tuple[Symbol, SizeSet], ...] = ()


def separated(goal: Goal, knowledge: Knowledge) -> Separation | None:
    """Return when an equality is met, None where its parts are mixed or unbounded."""
    parts = polynomial.terms(goal.difference)
    constant = int(parts.pop(ONE, 0))
    sums: dict[Symbol, Expr] = {}
    for monomial, number in parts.items():
        symbols = monomial.free_symbols
        if len(symbols) != 1:
            return None
        (symbol,) = symbols
        sums[symbol] = polynomial.plus(sums.get(symbol, 0), polynomial.collect({monomial: number}))
    if goal.kind is not Comparison.EQ or len(sums) < 2:
        return None
    return _at_ends(sums, constant, knowledge, 1) or _at_ends(sums, constant, knowledge, -1)


def _at_ends(sums: dict[Symbol, Expr], constant: int, knowledge: Knowledge, direction: int) -> Separation | None:
    """Use that every part, times `direction`, has a least value."""
    least = {symbol: _least(polynomial.scaled(part, direction), symbol, knowledge) for symbol, part in sums.items()}
    known = [value for value in least.values() if value is not None]
    if len(known) < len(least) or sum(known) + direction * constant < 0:
        return None
    if sum(known) + direction * constant > 0:
        return Separation(possible=False)
    sets = []
    for symbol, part in sums.items():
        value = least[symbol]
        assert value is not None
        met = truth(
            Goal(Comparison.EQ, polynomial.minus(polynomial.scaled(part, direction), value)),
            symbol,
            knowledge.range(symbol).first,
        )
        sets.append((symbol, interval(knowledge.range(symbol).first, None) if met is None else met))
    return Separation(True, tuple(sets))


def _least(part: Expr, symbol: Symbol, knowledge: Knowledge) -> int | None:
    """Return the least value of a part over all sizes of its symbol, if one of the first periods has it."""
    known, first = structure(part), knowledge.range(symbol).first
    if known is None or known.periods[0] > MOST_CLASSES:
        return None
    evaluate = compile_dim(part, [symbol.name])
    value = min(evaluate((first + step,)) for step in range(2 * known.periods[0]))
    goal = Goal(Comparison.GE, polynomial.minus(part, value))
    met = truth(goal, symbol, first) if goal.difference.free_symbols else interval(first, None)
    return value if met is not None and not interval(first, None) - met else None
