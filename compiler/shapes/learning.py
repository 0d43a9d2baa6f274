"""From goals to knowledge: each becomes a substitution, a range, or a fact that is kept as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import gcd

from archc.graph.static import Dim
from archc.records import record
from archc.shapes import algebra, polynomial
from archc.shapes.bounds import is_plain, never
from archc.shapes.expression import ONE, Symbol
from archc.shapes.functions import FloorDiv
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge, Range, Witness
from archc.shapes.relation import Comparison
from archc.shapes.sizeset import interval
from archc.shapes.truth import domain, truth


@record
class Lesson:
    """What a goal says of one symbol: its value or its range, and the goals that are left of it."""

    symbol: Symbol
    value: Dim | None = None
    range: Range | None = None
    goals: tuple[Goal, ...] = ()
    facts: tuple[Goal, ...] = ()


Rule = Callable[[Goal, Knowledge], Lesson | None]


def learn(knowledge: Knowledge, goal: Goal) -> Knowledge | None:
    """Return what is known once the goal is met too, None where that is seen to be impossible."""
    pending = [goal]
    while pending:
        fact = current(pending.pop(0), knowledge)
        if fact.difference.is_whole and not fact.holds(int(fact.difference)):
            return None
        if fact.difference.is_whole or is_plain(fact):
            continue
        lesson = next((lesson for rule in _RULES if (lesson := rule(fact, knowledge)) is not None), None)
        if lesson is not None:
            knowledge, reopened = _apply(lesson, knowledge)
            pending.extend(reopened)
        elif never(fact, knowledge):
            return None
        else:
            knowledge = replace(knowledge, facts=tuple(dict.fromkeys((*knowledge.facts, fact))))
    return knowledge


def current(goal: Goal, knowledge: Knowledge) -> Goal:
    """Return the goal in the symbols that are left, without factors that do not matter."""
    difference = algebra.expression(algebra.replace(goal.difference, knowledge.substitution()))
    return Goal(goal.kind, difference).reduced()


def _apply(lesson: Lesson, knowledge: Knowledge) -> tuple[Knowledge, list[Goal]]:
    """Return the knowledge with the lesson in it, and the goals that have to be learnt anew."""
    symbol, others = lesson.symbol, tuple(known for known in knowledge.ranges if known.symbol != lesson.symbol)
    if lesson.value is None:
        ranges = (*others, lesson.range) if lesson.range is not None else knowledge.ranges
        facts = tuple(dict.fromkeys((*knowledge.facts, *lesson.facts)))
        return replace(knowledge, ranges=ranges, facts=facts), list(lesson.goals)
    reopened = [fact for fact in knowledge.facts if symbol in fact.difference.free_symbols]
    known = Knowledge(
        witnesses=(*_rewritten(knowledge, symbol, lesson.value), Witness(symbol, lesson.value)),
        ranges=others if lesson.range is None else (*others, lesson.range),
        facts=tuple(fact for fact in knowledge.facts if fact not in reopened),
    )
    return known, [*lesson.goals, *reopened]


def _rewritten(knowledge: Knowledge, symbol: Symbol, value: Dim) -> list[Witness]:
    return [Witness(w.symbol, algebra.replace(w.value, {symbol: value})) for w in knowledge.witnesses]


# -- rules: how a goal can be understood ------------------------------------------------------------


def _congruence(goal: Goal, knowledge: Knowledge) -> Lesson | None:
    """`(a * x + b) % m == r`: x is one class modulo m over the common factors of a and m."""
    found = _as_congruence(goal)
    if found is None:
        return None
    symbol, factor, rest, modulus = found
    common = gcd(factor, modulus)
    if rest % common:
        return Lesson(symbol, goals=(_IMPOSSIBLE,))
    modulus //= common
    residue = rest // common * pow(factor // common, -1, modulus) % modulus if modulus > 1 else 0
    return _class(knowledge.range(symbol), modulus, residue)


_IMPOSSIBLE = Goal(Comparison.EQ, ONE)


def _as_congruence(goal: Goal) -> tuple[Symbol, int, int, int] | None:
    """Return x, a, c and m of `a * x == c (mod m)`."""
    parts = polynomial.terms(goal.difference)
    floors = [atom for atom in parts if isinstance(atom, FloorDiv) and atom.args[1].is_whole]
    if goal.kind is not Comparison.EQ or len(floors) != 1:
        return None
    dividend, modulus = floors[0].args[0], int(floors[0].args[1])
    times, uneven = divmod(-parts[floors[0]], modulus)
    remainder = polynomial.minus(dividend, polynomial.scaled(floors[0], modulus))
    left = polynomial.minus(goal.difference, polynomial.scaled(remainder, times))
    inner = polynomial.terms(dividend)
    symbols = [monomial for monomial in inner if monomial is not ONE]
    if uneven or abs(times) != 1 or not left.is_whole or len(symbols) != 1 or not isinstance(symbols[0], Symbol):
        return None
    residue = -times * int(left)
    if not 0 <= residue < modulus:
        return symbols[0], 0, 1, modulus
    return symbols[0], int(inner[symbols[0]]), residue - int(inner.get(ONE, 0)), modulus


def _class(known: Range, modulus: int, residue: int) -> Lesson:
    """Write a symbol as `modulus * x + residue`, where x is a new symbol."""
    first = -((residue - known.first) // modulus)
    last = None if known.last is None else (known.last - residue) // modulus
    if modulus == 1:
        return Lesson(known.symbol)
    if last is not None and last <= first:
        value = modulus * first + residue
        return Lesson(known.symbol, value, goals=() if last == first else (_IMPOSSIBLE,))
    symbol = algebra.witness_symbol(known.symbol, modulus, min(first, 1))
    return Lesson(known.symbol, algebra.add(algebra.multiply(modulus, symbol), residue), Range(symbol, first, last))


def _equality(goal: Goal, knowledge: Knowledge) -> Lesson | None:
    """`c * x + rest == 0` where x is nowhere in the rest: x is known."""
    parts = polynomial.terms(goal.difference)
    candidates = [x for x in parts if isinstance(x, Symbol) and not any(x in m.free_symbols for m in parts if m != x)]
    if goal.kind is not Comparison.EQ or not candidates:
        return None
    symbol = _to_go(candidates, parts)
    factor = int(parts[symbol])
    rest = algebra.subtract(goal.difference, algebra.multiply(factor, symbol))
    value = algebra.floordiv(algebra.multiply(rest, -1 if factor > 0 else 1), abs(factor))
    known = knowledge.range(symbol)
    goals = [Goal(Comparison.GE, algebra.expression(algebra.subtract(value, known.first)))]
    if known.last is not None:
        goals.append(Goal(Comparison.GE, algebra.expression(algebra.subtract(known.last, value))))
    if (left_over := algebra.mod(rest, abs(factor))) != 0:
        goals.insert(0, Goal(Comparison.EQ, algebra.expression(left_over)))
    return Lesson(symbol, value, goals=tuple(goals))


def _to_go(candidates: list[Symbol], parts: polynomial.Terms) -> Symbol:
    """Return the symbol whose value by the others has no divisor and the fewest subtractions; of equals, the last."""

    def cost(symbol: Symbol) -> tuple[int, int]:
        subtractions = sum(number * parts[symbol] > 0 for monomial, number in parts.items() if monomial != symbol)
        return abs(int(parts[symbol])), subtractions

    return min(sorted(candidates, key=lambda symbol: symbol.name, reverse=True), key=cost)


def _single(goal: Goal, knowledge: Knowledge) -> Lesson | None:
    """A goal in one symbol: its exact set of sizes, as a class and a range where it is one."""
    symbols = goal.difference.free_symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    known = knowledge.range(symbol)
    if truth(goal, symbol, known.first) is None:
        return None
    allowed = domain((goal, *knowledge.facts), symbol, known.first, known.last)
    if not allowed:
        return Lesson(symbol, goals=(_IMPOSSIBLE,))
    limits = Range(symbol, allowed.least(), allowed.greatest())
    if limits.first == limits.last:
        return Lesson(symbol, value=limits.first)
    modulus, residue = allowed.common_class()
    if modulus > 1:
        return replace(_class(limits, modulus, residue), goals=(goal,))
    is_range = not interval(limits.first, limits.last) - allowed
    return Lesson(symbol, range=limits, facts=() if is_range else (goal,))


_RULES: tuple[Rule, ...] = (_congruence, _equality, _single)
