"""A scene as SVG: plain shapes and texts that every browser and editor shows alike, with nothing to load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from math import hypot

from archc import shapes
from archc.graph.drawing.layout import arrange
from archc.graph.drawing.metrics import width, wrapped
from archc.graph.drawing.plan import BACK, LABEL, LINE, NEAR, SMALL, TEXT, TITLE, Arranged, Panel, Point, Route
from archc.graph.drawing.scene import Box, Look, scene_of
from archc.graph.drawing.sizes import main_line
from archc.graph.drawing.words import Show, Words
from archc.graph.ir import Graph

MARGIN, HEADLINE, LEAST = 28.0, 17.0, 320.0
CORNER, TURN = 7.0, 6.0

Paint = tuple[str, str]
"""Fill and outline."""

TONES: tuple[Paint, ...] = (
    ("#fdf3dc", "#d9a441"),
    ("#e5f4e7", "#6fb27c"),
    ("#f1e9fb", "#a583d6"),
    ("#fde9e7", "#d98880"),
    ("#e0f3f3", "#63aeb0"),
    ("#eef0fb", "#8492d6"),
)
"""Of blocks, by definition."""
PAINTS: dict[Look, Paint] = {
    Look.INPUT: ("#2d3748", "#2d3748"),
    Look.OUTPUT: ("#2d3748", "#2d3748"),
    Look.SIGN: ("#ffffff", "#4a5568"),
    Look.PLAIN: ("#ffffff", "#b3bcc8"),
    Look.WEIGHTED: ("#e4eefa", "#7ba7d7"),
    Look.SEQUENCE: ("#f5f7f9", "#b3bcc8"),
}
STYLE = (
    "text{font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif;fill:#1f2933}"
    ".b{font-weight:bold}.s{fill:#5f6c7b}.i{fill:#fff}.h{paint-order:stroke;stroke-width:5px;stroke-linejoin:round}"
    ".w{fill:none;stroke:#4a5568;stroke-width:1.3}.a{fill:#4a5568}"
)


def to_svg(graph: Graph, depth: int = 1, show: Show = shapes.render) -> str:
    """Return a picture of a graph as an SVG document.

    Blocks are opened down to `depth` levels, 0 shows the graph as one box; `show` writes the sizes in shapes.
    """
    scene = scene_of(graph, depth, Words(show))
    drawing = arrange(scene.group)
    lines = wrapped(scene.text, TEXT, max(drawing.right - drawing.left, LEAST))
    head = MARGIN + HEADLINE + LINE * len(lines) + MARGIN / 2
    broad = max(
        drawing.right - drawing.left, width(scene.title, HEADLINE, True), *(width(line, TEXT) for line in lines)
    )
    size = (broad + 2 * MARGIN, head + drawing.height + MARGIN)
    left = MARGIN - drawing.left + (broad - (drawing.right - drawing.left)) / 2
    body = "\n".join([*_heading(scene.title, lines), *_drawing(drawing, left, head)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_n(size[0])}" height="{_n(size[1])}" '
        f'viewBox="0 0 {_n(size[0])} {_n(size[1])}">\n<title>{_safe(scene.title)}</title>\n<style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _heading(title: str, lines: Sequence[str]) -> Iterator[str]:
    y = MARGIN + HEADLINE * 0.7
    yield _text(MARGIN, y, title, HEADLINE, "b")
    for place, line in enumerate(lines, start=1):
        yield _text(MARGIN, y + LINE * place + 3, line, TEXT, "s")


def _drawing(drawing: Arranged, dx: float, dy: float) -> Iterator[str]:
    """Yield a group: opened boxes below, then the wires, then the closed boxes."""
    for panel in drawing.panels:
        if panel.size.inside is not None:
            yield from _opened(panel, panel.size.inside, dx, dy)
    for route in drawing.routes:
        yield from _route(route, dx, dy)
    for x, y in drawing.junctions:
        yield f'<circle class="a" cx="{_n(x + dx)}" cy="{_n(y + dy)}" r="2.4"/>'
    for panel in drawing.panels:
        if panel.size.inside is None and panel.size.height:
            yield from _closed(panel, dx, dy)
        yield from _shapes(panel, dx, dy)


# -- boxes -------------------------------------------------------------------------------------------


def _opened(panel: Panel, inside: Arranged, dx: float, dy: float) -> Iterator[str]:
    box, size = panel.box, panel.size
    x, y = panel.x - size.left + dx, panel.y + dy
    fill = _paint(box)[0]
    yield from _sheets(panel, dx, dy)
    yield from _drawing(inside, panel.x + dx - main_line(inside), y)
    halo = f'style="stroke:{fill}"'
    yield _text(x + 10, y + 17, box.title, TITLE, "b h", halo)
    yield _text(x + 10, y + 17 + (LINE if box.title else 0), box.text, TEXT, "s h", halo)


def _closed(panel: Panel, dx: float, dy: float) -> Iterator[str]:
    box, size = panel.box, panel.size
    middle = panel.x + (size.right - size.left) / 2 + dx
    yield from _sheets(panel, dx, dy)
    y = panel.y + dy + size.height / 2
    if box.look is Look.SIGN:
        yield _text(middle, y + 5, f"{box.title} {box.text}".strip(), 15 if not box.text else TEXT, "m")
        return
    lines = [(box.title, TITLE, "m b"), (box.text, TEXT, "m s" if box.title else "m")]
    shown = [line for line in lines if line[0]]
    for place, (text, kind, style) in enumerate(shown):
        below = (place - (len(shown) - 1) / 2) * LINE + 4.5
        yield _text(middle, y + below, text, kind, f"{style} i" if box.look in (Look.INPUT, Look.OUTPUT) else style)


def _sheets(panel: Panel, dx: float, dy: float) -> Iterator[str]:
    """Yield the outline of a box, a second sheet behind it where it is repeated, and how often."""
    box, size = panel.box, panel.size
    x, y, broad = panel.x - size.left + dx, panel.y + dy, size.left + size.right
    fill, line = _paint(box)
    round_ = size.height / 2 if box.look in (Look.INPUT, Look.OUTPUT, Look.SIGN) else CORNER
    if box.count > 1:
        yield _rect(x + BACK, y - BACK, broad, size.height, round_, fill, line)
    tip = ": ".join(part for part in (box.path, box.text) if part)
    yield f"<g><title>{_safe(tip)}</title>{_rect(x, y, broad, size.height, round_, fill, line)}</g>"
    if box.count > 1:
        badge = f"×{box.count}"
        wide = width(badge, SMALL, bold=True) + 10
        yield _rect(x + broad - wide + 8, y - 9, wide, 16, 8, line, line)
        yield _text(x + broad - wide / 2 + 8, y + 3, badge, SMALL, "m b i")


def _paint(box: Box) -> Paint:
    return PAINTS[box.look] if box.look in PAINTS else TONES[box.tone % len(TONES)]


def _shapes(panel: Panel, dx: float, dy: float) -> Iterator[str]:
    """Yield the shapes below a box, each beside its wire."""
    if panel.box.look is not Look.OUTPUT:
        y = panel.y + panel.size.height + dy + LABEL - 3
        for out, label in zip(panel.size.outs, panel.box.outputs, strict=True):
            yield _text(panel.x + out + dx + NEAR, y, label, SMALL, "s")


# -- wires -------------------------------------------------------------------------------------------


def _route(route: Route, dx: float, dy: float) -> Iterator[str]:
    points = [(x + dx, y + dy) for x, y in route.points]
    if len(points) > 1:
        yield f'<path class="w" d="{_rounded(points)}"/>'
        if route.arrow:
            yield _arrow(points[-2], points[-1])


def _rounded(points: Sequence[Point]) -> str:
    """Return a path through the points with round corners."""
    path = [f"M{_p(points[0])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(TURN, _distance(before, here) / 2, _distance(here, after) / 2)
        path.append(f"L{_p(_towards(here, before, radius))}Q{_p(here)} {_p(_towards(here, after, radius))}")
    return "".join([*path, f"L{_p(points[-1])}"])


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    """Return the point so far from `start` in the direction of `end`."""
    part = length / (_distance(start, end) or 1)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _arrow(before: Point, tip: Point) -> str:
    base = _towards(tip, before, 7)
    across = ((tip[1] - base[1]) / 2, (base[0] - tip[0]) / 2)
    corners = [tip, (base[0] + across[0], base[1] + across[1]), (base[0] - across[0], base[1] - across[1])]
    return f'<path class="a" d="M{"L".join(map(_p, corners))}Z"/>'


# -- elements ----------------------------------------------------------------------------------------


def _rect(x: float, y: float, broad: float, high: float, round_: float, fill: str, line: str) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(broad)}" height="{_n(high)}" rx="{_n(round_)}"'
    return f'<rect {place} fill="{fill}" stroke="{line}"/>'


def _text(x: float, y: float, text: str, size: float, style: str, more: str = "") -> str:
    if not text:
        return ""
    anchor = ' text-anchor="middle"' if "m" in style.split() else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" class="{style}"{anchor} {more}>{_safe(text)}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def _safe(text: str) -> str:
    """Return a text with what XML gives a meaning escaped, and what it forbids replaced."""
    return escape(_CONTROL.sub("\ufffd", text))
