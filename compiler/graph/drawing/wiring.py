"""The heights of layers and the ways of wires, once every item has its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from archc.graph.drawing.columns import Extent
from archc.graph.drawing.layers import Layers, Segment
from archc.graph.drawing.plan import BACK, LABEL, NEAR, RADIUS, STUB, TRACK, Arranged, Panel, Point, Route, Size
from archc.graph.drawing.scene import Box, Group, Look
from archc.graph.drawing.tracks import Turn, tracks
from archc.records import record

Net = tuple[Turn, list[Segment]]
"""What one output sends through the gap below a layer, and its segments in the order of the turn's ends."""


@record
class Ground:
    """A group in layers and columns; sizes, extents and x are by item, bends included."""

    group: Group
    layers: Layers
    straight: frozenset[Segment]
    sizes: tuple[Size, ...]
    extents: tuple[Extent, ...]
    ins: Mapping[Segment, float]
    x: tuple[float, ...]
    header: float | None

    def at(self, x: Sequence[float]) -> Ground:
        """Return the ground with its columns."""
        return replace(self, x=tuple(x))

    def box(self, item: int) -> Box | None:
        """Return the box of an item, None for a bend."""
        return None if self.layers.is_bend(item) else self.group.boxes[item]

    def out(self, segment: Segment) -> float:
        """Return how far right of the upper item's line a segment starts."""
        port = self.group.wires[segment.wire].port
        return 0.0 if self.layers.is_bend(segment.upper) else self.sizes[segment.upper].outs[port]

    def begin(self, segment: Segment) -> float:
        """Return the x at which a segment starts."""
        return self.x[segment.upper] + self.out(segment)

    def end(self, segment: Segment) -> float:
        """Return the x at which a segment ends."""
        return self.x[segment.lower] + self.ins[segment]


