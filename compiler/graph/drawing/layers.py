"""Boxes in layers, so that every wire runs downwards, and in an order within each that crosses few wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from archc.graph.drawing.scene import Group, Look, Wire
from archc.records import record

SWEEPS = 12


@record
class Segment:
    """A part of a wire from one layer to the next; `wire` is its place among the group's wires.

    What one output sends to several boxes runs together until it has to part; `wire` is then the first of them.
    """

    upper: int
    lower: int
    wire: int


@record
class Layers:
    """Numbers of boxes by layer, from left to right. A number that no box has is a bend of a longer wire."""

    rows: tuple[tuple[int, ...], ...]
    segments: tuple[Segment, ...]
    boxes: int

    def is_bend(self, item: int) -> bool:
        return item >= self.boxes


def layers_of(group: Group) -> Layers:
    """Return the layers of a group: inputs first, outputs last, everything else as high as its wires allow."""
    ranks = _ranks(group)
    segments: list[Segment] = []
    placed = list(ranks)
    lines: dict[tuple[int, int], list[int]] = {}
    for index, wire in enumerate(group.wires):
        line = lines.setdefault((wire.source, wire.port), [wire.source])
        while len(line) < ranks[wire.target] - ranks[wire.source]:
            placed.append(placed[line[-1]] + 1)
            segments.append(Segment(line[-1], len(placed) - 1, index))
            line.append(len(placed) - 1)
        segments.append(Segment(line[ranks[wire.target] - ranks[wire.source] - 1], wire.target, index))
    return Layers(_ordered(placed, segments, group), tuple(segments), len(group.boxes))


def _ranks(group: Group) -> list[int]:
    """Return the layer of every box; what nothing feeds stands just above what it feeds."""
    feeds: list[list[Wire]] = [[] for _ in group.boxes]
    uses: list[list[Wire]] = [[] for _ in group.boxes]
    for wire in group.wires:
        feeds[wire.target].append(wire)
        uses[wire.source].append(wire)
    first = int(any(box.look is Look.INPUT for box in group.boxes))
    ranks = [0] * len(group.boxes)
    for place, box in enumerate(group.boxes):
        if box.look is not Look.INPUT:
            ranks[place] = 1 + max((ranks[wire.source] for wire in feeds[place]), default=first - 1)
    for place in reversed(range(len(group.boxes))):
        if not feeds[place] and uses[place] and group.boxes[place].look is not Look.INPUT:
            ranks[place] = min(ranks[wire.target] for wire in uses[place]) - 1
    outputs = [box.look is Look.OUTPUT for box in group.boxes]
    last = 1 + max((rank for rank, output in zip(ranks, outputs, strict=True) if not output), default=-1)
    return [last if output else rank for rank, output in zip(ranks, outputs, strict=True)]


# -- the order within layers -------------------------------------------------------------------------


class _Links:
    """Who is wired to whom in the next layer; outputs of one box lie side by side, so a wire starts off its middle."""

    def __init__(self, count: int, segments: Sequence[Segment], group: Group) -> None:
        self.above: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        self.below: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        for segment in segments:
            off = 0.0
            if segment.upper < len(group.boxes):
                ports = len(group.boxes[segment.upper].outputs)
                off = (group.wires[segment.wire].port + 1) / (ports + 1) - 0.5
            self.above[segment.lower].append((segment.upper, off))
            self.below[segment.upper].append((segment.lower, off))

    def crossings(self, upper: Sequence[int], lower: Sequence[int]) -> int:
        """Return how often wires between two rows cross."""
        starts = {item: place for place, item in enumerate(upper)}
        ends = {item: place for place, item in enumerate(lower)}
        wires = sorted((starts[item] + off, ends[other]) for item in upper for other, off in self.below[item])
        return _inversions([end for _, end in wires])


def _ordered(ranks: Sequence[int], segments: Sequence[Segment], group: Group) -> tuple[tuple[int, ...], ...]:
    """Return the rows in the best order that sweeps down and up have found."""
    links = _Links(len(ranks), segments, group)
    rows = _first_rows(ranks, links, len(group.boxes))
    best, least = [row[:] for row in rows], _crossings(rows, links)
    for sweep in range(SWEEPS):
        if least == 0:
            break
        down = sweep % 2 == 0
        for fixed, row in pairwise(rows if down else rows[::-1]):
            _sort(row, links.above if down else links.below, {item: place for place, item in enumerate(fixed)}, down)
        found = _crossings(rows, links)
        if found < least:
            best, least = [row[:] for row in rows], found
    return tuple(tuple(row) for row in best)


def _first_rows(ranks: Sequence[int], links: _Links, boxes: int) -> list[list[int]]:
    """Walk the longest way first, so that it stands on the left and what skips it on the right."""
    height = [0] * len(ranks)
    for item in sorted(range(len(ranks)), key=lambda item: -ranks[item]):
        height[item] = max((height[other] + (other < boxes) for other, _ in links.below[item]), default=0)
    rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    seen: set[int] = set()
    for start in range(boxes):
        pending = [start]
        while pending:
            item = pending.pop()
            if item not in seen:
                seen.add(item)
                rows[ranks[item]].append(item)
                following = sorted(links.below[item], key=lambda link: (height[link[0]], -link[1], link[0] < boxes))
                pending.extend(other for other, _ in following)
    return rows


def _sort(row: list[int], links: Sequence[Sequence[tuple[int, float]]], fixed: Mapping[int, int], down: bool) -> None:
    """Sort a row by the mean place of what it is wired to in the fixed one; what is wired to nothing stays."""

    def key(place: int, item: int) -> float:
        ends = [fixed[other] + (off if down else 0) for other, off in links[item]]
        return sum(ends) / len(ends) if ends else place

    keys = {item: key(place, item) for place, item in enumerate(row)}
    row.sort(key=keys.__getitem__)


def _crossings(rows: Sequence[Sequence[int]], links: _Links) -> int:
    return sum(links.crossings(upper, lower) for upper, lower in pairwise(rows))


def _inversions(numbers: Sequence[int]) -> int:
    """Return how many pairs stand in falling order, by counting how many smaller ones lie to the right."""
    ordered = sorted(set(numbers))
    index = {number: place + 1 for place, number in enumerate(ordered)}
    tree = [0] * (len(ordered) + 1)
    count = 0
    for number in reversed(numbers):
        place = index[number] - 1
        while place > 0:
            count += tree[place]
            place &= place - 1
        place = index[number]
        while place < len(tree):
            tree[place] += 1
            place += place & -place
    return count
