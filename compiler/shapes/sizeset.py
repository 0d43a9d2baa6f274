"""Sets of sizes that are periodic from some size on, exactly: what a relation in one free size can be true of."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from math import gcd, lcm

from archc.records import record

Interval = tuple[int, int | None]
"""The integers from the first to the last, both included; None for no last."""


@record
class SizeSet:
    """The numbers whose class modulo `len(classes)` has an interval around them; intervals are sorted and apart."""

    classes: tuple[tuple[Interval, ...], ...]

    @property
    def period(self) -> int:
        return len(self.classes)

    def __contains__(self, number: int) -> bool:
        return any(a <= number and (b is None or number <= b) for a, b in self.classes[number % self.period])

    def __and__(self, other: SizeSet) -> SizeSet:
        period = lcm(self.period, other.period)
        pairs = ((self.classes[r % self.period], other.classes[r % other.period]) for r in range(period))
        return SizeSet(tuple(_clip(a, b, r, period) for r, (a, b) in enumerate(pairs)))

    def __sub__(self, other: SizeSet) -> SizeSet:
        return self & SizeSet(tuple(_gaps(intervals) for intervals in other.classes))

    def __bool__(self) -> bool:
        return any(self.classes)

    def least(self) -> int:
        """Return the smallest number of a set that is not empty and bounded below."""
        return min(intervals[0][0] for intervals in self.classes if intervals)

    def greatest(self) -> int | None:
        """Return the largest number of a set that is not empty, None where there is none."""
        ends = [intervals[-1][1] for intervals in self.classes if intervals]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    def residues(self) -> tuple[int, tuple[int, ...]]:
        """Return the smallest modulus, and the classes modulo it, that say in which classes there are numbers."""
        kept = {residue for residue, intervals in enumerate(self.classes) if intervals}
        for modulus in range(1, self.period + 1):
            few = {residue % modulus for residue in kept} if self.period % modulus == 0 else kept
            if self.period % modulus == 0 and len(few) * (self.period // modulus) == len(kept):
                return modulus, tuple(sorted(few))
        return self.period, tuple(sorted(kept))

    def common_class(self) -> tuple[int, int]:
        """Return the largest modulus, and the residue by it, that all numbers of a set have in common."""
        period, kept = self.residues()
        modulus = gcd(period, *(residue - kept[0] for residue in kept))
        return modulus, kept[0] % modulus

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of a set that is bounded below, in order."""
        return heapq.merge(*[_members(intervals, self.period) for intervals in self.classes])


def _members(intervals: Sequence[Interval], period: int) -> Iterator[int]:
    return chain.from_iterable(
        count(first, period) if last is None else range(first, last + 1, period) for first, last in intervals
    )


def interval(first: int, last: int | None) -> SizeSet:
    """Return the numbers from `first` to `last`."""
    return SizeSet((((first, last),),) if last is None or first <= last else ((),))


def classes(period: int, kept: Sequence[int], first: int, last: int | None) -> SizeSet:
    """Return the numbers from `first` to `last` that are, modulo `period`, among `kept`."""
    return interval(first, last) & SizeSet(tuple(((_BELOW, None),) if r in kept else () for r in range(period)))


_BELOW = -(1 << 4200)
"""Stands for no lower end; every size is far above it."""


def joined(intervals: Iterable[Interval], period: int) -> tuple[Interval, ...]:
    """Return the intervals of one class in order, those that touch made one."""
    result: list[Interval] = []
    for first, last in sorted(intervals, key=lambda pair: pair[0]):
        before = result[-1][1] if result else None
        if result and before is not None and first <= before + period:
            result[-1] = (result[-1][0], None if last is None else max(last, before))
        elif not result or before is not None:
            result.append((first, last))
    return tuple(result)


def _clip(left: Sequence[Interval], right: Sequence[Interval], residue: int, period: int) -> tuple[Interval, ...]:
    """Return what both have in common, each interval starting and ending on a member of the class."""
    met: list[Interval] = []
    for a, b in left:
        for c, d in right:
            first = max(a, c) + (residue - max(a, c)) % period
            ends = [end for end in (b, d) if end is not None]
            last = min(ends) - (min(ends) - residue) % period if ends else None
            if last is None or first <= last:
                met.append((first, last))
    return joined(met, period)


def _gaps(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    gaps: list[Interval] = []
    first: int | None = _BELOW
    for a, b in intervals:
        if first is not None and first < a:
            gaps.append((first, a - 1))
        first = None if b is None else b + 1
    return (*gaps, (first, None)) if first is not None else tuple(gaps)
