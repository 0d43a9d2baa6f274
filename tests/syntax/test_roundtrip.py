"""What is printed is read as it was, and printed again as before: for trees of every kind."""

from __future__ import annotations

from hypothesis import given, settings

from archc.syntax import (
    Source,
    Span,
    format_expression,
    format_file,
    format_tree,
    parse,
    parse_expression,
    tree,
)
from tests.syntax.strategies import expressions, trees


@settings(max_examples=50, deadline=None)
@given(trees())
def test_a_printed_tree_is_read_as_it_was(file: tree.File) -> None:
    text = format_tree(file)
    parsed = parse(Source("printed", text))
    assert not parsed.diagnostics, text
    assert parsed.file == file, text
    assert format_file(parsed) == text


@settings(max_examples=80, deadline=None)
@given(expressions(20))
def test_a_printed_expression_is_read_as_it_was(expression: tree.Expression) -> None:
    text = format_expression(expression)
    read = parse_expression(text, Span(Source("printed", text), 0, len(text)))
    assert read == expression, text
