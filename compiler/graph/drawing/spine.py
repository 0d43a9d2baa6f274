"""Which wires run straight down: the longest ways through a group, and every long wire between its ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.graph.drawing.layers import Layers, Segment


def straight(layers: Layers) -> frozenset[Segment]:
    """Return the segments to be drawn as one vertical line; at every item at most one from above and one below.

    No two of them cross, so items that they join can share one column.
    """
    chosen = _Chosen(layers)
    first, second = _main(layers)
    bends = [s for s in layers.segments if layers.is_bend(s.upper) and layers.is_bend(s.lower)]
    ends = [s for s in layers.segments if layers.is_bend(s.upper) != layers.is_bend(s.lower)]
    for segment in (*first, *bends, *second, *ends):
        chosen.offer(segment)
    return frozenset(chosen.segments)


def _main(layers: Layers) -> tuple[list[Segment], list[Segment]]:
    """Return the segments on the longest way on from a box: those on the longest way back too, and the others."""
    height = _lengths(layers, [(s.upper, s.lower) for s in layers.segments], reversed(layers.rows))
    depth = _lengths(layers, [(s.lower, s.upper) for s in layers.segments], iter(layers.rows))
    on: dict[int, Segment] = {}
    back: dict[int, Segment] = {}
    for segment in (s for s in layers.segments if not layers.is_bend(s.upper) and not layers.is_bend(s.lower)):
        if segment.upper not in on or height[segment.lower] > height[on[segment.upper].lower]:
            on[segment.upper] = segment
        if segment.lower not in back or depth[segment.upper] > depth[back[segment.lower].upper]:
            back[segment.lower] = segment
    mutual = [segment for segment in on.values() if back[segment.lower] is segment]
    return mutual, [segment for segment in on.values() if back[segment.lower] is not segment]


def _lengths(layers: Layers, steps: Sequence[tuple[int, int]], rows: Iterator[Sequence[int]]) -> dict[int, int]:
    """Return for every item how many boxes the longest way through the steps from it has."""
    following: dict[int, list[int]] = {}
    for item, other in steps:
        following.setdefault(item, []).append(other)
    lengths: dict[int, int] = {}
    for row in rows:
        for item in row:
            ways = (lengths[other] for other in following.get(item, ()))
            lengths[item] = max(ways, default=0) + (not layers.is_bend(item))
    return lengths


class _Chosen:
    """Takes segments that fit to those it has."""

    def __init__(self, layers: Layers) -> None:
        self.segments: list[Segment] = []
        self.places = {item: (rank, place) for rank, row in enumerate(layers.rows) for place, item in enumerate(row)}
        self.by_gap: dict[int, list[tuple[int, int]]] = {}
        self.taken: set[tuple[int, bool]] = set()

    def offer(self, segment: Segment) -> None:
        rank, left = self.places[segment.upper]
        right = self.places[segment.lower][1]
        ends = {(segment.upper, True), (segment.lower, False)}
        gap = self.by_gap.setdefault(rank, [])
        if ends & self.taken or any((left < a) != (right < b) for a, b in gap):
            return
        self.taken |= ends
        gap.append((left, right))
        self.segments.append(segment)
