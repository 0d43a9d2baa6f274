"""Probes: a configuration again with one argument changed, by which a backend tells what a number depends on from what
it only happens to equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from archc.graph.static import Static

MOST = 3
"""Configurations that are probed: what arguments do in these, they do in all."""

EACH = 2
"""Values of an argument that are tried with success."""

T = TypeVar("T")


def probed(every: Sequence[T]) -> tuple[T, ...]:
    """Return those configurations of which there are probes: the first ones and the last."""
    return (*every[: MOST - 1], *every[MOST - 1 :][-1:])


def others(value: Static) -> Iterator[Static]:
    """Yield other values of an argument, nothing for one that holds no numbers.

    An architecture may refuse some (a width that is no multiple of 8), so the first ones that it takes are probes.
    Both a sum and a product are tried: half of a width is the same for the next width, and the next layer's width is
    still the double. Lists keep their lengths and change out of proportion; kernel sizes stay odd in some.
    """
    for change in _CHANGES:
        other = _changed(value, change, count())
        if other is not None and other != value:
            yield other


def _changed(value: Static, change: Change, positions: Iterator[int]) -> Static:
    """Return a value with a change made to every number in it, None where it holds anything else."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return change(value, next(positions))
    if isinstance(value, float):
        return (value + 0.125 * (1 + next(positions))) / 2
    if isinstance(value, tuple):
        entries = tuple(_changed(entry, change, positions) for entry in value)
        return None if None in entries else entries
    return None


Change = Callable[[int, int], int]

_CHANGES: tuple[Change, ...] = (
    lambda number, i: number + 1 + 2 * i,
    lambda number, i: number * (2 + i) if number else 2,
    lambda number, i: number * 2 if number else 2,
    lambda number, i: number + 2 * (i + 1),
    lambda number, i: number - 1 if number > 1 else number,
    lambda number, i: number * 3,
)
"""What becomes of the number at a position."""
