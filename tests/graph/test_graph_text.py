"""The text form says all of a graph and reads back as the same."""

from __future__ import annotations

import contextlib
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import shapes
from archc.graph import Graph, GraphTextError, from_text, structural_equal, to_text, verify
from archc.graph.cursor import Cursor
from archc.graph.literals import static_text
from archc.graph.static import Static
from archc.graph.static_reader import StaticReader
from archc.syntax.source import Source
from tests.conftest import Golden
from tests.graph.build import OPERATORS, hornet
from tests.graph.strategies import FREE, graphs, statics

KNOWN = {**OPERATORS, "free": FREE}


UNWRITTEN = {"site", "span", "declaration", "macs", "meaning"}


def same(left: object, right: object) -> bool:
    """Compare two parts of graphs field by field, which is all that the text has to carry."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if type(left) is not type(right):
        return False
    if not is_dataclass(left) or isinstance(left, type):
        return left == right
    names = [one.name for one in fields(left) if one.name not in UNWRITTEN]
    return all(same(getattr(left, name), getattr(right, name)) for name in names)


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_text_reads_back_as_the_same_graph(graph: Graph) -> None:
    assert verify(graph) == ()
    text = to_text(graph)
    again = from_text(text, KNOWN)
    assert verify(again) == ()
    assert to_text(again) == text
    assert same(again, graph)
    assert structural_equal(again, graph)


@given(statics)
@settings(max_examples=100, deadline=None)
def test_statics_read_back_as_the_same_value(value: Static) -> None:
    text = static_text(value)
    read = StaticReader(Cursor(Source("value", text))).value()
    assert read == value
    assert static_text(read) == text


def test_hornet(golden: Golden) -> None:
    b, h, w = map(shapes.symbol, "Bhw")
    text = to_text(hornet(batch=b, h=h, w=w, depths=(1, 1, 2, 1)))
    assert golden == text
    assert to_text(from_text(text, OPERATORS)) == text


def test_a_shared_body_is_printed_once_and_read_as_one() -> None:
    text = to_text(hornet())
    assert text.count(" = block Block(") == 4
    stage = from_text(text, OPERATORS).modules[5].content
    assert isinstance(stage, Graph)
    assert len({id(module.content) for module in stage.modules}) == 1


def test_locations_are_comments() -> None:
    graph = hornet(depths=(1, 1, 1, 1))
    text = to_text(graph, locations=True)
    assert "  # built.arch:1:1\n" in text
    assert to_text(from_text(text, OPERATORS)) == to_text(graph)


def test_nodes_read_point_into_the_text() -> None:
    graph = from_text(to_text(hornet(depths=(1, 1, 1, 1))), OPERATORS)
    assert graph.nodes[-1].site.span.text.startswith("%11 = head: linear(%10, $head.weight")


def test_a_value_keeps_the_name_it_has_at_each_use() -> None:
    graph = hornet(depths=(1, 1, 1, 1))
    node = graph.nodes[1]
    renamed = replace(node, operands=(replace(graph.nodes[0].results[0], name="stem"),))
    graph = replace(graph, nodes=(graph.nodes[0], renamed, *graph.nodes[2:]))
    text = to_text(graph)
    assert "stages.0: @sequence.1(%1.stem)" in text
    assert to_text(from_text(text, OPERATORS)) == text


SMALL = """archc graph 1

@F = block F() {
  input %0.x [B, 4]
  param g [4]
  %1 = add(%0.x, $g; axis = 1) : [B, 4]
  return %1
}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("archc graph 1", "archc graph 2", "1:1: expected 'archc graph 1'"),
        ("@F = block", "@F = brick", "expected one of arch, block"),
        ("[B, 4]\n  param", "[B, 0.5]\n  param", "4:18: 0.5 is no size"),
        ("[B, 4]\n  param", "h5[B, 4]\n  param", "h5 is no dtype"),
        ("%0.x, $g", "%7, $g", "6:12: %7 is not defined"),
        ("$g;", "$h;", "expected '['"),
        ("add(", "plus(", "no operator is called plus"),
        ("add(%0.x, $g; axis = 1)", "f: @G(%0.x)", "6:11: no graph of this name stands below"),
        ("return %1", "return %1 %1", "expected a comma or }"),
        ("axis = 1", "axis = 1 // 0", "zero"),
        ("axis = 1", "axis = 9 ** 99999", "99999 is no exponent"),
        ("axis = 1", "axis = " + "9" * 5000, "too many digits"),
        ("axis = 1", "axis = " + "[" * 500, "nested too deeply"),
        ("axis = 1", "axis = true + 1", "True is no number"),
        ("axis = 1", 'axis = "unclosed', "expected a string"),
        ("axis = 1", "axis = foo(1)", "no function foo of 1 values"),
        ("[4]\n", "[4] = 3\n", "3 is no initialiser"),
        ("[4]\n", "[4] = table(3)\n", "a table is a list"),
        ("}\n", "", "expected"),
        ("}\n", "} x\n", "expected the end of the graph"),
    ],
)
def test_what_is_no_graph_is_refused_with_its_place(old: str, new: str, message: str) -> None:
    assert to_text(from_text(SMALL, OPERATORS)) == SMALL
    assert SMALL.count(old) == 1
    with pytest.raises(GraphTextError) as caught:
        from_text(SMALL.replace(old, new), OPERATORS)
    assert message in str(caught.value)
    assert str(caught.value).split(": ")[0].replace(":", "").isdigit()


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_text_is_a_graph_or_an_error(data: st.DataObject) -> None:
    text = to_text(hornet(depths=(1, 1, 1, 1)))[:3000]
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 20))
    piece = data.draw(
        st.sampled_from(["", "[", ")", '"', "@", "%", "-", "9", ", ", "x", "\n", "none", "**", "//0", "\\"])
    )
    with contextlib.suppress(GraphTextError):
        from_text(text[:start] + piece + text[start + length :], OPERATORS)
