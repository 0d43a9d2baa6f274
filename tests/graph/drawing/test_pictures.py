"""What pictures show, and that nothing in a graph can break their form."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import shapes
from archc.graph import Constant, Graph, GraphKind, Module, Site, TensorType
from archc.graph.drawing import to_dot, to_svg
from archc.graph.drawing.metrics import clipped, width, wrapped
from archc.graph.drawing.scene import Box, Look, scene_of
from archc.graph.drawing.words import Words, number
from archc.graph.static import DType, Row, Static, Symbol
from archc.syntax import tree
from tests.conftest import Golden
from tests.graph.build import GELU, MULTIPLY, SITE, SPLIT, Body, block, hornet, operator, sequence
from tests.graph.strategies import graphs

SVG = "{http://www.w3.org/2000/svg}"


def boxes(graph: Graph, depth: int = 1) -> list[Box]:
    return [one for one in scene_of(graph, depth, Words()).group.boxes if one.look not in (Look.INPUT, Look.OUTPUT)]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def written(graph: Graph, expression: tree.Expression) -> Graph:
    """Return a graph whose nodes were all asked for by an expression."""
    site = Site(SITE.span, expression)
    return replace(graph, nodes=tuple(replace(node, site=site) for node in graph.nodes))


def binary(sign: tree.Operator) -> tree.Binary:
    name = tree.Name(SITE.span, "x")
    return tree.Binary(SITE.span, sign, name, name)


# -- what is shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_hornet_in_dot(golden: Golden, depth: int) -> None:
    b, h, w = (shapes.symbol(name) for name in "Bhw")
    assert golden == to_dot(hornet(batch=b, h=h, w=w), depth)


def test_a_stage_is_one_box_that_says_how_often_its_block_stands_there() -> None:
    stages = [box for box in boxes(hornet()) if box.title.startswith("stages")]
    assert [(box.text, box.count) for box in stages] == [
        ("Block(64)", 2),
        ("Block(128)", 3),
        ("Block(256)", 18),
        ("Block(512)", 2),
    ]
    assert "×18" in texts(to_svg(hornet()))


def test_depth_opens_blocks_level_by_level() -> None:
    assert [box.inside is not None for box in boxes(hornet(), 1)] == [False] * 11
    two = boxes(hornet(), 2)
    assert [box.title for box in two if box.inside is not None] == [f"downsample_layers.{s}" for s in range(4)]
    three = {box.title: box.inside for box in boxes(hornet(), 3)}
    inside = three["stages.2"]
    assert inside is not None
    assert [box.title for box in inside.boxes if box.look is Look.WEIGHTED] == ["norm1", "norm2", "pwconv1", "pwconv2"]
    assert [box.path for box in inside.boxes if box.title == "norm1"] == ["stages.2.0..17.norm1"]


def test_depth_zero_is_one_box() -> None:
    (box,) = boxes(hornet(), 0)
    assert (box.title, box.outputs) == ("HorNet", ("[1, 1000]",))


def test_blocks_that_differ_in_a_rate_alone_are_folded() -> None:
    one = block(1, 8, 2, 7, 7)
    other = replace(one, arguments=(("C", 8), ("drop", 0.1)))
    (box,) = boxes(sequence(one, other, one))
    assert (box.title, box.count) == ("0..2", 3)


def test_blocks_of_other_structure_are_not_folded() -> None:
    assert [box.count for box in boxes(sequence(block(1, 8, 2, 7, 7), block(1, 8, 3, 7, 7)))] == [1, 1]


def test_what_something_else_uses_is_not_folded() -> None:
    one = block(1, 8, 2, 7, 7)
    body = Body("Used")
    x = body.call("0", one, body.input("x", 1, 8, 7, 7))
    assert [box.count for box in boxes(body.finish(body.plus(body.call("1", one, x), x)))] == [1, 1, 1]
    body = Body("Returned")
    x = body.call("0", one, body.input("x", 1, 8, 7, 7))
    assert [box.count for box in boxes(body.finish(body.call("1", one, x), x))] == [1, 1]


def test_a_shape_is_written_where_it_changes() -> None:
    outputs = {box.title or box.text: box.outputs for box in boxes(block(1, 64, 2, 7, 7))}
    assert outputs["norm1"] == ("",)
    assert outputs["pwconv1"] == ("[1, 256, 7, 7]",)
    assert outputs["pwconv2"] == ("[1, 64, 7, 7]",)


@pytest.mark.parametrize(
    ("made", "labels"),
    [
        (((1, 3, 7), (1, 5, 7)), ("3", "5")),
        (((1, 4, 7), (1, 4, 7)), ("", "[1, 4, 7]")),
        (((1, 4, 7), (2, 5, 7)), ("[1, 4, 7]", "[2, 5, 7]")),
    ],
)
def test_shapes_of_several_results(made: tuple[tuple[int, ...], ...], labels: tuple[str, ...]) -> None:
    body = Body("Parts")
    x = body.apply(SPLIT, (body.input("x", 1, 8, 7),), *made, d=None, axis=1)
    assert boxes(body.finish(x))[0].outputs == labels


def test_sizes_are_shown_as_asked() -> None:
    h = shapes.symbol("H")
    body = Body("Shown")
    graph = body.finish(body.input("x", h))
    assert "[H]" in texts(to_svg(graph))
    assert "[so high]" in texts(to_svg(graph, show=lambda dim: "so high"))


def test_a_sign_between_tensors_is_a_circle() -> None:
    body = Body("Sum")
    x = body.input("x", 4)
    graph = body.finish(body.plus(x, body.apply(GELU, (x,), (4,))))
    assert [box.look for box in boxes(graph)] == [Look.PLAIN, Look.PLAIN]
    drawn = boxes(written(graph, binary(tree.Operator.SUBTRACT)))
    assert (drawn[1].look, drawn[1].title, drawn[1].text) == (Look.SIGN, "−", "")


def test_a_tensor_taken_twice_has_one_wire() -> None:
    body = Body("Square")
    x = body.input("x", 4)
    assert len(scene_of(body.finish(body.plus(x, x)), 1, Words()).group.wires) == 2


def test_a_number_at_a_sign_stands_beside_it() -> None:
    body = Body("Scaled")
    x = body.input("x", 4)
    graph = body.finish(body.apply(MULTIPLY, (Constant(1 / 3, TensorType(())), x), (4,), axis=None))
    (box,) = boxes(written(graph, binary(tree.Operator.MULTIPLY)))
    assert (box.look, box.title, box.text) == (Look.SIGN, "×", "1/3")
    assert "× 1/3" in texts(to_svg(written(graph, binary(tree.Operator.MULTIPLY))))


def test_arguments_that_the_text_gives_are_shown_if_they_make_a_difference() -> None:
    def shown(expression: tree.Expression | None) -> str:
        body = Body("Conv")
        x = body.conv("c", body.input("x", 1, 8, 7, 7), 8, k=3, groups=2)
        return boxes(written(body.finish(x), expression) if expression else body.finish(x))[0].text

    span, name = SITE.span, tree.Name(SITE.span, "conv")
    eight, three = tree.Number(span, 8, "8"), tree.Number(span, 3, "3")
    assert shown(None) == "conv(8, k=3, groups=2)"
    assert shown(name) == "conv"
    assert shown(tree.Name(span, "mix")) == "conv(8, k=3, groups=2)"
    assert (
        shown(tree.Call(span, name, (tree.Argument(span, None, eight), tree.Argument(span, "k", three))))
        == "conv(8, k=3)"
    )
    assert (
        shown(tree.Call(span, name, (tree.Argument(span, "k", three), tree.Argument(span, None, eight))))
        == "conv(8, k=3)"
    )


FREE = operator("free", "x", "", "value")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "free(7)"),
        ((3, 3), "free(3)"),
        (Row((1, 2)), "free([1, 2])"),
        (((3, 3), (3, 3)), "free(3)"),
        ((2, 3, 18, 2), "free([2, 3, 18, 2])"),
        (0.25, "free(0.25)"),
        (1 / 3, "free(1/3)"),
        ("b c h -> b h c", "free(b c h -> b h c)"),
        (DType.F32, "free(f32)"),
        (1, "free"),
        (None, "free"),
        (False, "free"),
        (1e-6, "free"),
        (Symbol("zeros"), "free"),
        ("x" * 90, f"free({'x' * 28}…"),
    ],
)
def test_arguments(value: Static, text: str) -> None:
    body = Body("Free")
    x = body.apply(FREE, (body.input("x", 4),), (4,), value=value)
    assert boxes(body.finish(x))[0].text == text


@pytest.mark.parametrize(
    ("value", "text"), [(1 / 3, "1/3"), (0.5, "0.5"), (2.0, "2"), (1e-6, "1e-06"), (0.1, "0.1"), (inf, "inf")]
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


# -- their form ------------------------------------------------------------------------------------


@given(graphs(), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_every_svg_is_well_formed_and_everything_lies_on_the_page(graph: Graph, depth: int) -> None:
    root = ElementTree.fromstring(to_svg(graph, depth))
    broad, high = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter(f"{SVG}rect"):
        if "x" in element.attrib:
            x, y, w, h = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x >= 0 and x + w <= broad and y >= 0 and y + h <= high


HOSTILE = '</text><script>alert("&amp;")</script>\x00\ud800]]>\\"; } evil [label="\n\\N'


def hostile() -> Graph:
    body = Body(HOSTILE, GraphKind.ARCH, **{HOSTILE: HOSTILE})
    x = body.input(HOSTILE, shapes.symbol(HOSTILE), 4)
    x = body.apply(FREE, (x,), (4,), value=HOSTILE)
    inner = replace(block(1, 8, 2, 7, 7), name=HOSTILE)
    y = body.call(HOSTILE, inner, body.input("y", 1, 8, 7, 7))
    graph = body.finish(x, y, doc=HOSTILE)
    return replace(graph, output_names=(HOSTILE, None), modules=(*graph.modules, Module(HOSTILE, inner, SITE)))


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_name_can_break_out_of_an_svg(depth: int) -> None:
    root = ElementTree.fromstring(to_svg(hostile(), depth).encode())
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "text", "g", "path", "circle"}


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_name_can_break_out_of_dot(depth: int) -> None:
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', to_dot(hostile(), depth))
    assert "evil" not in plain and "script" not in plain and '"' not in plain.replace('""', "")
    assert plain.count("{") == plain.count("}")


def test_pictures_are_the_same_every_time() -> None:
    assert to_svg(hornet(), 3) == to_svg(hornet(), 3)
    assert to_dot(hornet(), 3) == to_dot(hornet(), 3)


def test_a_network_of_a_thousand_nodes_is_drawn() -> None:
    body = Body("Long")
    x = body.input("x", 4)
    first = x
    for place in range(1000):
        x = body.plus(x, first) if place % 7 == 6 else body.apply(GELU, (x,), (4,))
    ElementTree.fromstring(to_svg(body.finish(x)))


def test_texts_are_measured_clipped_and_wrapped() -> None:
    assert width("iiii", 10) < width("mmmm", 10)
    assert width("宽", 10) == 10
    assert width("a\u0301", 10) == width("a", 10)
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abcd", 4) == "abcd"
    assert wrapped("one two three", 10, width("one two", 10)) == ["one two", "three"]
    assert wrapped("", 10, 100) == []


def test_operators_with_weights_of_their_own_look_different() -> None:
    looks = {box.title or box.text: box.look for box in boxes(block(1, 8, 2, 7, 7))}
    assert looks["norm1"] is Look.WEIGHTED
    assert looks["gelu"] is looks["multiply(gamma1)"] is Look.PLAIN
    assert looks["gnconv"] is Look.BLOCK
