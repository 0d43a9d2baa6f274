"""Pictures can be read: boxes stand apart, wires go round them, everything is on the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.graph import Graph
from archc.graph.drawing.layers import _inversions, layers_of
from archc.graph.drawing.layout import arrange
from archc.graph.drawing.plan import Arranged, Panel
from archc.graph.drawing.scene import Group, Look, scene_of
from archc.graph.drawing.tracks import Turn, tracks
from archc.graph.drawing.words import Words
from tests.graph.build import CONCAT, GELU, Body, block, gnconv, hornet
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


def check(drawing: Arranged) -> None:
    """Assert what must hold of every layout."""
    for group in groups(drawing):
        boxes = [rect(panel) for panel in group.panels if panel.size.height]
        for one, other in combinations(boxes, 2):
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        for left, top, right, bottom in boxes:
            assert group.left <= left and right <= group.right
            assert top >= 0 and bottom <= group.height
        for route in group.routes:
            for start, end in pairwise(route.points):
                assert abs(start[0] - end[0]) < 0.51 or abs(start[1] - end[1]) < 0.51  # no slanted wire
                assert end[1] >= start[1] - 0.51  # and none that goes up
                assert not [box for box in boxes if crosses(start, end, box)]


def crosses(start: tuple[float, float], end: tuple[float, float], box: Rect) -> bool:
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return left < box[2] - 1 and right > box[0] + 1 and top < box[3] - 1 and bottom > box[1] + 1


@given(graphs(depth=3), st.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_random_graphs(graph: Graph, depth: int) -> None:
    check(arrange(scene(graph, depth)))


@pytest.mark.parametrize("depth", range(5))
def test_hornet(depth: int) -> None:
    check(arrange(scene(hornet(), depth)))


@st.composite
def tangles(draw: st.DrawFn) -> Graph:
    """A cell whose nodes take any of the nodes before."""
    body = Body("Cell")
    pool = [body.input("x", 4), body.input("y", 4)]
    for _ in range(draw(st.integers(1, 14))):
        taken = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique=True))
        pool.append(body.apply(CONCAT, (tuple(taken),), (4,), axis=1))
    return body.finish(*draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3)))


@given(tangles())
@settings(max_examples=150, deadline=None)
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
