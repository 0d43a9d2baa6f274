"""Classes of several sizes as conditions: `H % 2 == 0 and W % 2 == 0`, `H * W % 4 == 0`."""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.static import Dim
from archc.shapes import dims
from archc.shapes.classes import Classes, Outcome, Residues
from archc.shapes.condition import Condition, of_residues
from archc.shapes.evaluation import compile_dim
from archc.shapes.functions import FloorDiv
from archc.shapes.goal import Goal
from archc.shapes.knowledge import Knowledge
from archc.shapes.relation import Comparison, Relation
from archc.shapes.restore import restore, view


def of_classes(found: Classes, goal: Goal, knowledge: Knowledge) -> Condition | None:
    """Return when a goal is met, as far as the classes tell; None where it is met in none throughout."""
    good = found.of(Outcome.MET)
    if not good:
        return None
    exact = not found.of(Outcome.MIXED)
    box = [tuple(sorted({residues[place] for residues in good})) for place in range(len(found.symbols))]
    if len(_inside(box, found)) == len(good):
        return _of_box(box, found, knowledge, exact)
    floors = _of_floors(found, goal, knowledge) if exact else None
    return floors or _of_box(_small_box(found, good), found, knowledge, exact=False)


Box = Sequence[Sequence[int]]
"""Residues of every symbol."""


def _inside(box: Box, found: Classes) -> list[Residues]:
    return [r for r, _ in found.outcomes if all(x in side for x, side in zip(r, box, strict=True))]


def _of_box(box: Box, found: Classes, knowledge: Knowledge, exact: bool) -> Condition:
    sides = [
        of_residues(*_shortest(period, side), view(symbol, knowledge))
        for symbol, period, side in zip(found.symbols, found.periods, box, strict=True)
    ]
    relations = tuple(relation for side in sides for relation in side.relations)
    return Condition(relations, exact and all(side.exact for side in sides))


def _shortest(period: int, side: Sequence[int]) -> tuple[int, Sequence[int]]:
    """Return the smallest modulus, and the residues by it, that say the same."""
    for modulus in range(1, period):
        few = sorted({residue % modulus for residue in side})
        if period % modulus == 0 and len(few) * (period // modulus) == len(side):
            return modulus, few
    return period, side


def _small_box(found: Classes, good: Sequence[Residues]) -> Box:
    """Return a box of good classes around the first of them, made wider one symbol after the other."""
    sides: list[Sequence[int]] = [(residue,) for residue in good[0]]
    kept = set(good)
    for place, period in enumerate(found.periods):
        for modulus in range(1, period):
            wider = [*sides]
            wider[place] = range(good[0][place] % modulus, period, modulus)
            if period % modulus == 0 and kept.issuperset(_inside(wider, found)):
                sides = wider
                break
    return sides


def _of_floors(found: Classes, goal: Goal, knowledge: Knowledge) -> Condition | None:
    """Return `a % k == r` for floors `a // k` of the goal that together tell good and bad classes apart."""
    names = [symbol.name for symbol in found.symbols]
    good, bad = found.of(Outcome.MET), set(found.of(Outcome.MISSED))
    tests: list[tuple[set[Residues], Relation]] = []
    for floor in goal.difference.atoms(FloorDiv):
        size, divisor = floor.args[0], int(floor.args[1])
        evaluate = compile_dim(size, names)
        values = {evaluate(residues) % divisor for residues in good}
        if len(values) == 1:
            excluded = {residues for residues in bad if evaluate(residues) % divisor not in values}
            tests.append((excluded, _remainder(size, divisor, values.pop(), knowledge)))
    relations = []
    for excluded, relation in sorted(tests, key=lambda test: -len(test[0])):
        if excluded & bad:
            relations.append(relation)
            bad -= excluded
    return None if bad else Condition(tuple(relations), exact=True)


def _remainder(size: Dim, divisor: int, value: int, knowledge: Knowledge) -> Relation:
    return Relation(Comparison.EQ, dims.mod(restore(size, knowledge), divisor), value)
