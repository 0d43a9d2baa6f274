"""Every node knows where it stands."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from archc.syntax import Source, Span, children, parse, parse_expression, tree, walk

EXAMPLES = Path(__file__).parent / "examples"


def _file(path: Path) -> tree.File:
    parsed = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert parsed.file is not None and not parsed.diagnostics
    return parsed.file


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.arch")), ids=lambda path: path.stem)
def test_places_lie_in_each_other_and_in_their_order(path: Path) -> None:
    for outer in walk(_file(path)):
        inner = [child.span for child in children(outer)]
        for span in inner:
            assert outer.span.start <= span.start < span.end <= outer.span.end, outer
        assert all(first.end <= second.start for first, second in pairwise(inner)), outer


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.arch")), ids=lambda path: path.stem)
def test_an_expression_is_what_its_place_says(path: Path) -> None:
    for node in walk(_file(path)):
        if isinstance(node, tree.Name | tree.Call | tree.Index | tree.Attribute | tree.Sequence | tree.Number):
            assert parse_expression(node.span.text, node.span) == node


def test_brackets_belong_to_the_operation_around_them() -> None:
    text = "let a = (b + c) * -(d)\n"
    parsed = parse(Source("t", text))
    assert parsed.file is not None
    let = parsed.file.declarations[0]
    assert isinstance(let, tree.Let)
    product = let.values[0]
    assert product.span.text == "(b + c) * -(d)"
    assert isinstance(product, tree.Binary)
    assert product.left.span.text == "b + c"
    assert product.right.span.text == "-(d)"


def test_a_docstring_belongs_to_its_declaration_and_the_name_has_a_place() -> None:
    parsed = parse(Source("t", '\n"""A block."""\nblock Thing { }  # here\n'))
    assert parsed.file is not None
    block = parsed.file.declarations[0]
    assert isinstance(block, tree.Block)
    assert block.span.text == '"""A block."""\nblock Thing { }'
    assert block.name_span.text == "Thing"
    assert parsed.comments[0].span.text == "# here"


def test_an_expression_inside_a_string_has_its_place_in_the_text_around_it() -> None:
    source = Source("t", 'x = "cell_{6 * s + j}"')
    hole = Span(source, 11, 20)
    read = parse_expression(hole.text, hole)
    assert isinstance(read, tree.Binary)
    assert read.span == hole
    assert [node.span.text for node in walk(read) if isinstance(node, tree.Name)] == ["s", "j"]


def test_an_expression_that_stands_nowhere_has_places_in_itself() -> None:
    read = parse_expression("a + b", Span(Source("t", "other"), 0, 5))
    assert isinstance(read, tree.Binary)
    assert read.right.span.text == "b"
