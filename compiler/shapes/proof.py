"""The ways to decide a relation in free sizes: a table, tried in order until one knows the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import lcm

from archc.shapes import algebra, polynomial
from archc.shapes.bounds import always, is_plain, never
from archc.shapes.boxes import of_classes
from archc.shapes.classes import Outcome, classify
from archc.shapes.condition import Condition, of_set
from archc.shapes.context import Context
from archc.shapes.expression import Symbol
from archc.shapes.functions import FloorDiv
from archc.shapes.goal import Goal, goal
from archc.shapes.knowledge import Knowledge
from archc.shapes.relation import Comparison, Relation
from archc.shapes.restore import restore, view
from archc.shapes.search import Search, Trial
from archc.shapes.separate import separated
from archc.shapes.sizeset import interval
from archc.shapes.truth import MOST_CLASSES, domain, truth
from archc.shapes.verdict import Conditional, Proven, Refuted, Unknown, Verdict
from archc.shapes.wording import restated

MOST_PLACES = 16
"""Classes or sizes at which a failure is known, that are tried for legal company before the search takes over."""


@dataclass(frozen=True)
class Question:
    """A relation, in the author's sizes or in their witnesses, and the context in which it is asked."""

    relation: Relation
    context: Context

    @property
    def knowledge(self) -> Knowledge:
        return self.context.knowledge

    @cached_property
    def goal(self) -> Goal:
        """The relation in the context's witnesses, as the sign of a difference."""
        left, right = self.context.to_witness(self.relation.left), self.context.to_witness(self.relation.right)
        return goal(Relation(self.relation.kind, left, right)).reduced()

    @cached_property
    def search(self) -> Search:
        left, right = self.context.from_witness(self.relation.left), self.context.from_witness(self.relation.right)
        return Search(Relation(self.relation.kind, left, right), self.context)

    @cached_property
    def trial(self) -> Trial:
        """What the smallest legal sizes show."""
        return self.search.smallest()

    def refuted(self) -> Verdict | None:
        """Return the verdict on a relation that is known to fail everywhere."""
        return Refuted(self.trial.failure) if self.trial.failure is not None else None

    def conditional(self, condition: Condition, places: Iterable[Mapping[Symbol, int]] = ()) -> Verdict | None:
        """Return the verdict under a condition; `places` are where a failure must be if small sizes show none."""
        failure = self.trial.failure or self.search.around(islice(places, MOST_PLACES))
        return None if failure is None else Conditional(condition.relations, failure, condition.exact)


Way = Callable[[Question], Verdict | None]


def answer(question: Question) -> Verdict:
    """Return the verdict of the first way that has one."""
    if question.context.contradiction is not None:
        return Proven()
    for way in _WAYS:
        verdict = way(question)
        if verdict is not None:
            return verdict
    return _tried(question)


def _constant(question: Question) -> Verdict | None:
    """The difference is a number."""
    difference = question.goal.difference
    if not difference.is_whole:
        return None
    return Proven() if question.goal.holds(int(difference)) else question.refuted()


def _plain(question: Question) -> Verdict | None:
    """No term of the difference is negative."""
    return Proven() if is_plain(question.goal) else None


def _single(question: Question) -> Verdict | None:
    """One free size, floors by numbers: the exact set of sizes is known."""
    symbols = question.goal.difference.free_symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    known = question.knowledge.range(symbol)
    met = truth(question.goal, symbol, known.first)
    if met is None:
        return None
    allowed = domain(question.knowledge.facts, symbol, known.first, known.last)
    if lcm(allowed.period, met.period) > MOST_CLASSES:
        allowed = interval(known.first, known.last)
    failing = allowed - met
    if not failing:
        return Proven()
    if not allowed & met:
        return question.refuted()
    places = ({symbol: number} for number in failing)
    failure = question.search.around(islice(places, MOST_PLACES))
    condition = of_set(met, known.first, view(symbol, question.knowledge))
    return None if failure is None else Conditional(condition.relations, failure, condition.exact)


def _bounded(question: Question) -> Verdict | None:
    """An inequality follows from those of the context and of the floors, minima and maxima in it."""
    if always(question.goal, question.knowledge):
        return Proven()
    return question.refuted() if never(question.goal, question.knowledge) else None


def _separate(question: Question) -> Verdict | None:
    """A sum of parts in one size each that are all least, or all greatest, where it is 0."""
    found = separated(question.goal, question.knowledge)
    if found is None:
        return None
    if not found.possible:
        return question.refuted()
    views = [(symbol, met, view(symbol, question.knowledge)) for symbol, met in found.sets]
    sides = [of_set(met, question.knowledge.range(symbol).first, seen) for symbol, met, seen in views]
    relations = tuple(relation for side in sides for relation in side.relations)
    if not relations:
        return Proven()
    return question.conditional(Condition(relations, all(side.exact for side in sides)))


def _by_classes(question: Question) -> Verdict | None:
    """Several free sizes, floors by numbers: class by class."""
    found = classify(question.goal, question.knowledge)
    if found is None:
        return None
    good, bad = found.of(Outcome.MET), found.of(Outcome.MISSED)
    if len(good) == len(found.outcomes):
        return Proven()
    if len(bad) == len(found.outcomes):
        return question.refuted()
    condition = of_classes(found, question.goal, question.knowledge)
    if condition is None:
        return None
    first = [question.knowledge.range(symbol).first for symbol in found.symbols]
    places = [
        {s: low + (r - low) % p for s, p, r, low in zip(found.symbols, found.periods, residues, first, strict=True)}
        for residues in bad
    ]
    return question.conditional(condition, sorted(places, key=lambda place: sum(place.values())))


def _divisor(question: Question) -> Verdict | None:
    """A division by a free size that has to come out even."""
    if question.goal.kind is not Comparison.EQ:
        return None
    for floor in question.goal.difference.atoms(FloorDiv):
        dividend, divisor = floor.args
        rest = polynomial.minus(dividend, polynomial.multiply(divisor, floor))
        even = Relation(Comparison.EQ, restore(algebra.plain(rest), question.knowledge), 0)
        if question.goal.difference in (rest, polynomial.scaled(rest, -1)):
            return question.conditional(Condition((even,), exact=True))
        if isinstance(dividend, Symbol) and dividend not in divisor.free_symbols:
            value = algebra.multiply(algebra.witness_symbol(dividend, 0, 1), divisor)
            if algebra.replace(question.goal.difference, {dividend: value}) == 0:
                return question.conditional(Condition((even,), exact=False))
    return None


def _tried(question: Question) -> Verdict:
    """Whatever is left: the relation itself is the condition, if sizes can be found at which it fails."""
    if question.trial.complete and question.trial.failure is None:
        return Proven()
    failure = question.trial.failure or question.search.far()
    if failure is None:
        return Unknown(question.trial.met)
    condition = restated(question.goal, question.knowledge, question.relation.kind)
    return Conditional((condition,), failure, exact=True)


_WAYS: tuple[Way, ...] = (_constant, _plain, _single, _bounded, _separate, _by_classes, _divisor)
