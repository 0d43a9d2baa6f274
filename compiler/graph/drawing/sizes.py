"""How large a box is, and where wires reach and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from archc.graph.drawing.columns import Extent
from archc.graph.drawing.metrics import width
from archc.graph.drawing.plan import BEND, INSET, LINE, NEAR, PAD, PITCH, RADIUS, SMALL, TEXT, TITLE, Arranged, Size
from archc.graph.drawing.scene import Box, Look

BEND_SIZE = Size(BEND, BEND, 0, (0.0,))
"""Of a place where a long wire passes a layer, or the border of an opened box."""


def closed(box: Box) -> Size:
    """Return the size of a box that shows its texts."""
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


def opened(box: Box, inside: Arranged) -> Size:
    """Return a frame around a group, at least so wide that its title stands to the left of the first wire."""
    ins = tuple(panel.x for panel in inside.panels if panel.box.look is Look.INPUT)
    outs = tuple(panel.x for panel in inside.panels if panel.box.look is Look.OUTPUT)
    title = max(width(box.title, TITLE, bold=True), width(box.text, TEXT)) + 2 * PAD
    main = main_line(inside)
    left = max(main - inside.left + INSET, title)
    right = max(inside.right - main + INSET, left)
    return Size(left, right, inside.height, tuple(x - main for x in outs), tuple(x - main for x in ins), inside)


def main_line(inside: Arranged) -> float:
    """Return the x of the wire around which an opened box stands."""
    ends = [panel.x for look in (Look.INPUT, Look.OUTPUT) for panel in inside.panels if panel.box.look is look]
    return ends[0] if ends else 0.0


def widened(box: Box | None, size: Size, socket: float) -> Size:
    """Return the size with room for a wire that reaches the box so far right of its main line; signs stay round."""
    if box is None or box.look is Look.SIGN:
        return size
    left, right = max(size.left, PAD - socket), max(size.right, socket + PAD)
    return Size(left, right, size.height, size.outs, size.ins, size.inside)


def extent(box: Box | None, size: Size) -> Extent:
    """Return what a box, None for a bend, takes of its row, the shapes written below it included."""
    labels = zip(size.outs, box.outputs, strict=True) if box is not None and box.look is not Look.OUTPUT else ()
    ends = [out + NEAR + width(label, SMALL) for out, label in labels if label]
    return Extent(size.left, max([size.right, *ends]))
