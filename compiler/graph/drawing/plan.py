"""What a layout is made of, and the distances that all of it keeps."""

from __future__ import annotations

from archc.graph.drawing.scene import Box
from archc.records import record

TITLE, TEXT, SMALL = 13.0, 12.0, 11.0
"""Sizes of type: labels, what a box does, shapes."""
PAD, LINE, RADIUS = 12.0, 17.0, 12.0
PITCH = 24.0
"""Least distance of two wires at one box."""
COLUMN_GAP, BEND = 16.0, 5.0
NEAR = 6.0
"""Wires closer than this would be taken for one."""
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
