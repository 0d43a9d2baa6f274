"""Pictures can be read: boxes stand apart, wires go round them, everything is on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.graph import Graph, Site
from archc.graph.drawing.layers import _inversions, layers_of
from archc.graph.drawing.layout import arrange
from archc.graph.drawing.metrics import width
from archc.graph.drawing.plan import BACK, LABEL, NEAR, RADIUS, SMALL, Arranged, Panel
from archc.graph.drawing.scene import Group, Look, scene_of
from archc.graph.drawing.tracks import Turn, tracks
from archc.graph.drawing.words import Words
from archc.syntax import tree
from tests.graph.build import CONCAT, GELU, SITE, Body, block, gnconv, hornet
from tests.graph.strategies import graphs

Rect = tuple[float, float, float, float]


def rect(panel: Panel) -> Rect:
    size = panel.size
    return panel.x - size.left, panel.y, panel.x + size.right, panel.y + size.height


def groups(drawing: Arranged) -> Iterator[Arranged]:
    """Yield a layout and those of all opened boxes."""
    yield drawing
    for panel in drawing.panels:
        if panel.size.inside is not None:
            yield from groups(panel.size.inside)


def scene(graph: Graph, depth: int) -> Group:
    return scene_of(graph, depth, Words()).group


def labels(panel: Panel) -> Iterator[Rect]:
    """Yield the places of the shapes below a box."""
    if panel.box.look is not Look.OUTPUT:
        bottom = panel.y + panel.size.height
        for out, text in zip(panel.size.outs, panel.box.outputs, strict=True):
            left = panel.x + out + NEAR
            if text:
                yield left, bottom + 1, left + width(text, SMALL), bottom + LABEL


def check(drawing: Arranged) -> None:
    """Assert what must hold of every layout."""
    for group in groups(drawing):
        boxes = [rect(panel) for panel in group.panels if panel.size.height]
        texts = [text for panel in group.panels for text in labels(panel)]
        for one, other in combinations((*boxes, *texts), 2):
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        for left, top, right, bottom in boxes:
            assert group.left <= left and right <= group.right
            assert top >= 0 and bottom <= group.height
        ends = {point for panel in group.panels for point in reached(panel)}
        for route in group.routes:
            for start, end in pairwise(route.points):
                assert abs(start[0] - end[0]) < 0.51 or abs(start[1] - end[1]) < 0.51  # no slanted wire
                assert end[1] >= start[1] - 0.51  # and none that goes up
                assert not [box for box in boxes if crosses(start, end, box)]
                assert start[1] != end[1] or not [text for text in texts if crosses(start, end, text)]
            assert route.points[-1] in ends or any(on_top(route.points[-1], box) for box in map(rect, group.panels))


def reached(panel: Panel) -> Iterator[tuple[float, float]]:
    """Yield the points at which wires reach a sign from the sides."""
    if panel.box.look is Look.SIGN:
        yield panel.x - RADIUS, panel.y + RADIUS
        yield panel.x + RADIUS, panel.y + RADIUS


def on_top(point: tuple[float, float], box: Rect) -> bool:
    return box[0] + 4 < point[0] < box[2] - 4 and -0.51 < box[1] - point[1] < BACK + 0.51


def crosses(start: tuple[float, float], end: tuple[float, float], box: Rect) -> bool:
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return left < box[2] - 1 and right > box[0] + 1 and top < box[3] - 1 and bottom > box[1] + 1


@given(graphs(depth=3), st.integers(0, 4))
@settings(max_examples=30, deadline=None)
def test_random_graphs(graph: Graph, depth: int) -> None:
    check(arrange(scene(graph, depth)))


@pytest.mark.parametrize("depth", range(5))
def test_hornet(depth: int) -> None:
    check(arrange(scene(hornet(), depth)))


@st.composite
def tangles(draw: st.DrawFn) -> Graph:
    """A cell whose nodes take any of the nodes before; those that take two may be sums."""
    body = Body("Cell")
    pool = [body.input("x", 4), body.input("y", 4)]
    for _ in range(draw(st.integers(1, 14))):
        taken = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique=True))
        if len(taken) == 2 and draw(st.booleans()):
            pool.append(body.plus(*taken))
            body.nodes[-1] = replace(body.nodes[-1], site=Site(SITE.span, SUM))
        else:
            pool.append(body.apply(CONCAT, (tuple(taken),), (4,), axis=1))
    return body.finish(*draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3)))


X = tree.Name(SITE.span, "x")
SUM = tree.Binary(SITE.span, tree.Operator.ADD, X, X)


@given(tangles())
@settings(max_examples=50, deadline=None)
def test_tangled_graphs(graph: Graph) -> None:
    check(arrange(scene(graph, 1)))


def test_the_longest_way_runs_straight_down() -> None:
    drawing = arrange(scene(gnconv(1, 64, 5, 7, 7), 1))
    through = {panel.box.title: panel.x for panel in drawing.panels}
    assert len({through[label] for label in ("dwconv", "pws.0", "pws.1", "pws.2", "pws.3", "proj_out")}) == 1


def test_what_skips_a_branch_runs_beside_it() -> None:
    drawing = arrange(scene(block(1, 64, 2, 7, 7), 1))
    columns = {round(panel.x, 3) for panel in drawing.panels}
    assert len(columns) == 1
    bent = [route for route in drawing.routes if len(route.points) > 2]
    assert len(bent) == len(drawing.junctions) == 2
    assert all(max(x for x, _ in route.points) > drawing.panels[0].x + 60 for route in bent)


def test_boxes_are_in_layers_and_outputs_last() -> None:
    group = scene(block(1, 64, 2, 7, 7), 1)
    layers = layers_of(group)
    looks = [[group.boxes[item].look for item in row if not layers.is_bend(item)] for row in layers.rows]
    assert looks[0] == [Look.INPUT]
    assert looks[-1] == [Look.OUTPUT]
    assert all(len(row) <= 1 for row in looks)


def test_a_node_that_nothing_feeds_stands_just_above_its_use() -> None:
    body = Body("Fed")
    x = body.input("x", 4)
    for _ in range(5):
        x = body.apply(GELU, (x,), (4,))
    zeros = body.apply(CONCAT, ((),), (4,), axis=1)
    graph = body.finish(body.plus(x, zeros))
    rows = layers_of(scene(graph, 1)).rows
    assert [6 in row for row in rows] == [False] * 5 + [True, False, False]


@given(st.lists(st.integers(0, 9), max_size=12))
def test_inversions(numbers: list[int]) -> None:
    assert _inversions(numbers) == sum(a > b for a, b in combinations(numbers, 2))


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), min_size=1, max_size=3)), max_size=6))
def test_wires_that_turn_side_by_side_turn_at_different_heights(ends: list[tuple[int, list[int]]]) -> None:
    turns = [Turn(start * 20.0, tuple(end * 20.0 for end in places)) for start, places in ends]
    heights = tracks(turns)
    for (one, a), (other, b) in combinations(zip(turns, heights, strict=True), 2):
        if one.bends() and other.bends() and one.left < other.right and other.left < one.right:
            assert a != b


def crossings(group: Group) -> int:
    """Count the pairs of wire parts that cross between two layers, outputs of one box side by side."""
    layers = layers_of(group)
    place = {item: (rank, n) for rank, row in enumerate(layers.rows) for n, item in enumerate(row)}
    parts = [
        (*place[part.upper], 0 if layers.is_bend(part.upper) else group.wires[part.wire].port, place[part.lower][1])
        for part in layers.segments
    ]
    return sum(
        a[0] == b[0] and ((a[1], a[2]) < (b[1], b[2])) != (a[3] < b[3]) and a[:3] != b[:3] and a[3] != b[3]
        for a, b in combinations(parts, 2)
    )


def test_rows_are_sorted_until_few_wires_cross() -> None:
    body = Body("Crossed")
    x, y = body.input("x", 4), body.input("y", 4)
    body.apply(GELU, (x,), (4,))
    body.apply(CONCAT, ((x, y),), (4,), axis=1)
    assert crossings(scene(body.finish(x), 1)) == 0


def test_results_side_by_side_go_their_ways_side_by_side() -> None:
    assert crossings(scene(gnconv(1, 64, 5, 7, 7), 1)) == 0


def test_the_longer_of_two_ways_is_the_straight_one() -> None:
    body = Body("Ways")
    x = body.input("x", 4)
    short = body.apply(GELU, (x,), (4,))
    long = body.apply(GELU, (body.apply(GELU, (x,), (4,)),), (4,))
    drawing = arrange(scene(body.finish(body.plus(short, long)), 1))
    columns = [panel.x for panel in drawing.panels]
    assert columns[0] == columns[2] == columns[3] == columns[4] != columns[1]


def test_a_wire_turns_above_those_that_come_into_its_column() -> None:
    other, above, below = Turn(150, (400,)), Turn(100, (300,)), Turn(-100, (100,))
    heights = tracks([other, above, below])
    assert heights[1] < heights[2]
