"""Integer polynomials in Newton's form: what the forward differences at one point say of all points behind it.

`(c0, c1, c2)` stands for `c0 + c1 * t + c2 * t * (t - 1) / 2`, for t = 0, 1, 2, ... The form comes from values
alone, every polynomial with integer values has integer coefficients in it, and no negative one means no negative value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

Newton = tuple[int, ...]
Signs = tuple[tuple[int, int], ...]
"""Pairs (start, sign): the sign, -1, 0 or 1, from that point on to the next start."""


def newton(values: Sequence[int]) -> Newton:
    """Return the polynomial that has these values at 0, 1, 2, ..., without leading zeros."""
    coefficients = []
    row = list(values)
    while any(row):
        coefficients.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    return tuple(coefficients)


def value(polynomial: Newton, at: int) -> int:
    """Return the value at a point."""
    result, binomial = 0, 1
    for order, coefficient in enumerate(polynomial):
        result += coefficient * binomial
        binomial = binomial * (at - order) // (order + 1)
    return result


def sign(number: int) -> int:
    """Return -1, 0 or 1."""
    return (number > 0) - (number < 0)


def signs(polynomial: Newton) -> Signs:
    """Return the sign everywhere from 0 on, exactly and without looking at every point.

    Where the slope keeps its sign the polynomial is monotone, and bisection finds where its own sign changes.
    """
    if len(polynomial) <= 1:
        return ((0, sign(polynomial[0] if polynomial else 0)),)
    slopes = signs(polynomial[1:])
    ends = [start for start, _ in slopes[1:]]
    found: list[tuple[int, int]] = []
    for (start, slope), end in zip(slopes, [*ends, None], strict=True):
        found.extend(_monotone(polynomial, start, end, slope))
    return merged(found)


def merged(found: Sequence[tuple[int, int]]) -> Signs:
    """Return the signs without a start at which nothing changes."""
    kept = [pair for index, pair in enumerate(found) if index == 0 or found[index - 1][1] != pair[1]]
    return tuple(kept)


def _monotone(polynomial: Newton, start: int, end: int | None, slope: int) -> list[tuple[int, int]]:
    found = [(start, sign(value(polynomial, start)))]
    while slope and found[-1][1] != slope:
        change = _first(partial(_has_left, polynomial, found[-1][1]), found[-1][0], end)
        if change is None:
            break
        found.append((change, sign(value(polynomial, change))))
    return found


def _has_left(polynomial: Newton, now: int, at: int) -> bool:
    return sign(value(polynomial, at)) != now


def _first(holds: Callable[[int], bool], below: int, end: int | None) -> int | None:
    """Return the first point behind `below` and before `end` from which on `holds` is true; it is false at `below`."""
    step = 1
    while end is None and not holds(below + step):
        step *= 2
    above = below + step if end is None else end - 1
    if above <= below or not holds(above):
        return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above
