"""Where items stand from left to right: those on one vertical line share a column, columns keep their distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from math import inf

from archc.graph.drawing.layers import Layers, Segment
from archc.records import record

ROUNDS = 60
STILL = 0.01
"""Columns that move less than this in a round have found their places."""


@record
class Extent:
    """How far an item reaches to the left and right of its own x."""

    left: float
    right: float


@record
class _Column:
    """Items on one vertical line, and what holds the column in its place: by its number, how far away."""

    items: list[int] = field(default_factory=list)
    lefts: dict[int, float] = field(default_factory=dict)
    rights: dict[int, float] = field(default_factory=dict)
    pulls: list[tuple[int, float]] = field(default_factory=list)


def columns(
    layers: Layers, extents: Sequence[Extent], straight: frozenset[Segment], shifts: Mapping[Segment, float], gap: float
) -> list[float]:
    """Return the x of every item, neighbours in a row at least `gap` apart.

    `shifts` says for a segment how far right of its upper end the lower item stands where the line is vertical.
    Straight segments are vertical; the others are as short as the distances allow.
    """
    column, offset = _joined(layers, straight, shifts)
    found = _columns(column)
    for row in layers.rows:
        for a, b in pairwise(row):
            distance = offset[a] + extents[a].right + gap + extents[b].left - offset[b]
            distance = max(distance, found[column[b]].lefts.get(column[a], distance))
            found[column[b]].lefts[column[a]] = found[column[a]].rights[column[b]] = distance
    for segment in layers.segments:
        upper, lower = column[segment.upper], column[segment.lower]
        if upper != lower:
            distance = offset[segment.upper] + shifts[segment] - offset[segment.lower]
            found[lower].pulls.append((upper, distance))
            found[upper].pulls.append((lower, -distance))
    x = _settled(found)
    return [x[column[item]] + offset[item] for item in range(len(column))]


def _joined(
    layers: Layers, straight: frozenset[Segment], shifts: Mapping[Segment, float]
) -> tuple[list[int], list[float]]:
    """Return for every item the topmost item of its column, and how far it stands to the right of that one."""
    upper = {segment.lower: segment for segment in straight}
    count = sum(map(len, layers.rows))
    column, offset = list(range(count)), [0.0] * count
    for row in layers.rows:
        for item in row:
            if item in upper:
                segment = upper[item]
                column[item] = column[segment.upper]
                offset[item] = offset[segment.upper] + shifts[segment]
    return column, offset


def _columns(column: Sequence[int]) -> dict[int, _Column]:
    found: dict[int, _Column] = {}
    for item, top in enumerate(column):
        found.setdefault(top, _Column()).items.append(item)
    return found


def _settled(found: Mapping[int, _Column]) -> dict[int, float]:
    """Start as far left as the distances allow, then move columns towards what they are wired to, in turns."""
    order = _from_left(found)
    x: dict[int, float] = {}
    for here in order:
        x[here] = max((x[other] + distance for other, distance in found[here].lefts.items()), default=0.0)
    for turn in range(ROUNDS):
        moved = 0.0
        for here in reversed(order) if turn % 2 == 0 else order:
            best = _best(found[here], x)
            if best is not None:
                moved = max(moved, abs(best - x[here]))
                x[here] = best
        if moved < STILL:
            break
    return x


def _best(column: _Column, x: Mapping[int, float]) -> float | None:
    """Return the place nearest to the mean of what pulls a column that its neighbours leave free."""
    if not column.pulls:
        return None
    mean = sum(x[other] + distance for other, distance in column.pulls) / len(column.pulls)
    low = max((x[other] + distance for other, distance in column.lefts.items()), default=-inf)
    high = min((x[other] - distance for other, distance in column.rights.items()), default=inf)
    return min(max(mean, low), high)


def _from_left(found: Mapping[int, _Column]) -> list[int]:
    """Return the columns so that each comes behind all that stand to its left."""
    waiting = {here: len(column.lefts) for here, column in found.items()}
    order = [here for here, count in waiting.items() if count == 0]
    for here in order:
        for other in found[here].rights:
            waiting[other] -= 1
            if waiting[other] == 0:
                order.append(other)
    return order
