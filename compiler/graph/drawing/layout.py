"""The layout of a scene, from the innermost group outwards: layers, columns, then heights and wires."""

from __future__ import annotations

from collections.abc import Mapping

from archc.graph.drawing import sizes
from archc.graph.drawing.columns import columns
from archc.graph.drawing.layers import Layers, Segment, layers_of
from archc.graph.drawing.plan import COLUMN_GAP, LINE, NEAR, PITCH, Arranged, Size
from archc.graph.drawing.scene import Box, Group, Look
from archc.graph.drawing.spine import straight
from archc.graph.drawing.wiring import Ground, Wiring
from archc.records import record


def arrange(group: Group, header: float | None = None) -> Arranged:
    """Return the layout of a group and of all that is opened in it.

    With a `header` the group is the inside of a box whose title takes that much; its inputs and outputs are then
    places on the border.
    """
    return Wiring(_ground(group, header)).arranged()


def measured(box: Box, header: float | None) -> Size:
    """Return the size of a box, its opened inside laid out."""
    if box.inside is not None:
        return sizes.opened(box, arrange(box.inside, LINE * (bool(box.title) + bool(box.text))))
    if box.look in (Look.INPUT, Look.OUTPUT) and header is not None:
        return sizes.BEND_SIZE
    return sizes.closed(box)


def _ground(group: Group, header: float | None) -> Ground:
    layers = layers_of(group)
    upright = straight(layers)
    bends = sum(map(len, layers.rows)) - len(group.boxes)
    found = [*(measured(box, header) for box in group.boxes), *[sizes.BEND_SIZE] * bends]
    ins = _Sockets(group, layers, upright, found).all()
    boxes = [*group.boxes, *[None] * bends]
    for segment, socket in ins.items():
        found[segment.lower] = sizes.widened(boxes[segment.lower], found[segment.lower], socket)
    extents = [sizes.extent(box, size) for box, size in zip(boxes, found, strict=True)]
    ground = Ground(group, layers, upright, tuple(found), tuple(extents), ins, (), header)
    shifts = {segment: ground.out(segment) - ins[segment] for segment in layers.segments}
    return ground.at(columns(layers, extents, upright, shifts, COLUMN_GAP))


@record
class _Sockets:
    """Finds where wires reach boxes: side by side as they come, the straight one on the main line."""

    group: Group
    layers: Layers
    upright: frozenset[Segment]
    sizes: list[Size]

    def all(self) -> Mapping[Segment, float]:
        """Return how far right of the lower item's main line each segment ends."""
        places = {item: place for row in self.layers.rows for place, item in enumerate(row)}
        reaching: dict[int, list[Segment]] = {}
        for segment in self.layers.segments:
            reaching.setdefault(segment.lower, []).append(segment)
        found: dict[Segment, float] = {}
        for item, segments in reaching.items():
            segments.sort(key=lambda segment: (places[segment.upper], self.group.wires[segment.wire].slot))
            main = next((n for n, segment in enumerate(segments) if segment in self.upright), 0)
            found.update((segment, self._at(item, segment, n - main)) for n, segment in enumerate(segments))
        return found

    def _at(self, item: int, segment: Segment, place: int) -> float:
        """Return the socket of a wire that comes so many places to the right of the straight one."""
        size = self.sizes[item]
        if size.ins is not None:
            return size.ins[self.group.wires[segment.wire].slot]
        if self.layers.is_bend(item) or self.group.boxes[item].look is Look.OUTPUT:
            return 0.0
        return place * (NEAR if self.group.boxes[item].look is Look.SIGN else PITCH)
