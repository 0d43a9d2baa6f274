"""The layout of a scene: from the innermost group outwards, every box with its size and every wire with its bends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from archc.graph.drawing.columns import Extent, columns
from archc.graph.drawing.layers import Segment, layers_of
from archc.graph.drawing.metrics import width
from archc.graph.drawing.scene import Box, Group, Look, Wire
from archc.graph.drawing.spine import straight
from archc.graph.drawing.tracks import NEAR, Turn, tracks
from archc.records import record

TITLE, TEXT, SMALL = 13.0, 12.0, 11.0
"""Sizes of type: labels, what a box does, shapes."""
PAD, LINE, RADIUS = 12.0, 17.0, 12.0
PITCH = 24.0
"""Least distance of two wires at one box."""
COLUMN_GAP, BEND = 16.0, 5.0
INSET = 18.0
"""Distance of what is inside an opened box from its border."""
STUB, TRACK, LABEL = 13.0, 9.0, 15.0
"""Between two layers: the straight ends of wires, the distance of parallel ones, a line for shapes."""

BACK = 4.0
"""How far the second sheet of a repeated block looks out."""

Point = tuple[float, float]


@record
class Size:
    """A box around the line of its main wire at 0; where wires leave it, and where they reach an opened one by slot."""

    left: float
    right: float
    height: float
    outs: tuple[float, ...]
    ins: tuple[float, ...] | None = None
    inside: Arranged | None = None


@record
class Panel:
    """A box with its place: x of its main line, y of its upper edge."""

    box: Box
    size: Size
    x: float
    y: float


@record
class Route:
    """The points that a wire goes through, and whether it ends here in an arrow."""

    points: tuple[Point, ...]
    arrow: bool


@record
class Arranged:
    """A laid out group, its upper edge at y 0; `junctions` are the points where a wire divides."""

    panels: tuple[Panel, ...]
    routes: tuple[Route, ...]
    junctions: tuple[Point, ...]
    left: float
    right: float
    height: float


def arrange(group: Group, header: float | None = None) -> Arranged:
    """Return the layout of a group and of all that is opened in it.

    With a `header` the group is the inside of a box whose title takes that much; its inputs and outputs are then
    places on the border.
    """
    return _Arranger(group, header).arranged()


# -- sizes -------------------------------------------------------------------------------------------


def measured(box: Box, outermost: bool) -> Size:
    """Return the size of a box, its opened inside laid out."""
    if box.inside is not None:
        header = LINE * (bool(box.title) + bool(box.text))
        return _opened(box, arrange(box.inside, header))
    if box.look in (Look.INPUT, Look.OUTPUT) and not outermost:
        return Size(BEND, BEND, 0, (0.0,))
    if box.look is Look.SIGN:
        half = max(RADIUS, width(f"{box.title} {box.text}", TEXT) / 2 + PAD if box.text else 0)
        return Size(half, half, 2 * RADIUS, (0.0,))
    lines = [line for line in ((box.title, TITLE, True), (box.text, TEXT, False)) if line[0]]
    outs = _spread(box.outputs)
    half = max([width(*line) for line in lines] + [outs[-1] - outs[0] if outs else 0, 0]) / 2 + PAD
    middle = (outs[0] + outs[-1]) / 2 if outs else 0.0
    return Size(half - middle, half + middle, len(lines) * LINE + PAD, outs)


def _spread(labels: Sequence[str]) -> tuple[float, ...]:
    """Return places for outputs such that the label of each fits between it and the next; the first is at 0."""
    steps = [max(PITCH, width(label, SMALL) + PAD) for label in labels[:-1]]
    return tuple(accumulate(steps, initial=0.0)) if labels else ()


def _opened(box: Box, inside: Arranged) -> Size:
    """Return a frame around a group, at least so wide that its title stands to the left of the first wire."""
    ins = tuple(panel.x for panel in inside.panels if panel.box.look is Look.INPUT)
    outs = tuple(panel.x for panel in inside.panels if panel.box.look is Look.OUTPUT)
    title = max(width(box.title, TITLE, bold=True), width(box.text, TEXT)) + 2 * PAD
    main = ins[0] if ins else outs[0] if outs else 0.0
    left = max(main - inside.left + INSET, title)
    right = max(inside.right - main + INSET, left)
    moved = tuple(x - main for x in ins), tuple(x - main for x in outs)
    return Size(left, right, inside.height, moved[1], moved[0], inside)


# -- one group ---------------------------------------------------------------------------------------


class _Arranger:
    """Lays one group out: layers, columns, heights, wires."""

    def __init__(self, group: Group, header: float | None) -> None:
        self.group = group
        self.header = header
        self.layers = layers_of(group)
        self.straight = straight(self.layers)
        count = sum(map(len, self.layers.rows))
        bend = Size(BEND, BEND, 0, (0.0,))
        self.sizes = [measured(box, header is None) for box in group.boxes] + [bend] * (count - len(group.boxes))
        self.ins = self._sockets()
        self._widen()
        shifts = {segment: self._out(segment) - self.ins[segment] for segment in self.layers.segments}
        self.extents = self._extents()
        self.rank = {item: rank for rank, row in enumerate(self.layers.rows) for item in row}
        self.x = columns(self.layers, self.extents, self.straight, shifts, COLUMN_GAP)

    def wire(self, segment: Segment) -> Wire:
        return self.group.wires[segment.wire]

    def box(self, item: int) -> Box | None:
        return None if self.layers.is_bend(item) else self.group.boxes[item]

    def _out(self, segment: Segment) -> float:
        """Return how far right of the upper item's line a segment starts."""
        return 0.0 if self.layers.is_bend(segment.upper) else self.sizes[segment.upper].outs[self.wire(segment).port]

    def _sockets(self) -> dict[Segment, float]:
        """Return how far right of the lower item's line each segment ends: side by side, the straight one on it."""
        places = {item: place for row in self.layers.rows for place, item in enumerate(row)}
        reaching: dict[int, list[Segment]] = {}
        for segment in self.layers.segments:
            reaching.setdefault(segment.lower, []).append(segment)
        sockets: dict[Segment, float] = {}
        for item, segments in reaching.items():
            segments.sort(key=lambda segment: (places[segment.upper], self.wire(segment).slot))
            main = next((n for n, segment in enumerate(segments) if segment in self.straight), 0)
            for place, segment in enumerate(segments):
                sockets[segment] = self._socket(item, segment, place - main)
        return sockets

    def _socket(self, item: int, segment: Segment, place: int) -> float:
        box, size = self.box(item), self.sizes[item]
        if size.ins is not None:
            return size.ins[self.wire(segment).slot]
        return 0.0 if box is None or box.look in (Look.SIGN, Look.OUTPUT) else place * PITCH

    def _widen(self) -> None:
        """Make boxes as wide as their wires need."""
        for segment, socket in self.ins.items():
            size = self.sizes[segment.lower]
            left, right = max(size.left, PAD - socket), max(size.right, socket + PAD)
            if (left, right) != (size.left, size.right):
                self.sizes[segment.lower] = Size(left, right, size.height, size.outs, size.ins, size.inside)

    def _extents(self) -> list[Extent]:
        """Return what each item takes of its row, the shapes written below it included."""
        extents = []
        for item, size in enumerate(self.sizes):
            box = self.box(item)
            labels = zip(size.outs, box.outputs, strict=True) if box is not None and box.look is not Look.OUTPUT else ()
            ends = [out + NEAR + width(label, SMALL) for out, label in labels if label]
            extents.append(Extent(size.left, max([size.right, *ends])))
        return extents

    # -- heights and wires ------------------------------------------------------------------------

    def arranged(self) -> Arranged:
        """Return the finished layout."""
        gaps = [self._turns(rank) for rank in range(len(self.layers.rows))]
        heights = [tracks([turn for turn, _ in gap]) for gap in gaps]
        tops, bottom = self._tops(heights)
        middles = [top + self._height(rank) / 2 for rank, top in enumerate(tops)]
        y = [middles[self.rank[item]] - size.height / 2 for item, size in enumerate(self.sizes)]
        turning = {
            segment: tops[rank] + self._height(rank) + self._start(rank) + track * TRACK
            for rank, gap in enumerate(gaps)
            for (_, segments), track in zip(gap, heights[rank], strict=True)
            for segment in segments
        }
        panels = tuple(Panel(box, self.sizes[n], self.x[n], y[n]) for n, box in enumerate(self.group.boxes))
        junctions = tuple((x, turning[net[0]]) for gap in gaps for turn, net in gap for x in turn.divides())
        left = min((x - extent.left for x, extent in zip(self.x, self.extents, strict=True)), default=0.0)
        right = max((x + extent.right for x, extent in zip(self.x, self.extents, strict=True)), default=0.0)
        branches = frozenset(branch for gap in gaps for turn, net in gap for branch in turn.branches(net))
        return Arranged(panels, tuple(self._routes(y, turning, branches)), junctions, left, right, bottom)

    def _routes(
        self, y: Sequence[float], turning: Mapping[Segment, float], branches: frozenset[Segment]
    ) -> Iterator[Route]:
        chains: list[list[Segment]] = [[] for _ in self.group.wires]
        for segment in self.layers.segments:
            chains[segment.wire].append(segment)
        for wire, chain in zip(self.group.wires, chains, strict=True):
            points = [(self._begin(chain[0]), y[wire.source] + self.sizes[wire.source].height)]
            if chain[0] in branches:
                points = []
            for segment in chain:
                points += self._bends(segment, y, turning)
            target = self.group.boxes[wire.target]
            ends_inside = target.inside is not None or (target.look is Look.OUTPUT and self.header is not None)
            yield Route(_without_idle(points), arrow=not ends_inside)

    def _bends(self, segment: Segment, y: Sequence[float], turning: Mapping[Segment, float]) -> list[Point]:
        """Return the points of a segment behind its first."""
        start, end = self._begin(segment), self.x[segment.lower] + self.ins[segment]
        if segment not in turning:
            middle = y[segment.lower] + RADIUS
            return [(start, middle), (end + (RADIUS if start > end else -RADIUS), middle)]
        height = turning[segment]
        box = self.box(segment.lower)
        lifted = BACK if box is not None and box.count > 1 else 0.0
        return [(start, height), (end, height), (end, y[segment.lower] - lifted)]

    def _begin(self, segment: Segment) -> float:
        return self.x[segment.upper] + self._out(segment)

    def _turns(self, rank: int) -> list[tuple[Turn, list[Segment]]]:
        """Return what goes through the gap below a layer, by the output that it comes from."""
        nets: dict[tuple[int, int], list[Segment]] = {}
        row = set(self.layers.rows[rank])
        for segment in self.layers.segments:
            if segment.upper in row and not self._from_the_side(segment):
                port = -1 if self.layers.is_bend(segment.upper) else self.wire(segment).port
                nets.setdefault((segment.upper, port), []).append(segment)
        return [
            (Turn(self._begin(net[0]), tuple(self.x[s.lower] + self.ins[s] for s in net)), net) for net in nets.values()
        ]

    def _from_the_side(self, segment: Segment) -> bool:
        """Say whether a wire reaches a sign from the left or right, because another one comes from above."""
        box = self.box(segment.lower)
        start, end = self._begin(segment), self.x[segment.lower]
        if box is None or box.look is not Look.SIGN or box.text or segment in self.straight:
            return False
        if abs(start - end) < RADIUS + NEAR:
            return False
        row = self.layers.rows[self.rank[segment.lower]]
        return not any(
            self._lies_between(item, min(start, end), max(start, end)) for item in row if item != segment.lower
        )

    def _lies_between(self, item: int, low: float, high: float) -> bool:
        extent = self.extents[item]
        return self.x[item] + extent.right + NEAR > low and self.x[item] - extent.left - NEAR < high

    def _tops(self, heights: Sequence[Sequence[int]]) -> tuple[list[float], float]:
        """Return the upper edge of every layer, and the lower edge of the last."""
        tops, y = [], 0.0
        for rank in range(len(self.layers.rows)):
            tops.append(y)
            y += self._height(rank)
            if rank + 1 < len(self.layers.rows):
                y += self._start(rank) + max(heights[rank], default=0) * TRACK + STUB
        return tops, y

    def _height(self, rank: int) -> float:
        return max((self.sizes[item].height for item in self.layers.rows[rank]), default=0.0)

    def _start(self, rank: int) -> float:
        """Return how far below a layer its wires may turn."""
        boxes = [box for item in self.layers.rows[rank] if (box := self.box(item)) is not None]
        header = self.header or 0.0 if rank == 0 else 0.0
        return STUB + max(header, LABEL if any(any(box.outputs) for box in boxes) else 0.0)


def _without_idle(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points without those at which a wire goes straight on."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(point[0] - kept[-1][0]) < 0.5 and abs(point[1] - kept[-1][1]) < 0.5:
            continue
        if len(kept) > 1 and any(
            abs(kept[-2][axis] - point[axis]) < 0.5 and abs(kept[-1][axis] - point[axis]) < 0.5 for axis in (0, 1)
        ):
            kept.pop()
        kept.append(point)
    return tuple(kept)
