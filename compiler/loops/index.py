"""Where a loop reads: expressions of loop variables, and the interval that each of them stays in.

    Index = Axis                              a loop variable, 0 up to its extent
          | Affine                            a constant and multiples of other indices
          | Product                           of two indices
          | Quotient, Remainder               by a positive constant, rounded down
          | Least, Greatest                   of two indices
          | Loaded                            an integer that a buffer holds

Indices are made with `+ - * // %`, `least` and `greatest`, which keep them small: what is known to be zero goes, and
i // n * n + i % n is i, so that a tensor reshaped there and back is read as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from math import gcd, inf
from typing import TYPE_CHECKING

from archc.records import record

if TYPE_CHECKING:
    from archc.loops.nest import Buffer

Interval = tuple[float, float]
"""The smallest and the largest value, both included; infinite where nothing is known."""


class Index:
    """An integer that depends on loop variables."""

    __slots__ = ()

    def __add__(self, other: Index | int) -> Index:
        return _total(((self, 1), (as_index(other), 1)))

    def __sub__(self, other: Index | int) -> Index:
        return _total(((self, 1), (as_index(other), -1)))

    def __mul__(self, other: Index | int) -> Index:
        if isinstance(other, int):
            return _total(((self, other),))
        return Product(self, other)

    def __floordiv__(self, divisor: int) -> Index:
        whole, rest = _divided(self, divisor)
        low, high = interval(rest)
        if low >= 0 and high < divisor:
            return whole
        if isinstance(rest, Quotient):
            return whole + Quotient(rest.index, rest.divisor * divisor)
        factor, multiple, _ = _factored(rest, divisor)
        return whole + (multiple // (divisor // factor) if factor > 1 else Quotient(rest, divisor))

    def __mod__(self, divisor: int) -> Index:
        _, rest = _divided(self, divisor)
        low, high = interval(rest)
        if low >= 0 and high < divisor:
            return rest
        factor, multiple, small = _factored(rest, divisor)
        return multiple % (divisor // factor) * factor + small if factor > 1 else Remainder(rest, divisor)


@dataclass(frozen=True, eq=False, slots=True)
class Axis(Index):
    """A loop over 0, 1, ..., extent - 1. Two loops are never the same, whatever their extents and names."""

    extent: int
    name: str = "i"


@record
class Affine(Index):
    terms: tuple[tuple[Index, int], ...]
    constant: int = 0


@record
class Product(Index):
    left: Index
    right: Index


@record
class Quotient(Index):
    index: Index
    divisor: int


@record
class Remainder(Index):
    index: Index
    divisor: int


@record
class Least(Index):
    left: Index
    right: Index


@record
class Greatest(Index):
    left: Index
    right: Index


@record
class Loaded(Index):
    buffer: Buffer
    index: tuple[Index, ...]


def as_index(value: Index | int) -> Index:
    """Return a number as an index."""
    return Affine((), value) if isinstance(value, int) else value


def least(left: Index, right: Index | int) -> Index:
    """Return the smaller one of two."""
    other = as_index(right)
    (low, high), (other_low, other_high) = interval(left), interval(other)
    return left if high <= other_low else other if other_high <= low else Least(left, other)


def greatest(left: Index, right: Index | int) -> Index:
    """Return the larger one of two."""
    other = as_index(right)
    (low, high), (other_low, other_high) = interval(left), interval(other)
    return left if low >= other_high else other if other_low >= high else Greatest(left, other)


def _total(parts: tuple[tuple[Index, int], ...]) -> Index:
    """Return a sum of multiples with every index in it once."""
    terms: dict[Index, int] = {}
    constant = 0
    for part, factor in parts:
        inner = part if isinstance(part, Affine) else Affine(((part, 1),))
        constant += factor * inner.constant
        for index, times in inner.terms:
            terms[index] = terms.get(index, 0) + factor * times
    for index, times in list(terms.items()):
        if isinstance(index, Remainder) and terms.get(index.index // index.divisor) == times * index.divisor:
            del terms[index], terms[index.index // index.divisor]
            return _total((*((one, by) for one, by in terms.items()), (index.index, times), (Affine((), constant), 1)))
    kept = tuple((index, times) for index, times in terms.items() if times and interval(index) != (0, 0))
    return kept[0][0] if kept and len(kept) == 1 and kept[0][1] == 1 and not constant else Affine(kept, constant)


def _divided(index: Index, divisor: int) -> tuple[Index, Index]:
    """Return a and b with index = a divisor + b, where b has what does not divide by itself."""
    whole = index if isinstance(index, Affine) else Affine(((index, 1),))
    quotient = tuple((term, times // divisor) for term, times in whole.terms)
    rest = tuple((term, times % divisor) for term, times in whole.terms)
    return (
        _total((*quotient, (Affine((), whole.constant // divisor), 1))),
        _total((*rest, (Affine((), whole.constant % divisor), 1))),
    )


def _factored(index: Index, divisor: int) -> tuple[int, Index, Index]:
    """Return f, u and r with index = f u + r and 0 <= r < f, where f divides the divisor; f is 1 where there are none.

    Then index // divisor is u // (divisor / f), and index % divisor is f (u % (divisor / f)) + r.
    """
    whole = index if isinstance(index, Affine) else Affine(((index, 1),))
    for factor in sorted({gcd(times, divisor) for _, times in whole.terms} - {1, divisor}, reverse=True):
        multiple = tuple((term, times // factor) for term, times in whole.terms if times % factor == 0)
        rest = tuple((term, times) for term, times in whole.terms if times % factor)
        small = _total((*rest, (Affine((), whole.constant % factor), 1)))
        low, high = interval(small)
        if low >= 0 and high < factor:
            return factor, _total((*multiple, (Affine((), whole.constant // factor), 1))), small
    return 1, index, as_index(0)


# -- intervals -----------------------------------------------------------------------------------


@record
class Known:
    """What conditions say of indices: an interval each. An affine index stands without its constant."""

    intervals: Mapping[Index, Interval] = field(default_factory=dict)

    def within(self, index: Index, low: float, high: float) -> Known:
        """Return this knowledge and that an index is at least `low` and at most `high`."""
        key, constant = _key(index)
        old_low, old_high = self.intervals.get(key, (-inf, inf))
        return Known({**self.intervals, key: (max(old_low, low - constant), min(old_high, high - constant))})

    def of(self, index: Index) -> Interval:
        """Return what the conditions say of an index."""
        key, constant = _key(index)
        low, high = self.intervals.get(key, (-inf, inf))
        return low + constant, high + constant


def _key(index: Index) -> tuple[Index, int]:
    if not isinstance(index, Affine):
        return index, 0
    lone = len(index.terms) == 1 and index.terms[0][1] == 1
    return (index.terms[0][0] if lone else Affine(index.terms)), index.constant


NOTHING = Known()


def interval(index: Index, known: Known = NOTHING) -> Interval:
    """Return the interval that an index stays in, from the extents of its loops and from what is known."""
    low, high = _interval(index, known)
    known_low, known_high = known.of(index)
    return max(low, known_low), min(high, known_high)


@singledispatch
def _interval(index: Index, known: Known) -> Interval:
    raise TypeError(index)


@_interval.register
def _(index: Axis, known: Known) -> Interval:
    return 0, index.extent - 1


@_interval.register
def _(index: Affine, known: Known) -> Interval:
    low = high = float(index.constant)
    for term, times in index.terms:
        ends = [times * end for end in interval(term, known)]
        low, high = low + min(ends), high + max(ends)
    return low, high


@_interval.register
def _(index: Product, known: Known) -> Interval:
    (a, b), (c, d) = interval(index.left, known), interval(index.right, known)
    ends = (a * c, a * d, b * c, b * d)
    return min(ends), max(ends)


@_interval.register
def _(index: Quotient, known: Known) -> Interval:
    low, high = interval(index.index, known)
    return low // index.divisor, high // index.divisor if high < inf else inf


@_interval.register
def _(index: Remainder, known: Known) -> Interval:
    low, high = interval(index.index, known)
    return (low, high) if low >= 0 and high < index.divisor else (0, index.divisor - 1)


@_interval.register
def _(index: Least, known: Known) -> Interval:
    (a, b), (c, d) = interval(index.left, known), interval(index.right, known)
    return min(a, c), min(b, d)


@_interval.register
def _(index: Greatest, known: Known) -> Interval:
    (a, b), (c, d) = interval(index.left, known), interval(index.right, known)
    return max(a, c), max(b, d)


@_interval.register
def _(index: Loaded, known: Known) -> Interval:
    numbers = [number for number in index.buffer.values or () if isinstance(number, int)]
    return (min(numbers), max(numbers)) if numbers else (-inf, inf)