class Wiring:
    """Gives layers their heights and wires their ways."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.rows = ground.layers.rows
        self.rank = {item: rank for rank, row in enumerate(self.rows) for item in row}
        self.from_rank: list[list[Segment]] = [[] for _ in self.rows]
        for segment in ground.layers.segments:
            self.from_rank[self.rank[segment.upper]].append(segment)
        self.sideways = frozenset(filter(self._from_the_side, ground.layers.segments))
        self.gaps = [self._nets(rank) for rank in range(len(self.rows))]
        self.tracks = [tracks([turn for turn, _ in gap]) for gap in self.gaps]

    def arranged(self) -> Arranged:
        """Return the finished layout."""
        ground = self.ground
        panels = tuple(Panel(box, ground.sizes[n], ground.x[n], self.y[n]) for n, box in enumerate(ground.group.boxes))
        parts = (point for segment, point in self.leaves.items() if segment in self.sideways)
        divided = ((x, self.turning[net[0]]) for gap in self.gaps for turn, net in gap for x in turn.divides())
        left = min((x - extent.left for x, extent in zip(ground.x, ground.extents, strict=True)), default=0.0)
        right = max((x + extent.right for x, extent in zip(ground.x, ground.extents, strict=True)), default=0.0)
        return Arranged(panels, tuple(self._routes()), (*divided, *parts), left, right, self.tops[-1])

    # -- heights ----------------------------------------------------------------------------------

    @cached_property
    def tops(self) -> list[float]:
        """The upper edge of every layer, and the lower edge of the last."""
        tops = [0.0]
        for rank in range(len(self.rows)):
            gap = self._start(rank) + max(self.tracks[rank], default=0) * TRACK + STUB
            tops.append(tops[-1] + self._height(rank) + (gap if rank + 1 < len(self.rows) else 0.0))
        return tops

    @cached_property
    def y(self) -> list[float]:
        """The upper edge of every item; items stand in the middle of their layer."""
        middles = [top + self._height(rank) / 2 for rank, top in enumerate(self.tops[:-1])]
        return [middles[self.rank[item]] - size.height / 2 for item, size in enumerate(self.ground.sizes)]

    def _height(self, rank: int) -> float:
        return max((self.ground.sizes[item].height for item in self.rows[rank]), default=0.0)

    def _start(self, rank: int) -> float:
        """Return how far below a layer its wires may turn."""
        labelled = any(any(box.outputs) for item in self.rows[rank] if (box := self.ground.box(item)) is not None)
        header = self.ground.header or 0.0 if rank == 0 else 0.0
        return STUB + max(header, LABEL if labelled else 0.0)

    @cached_property
    def turning(self) -> dict[Segment, float]:
        """The y at which every segment turns that does not reach a sign from the side."""
        return {
            segment: self.tops[rank] + self._height(rank) + self._start(rank) + track * TRACK
            for rank, gap in enumerate(self.gaps)
            for (_, segments), track in zip(gap, self.tracks[rank], strict=True)
            for segment in segments
        }

    # -- gaps -------------------------------------------------------------------------------------

    def _nets(self, rank: int) -> list[Net]:
        """Return what goes through the gap below a layer, by the output that it comes from."""
        nets: dict[tuple[int, float], list[Segment]] = {}
        for segment in self.from_rank[rank]:
            if segment not in self.sideways:
                nets.setdefault((segment.upper, self.ground.begin(segment)), []).append(segment)
        return [(Turn(begin, tuple(map(self.ground.end, net))), net) for (_, begin), net in nets.items()]

    def _from_the_side(self, segment: Segment) -> bool:
        """Say whether a wire reaches a sign from the left or right, because another one comes from above."""
        ground = self.ground
        box = ground.box(segment.lower)
        start, end = ground.begin(segment), ground.x[segment.lower]
        if box is None or box.look is not Look.SIGN or box.text or segment in ground.straight:
            return False
        if abs(start - end) < RADIUS + NEAR:
            return False
        own = {other.lower for other in self.from_rank[self.rank[segment.upper]] if other.upper == segment.upper}
        passing = {item for item in own if ground.layers.is_bend(item)} | {segment.lower}
        row = (item for item in self.rows[self.rank[segment.lower]] if item not in passing)
        return not any(self._lies_between(item, min(start, end), max(start, end)) for item in row)

    def _lies_between(self, item: int, low: float, high: float) -> bool:
        x, extent = self.ground.x[item], self.ground.extents[item]
        return x + extent.right + NEAR > low and x - extent.left - NEAR < high

    # -- wires ------------------------------------------------------------------------------------

    @cached_property
    def leaves(self) -> dict[Segment, Point]:
        """Where segments leave others of the same output; those drawn from their upper end have no entry."""
        found: dict[Segment, Point] = {}
        nets = [net for gap in self.gaps for net in gap]
        for turn, segments in nets:
            for segment, x in zip(segments, turn.leaves(), strict=True):
                if x is not None:
                    found[segment] = x, self.turning[segment]
        upright = {segments[0].upper for turn, segments in nets if not turn.bends()}
        for segment in self.sideways:
            if segment.upper in upright:
                found[segment] = self.ground.begin(segment), self.y[segment.lower] + RADIUS
        return found

    def _routes(self) -> Iterator[Route]:
        """Yield the way to every box, from where it leaves that to another one; those that leave none come first."""
        layers, sizes = self.ground.layers, self.ground.sizes
        above = {segment.lower: segment for segment in layers.segments if layers.is_bend(segment.lower)}
        ends = [segment for segment in layers.segments if not layers.is_bend(segment.lower)]
        drawn: set[Segment] = set()
        for segment in sorted(ends, key=lambda end: end in self.leaves):
            way = [segment]
            while way[0].upper in above and above[way[0].upper] not in drawn:
                way.insert(0, above[way[0].upper])
            drawn.update(way)
            start = way[0].upper
            points = [self.leaves.get(way[0], (self.ground.begin(way[0]), self.y[start] + sizes[start].height))]
            for part in way:
                points += self._bends(part)[part is way[0] and part in self.leaves :]
            yield Route(_without_idle(points), arrow=self._has_arrow(segment.lower))

    def _has_arrow(self, item: int) -> bool:
        """A wire that goes on inside or outside an opened box has its arrow there."""
        box = self.ground.group.boxes[item]
        return box.inside is None and not (box.look is Look.OUTPUT and self.ground.header is not None)

    def _bends(self, segment: Segment) -> list[Point]:
        """Return the points of a segment behind its first."""
        start, end, y = self.ground.begin(segment), self.ground.end(segment), self.y[segment.lower]
        if segment in self.sideways:
            centre = self.ground.x[segment.lower]
            return [(start, y + RADIUS), (centre + (RADIUS if start > centre else -RADIUS), y + RADIUS)]
        height = self.turning[segment]
        box = self.ground.box(segment.lower)
        return [(start, height), (end, height), (end, y - (BACK if box is not None and box.count > 1 else 0.0))]


def _without_idle(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points without those at which a wire goes straight on."""
    kept: list[Point] = []
    for point in points:
        if kept and _same(kept[-1], point, 0) and _same(kept[-1], point, 1):
            continue
        if len(kept) > 1 and any(_same(kept[-2], point, axis) and _same(kept[-1], point, axis) for axis in (0, 1)):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _same(one: Point, other: Point, axis: int) -> bool:
    return abs(one[axis] - other[axis]) < 0.5
