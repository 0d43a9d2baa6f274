"""Sets of sizes as relations that an author would write: `H % 2 == 0`, `H >= 7`, `H != 5`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import gcd

from archc.records import record
from archc.shapes import dims
from archc.shapes.relation import Comparison, Relation
from archc.shapes.restore import View
from archc.shapes.sizeset import SizeSet, classes, interval

MOST_EXCEPTIONS = 4
"""Single sizes or classes that a condition names one by one; beyond, it only says what is sufficient."""


@record
class Condition:
    """Relations that together are sufficient, and necessary too where `exact`."""

    relations: tuple[Relation, ...]
    exact: bool


def of_set(met: SizeSet, first: int, seen: View) -> Condition:
    """Return when a size is in a set that is not empty, where sizes start at `first`."""
    modulus, kept = met.residues()
    low, high = met.least(), met.greatest()
    if low == high:
        return Condition((Relation(Comparison.EQ, seen.size, seen.at(low)),), exact=True)
    framed = classes(modulus, kept, low, high)
    missing = tuple(islice(framed - met, MOST_EXCEPTIONS + 1))
    if len(missing) > MOST_EXCEPTIONS:
        return _tail(met, first, seen)
    inside = of_residues(modulus, kept, seen)
    relations = (*inside.relations, *_limits(modulus, kept, first, low, high, seen))
    others = tuple(Relation(Comparison.NE, seen.size, seen.at(number)) for number in missing)
    return Condition((*relations, *others), inside.exact)


def _limits(
    modulus: int, kept: Sequence[int], first: int, low: int, high: int | None, seen: View
) -> Iterator[Relation]:
    if classes(modulus, kept, first, low - 1):
        yield Relation(Comparison.GE, seen.size, seen.at(low))
    if high is not None:
        yield Relation(Comparison.LE, seen.size, seen.at(high))


def _tail(met: SizeSet, first: int, seen: View) -> Condition:
    """Return what is sufficient of a set without a short description: its periodic part, or one member."""
    endless = SizeSet(tuple(tuple(i for i in intervals if i[1] is None) for intervals in met.classes))
    if not endless:
        return Condition((Relation(Comparison.EQ, seen.size, seen.at(met.least())),), exact=False)
    modulus, kept = endless.residues()
    holes = classes(modulus, kept, endless.least(), None) - endless
    start = (holes.greatest() or 0) + 1 if holes else endless.least()
    relations = _limits(modulus, kept, first, next(iter(endless & interval(start, None))), None, seen)
    return Condition((*of_residues(modulus, kept, seen).relations, *relations), exact=False)


def of_residues(modulus: int, kept: Sequence[int], seen: View) -> Condition:
    """Return when a size is, modulo `modulus`, one of `kept`."""
    whole = modulus * seen.scale

    def residue(kind: Comparison, number: int, shift: int = 0) -> Relation:
        size = dims.add(seen.size, shift * seen.scale)
        return Relation(kind, dims.mod(size, whole), seen.at(number))

    if len(kept) == modulus:
        return Condition((), exact=True)
    if len(kept) == 1:
        return Condition((residue(Comparison.EQ, kept[0]),), exact=True)
    missing = [number for number in range(modulus) if number not in kept]
    if len(missing) == 1:
        return Condition((residue(Comparison.NE, missing[0]),), exact=True)
    run = _run(modulus, kept)
    if run is not None and run == kept[0] > 0 and kept[-1] == modulus - 1:
        return Condition((residue(Comparison.GE, run),), exact=True)
    if run is not None:
        return Condition((residue(Comparison.LE, len(kept) - 1, -run % modulus),), exact=True)
    step = gcd(modulus, *(number - kept[0] for number in kept))
    same = of_residues(step, [kept[0] % step], seen).relations
    left = [number for number in missing if number % step == kept[0] % step]
    if len(left) > MOST_EXCEPTIONS:
        return Condition((residue(Comparison.EQ, kept[0]),), exact=False)
    return Condition((*same, *(residue(Comparison.NE, number) for number in left)), exact=True)


def _run(modulus: int, kept: Sequence[int]) -> int | None:
    """Return where the classes begin if they follow one another, around the end if need be."""
    starts = [number for number in kept if (number - 1) % modulus not in kept]
    return starts[0] if len(starts) == 1 else None
