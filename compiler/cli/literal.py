"""Values given on the command line, `-D name=value`, in the language's own spelling."""

from __future__ import annotations

from collections.abc import Iterable

from archc.cli.command import UsageError
from archc.diagnostics import Diagnostic
from archc.graph.static import Row, Static, Symbol
from archc.syntax import Source, Span, parse_expression, tree

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None}


def overrides(given: Iterable[str]) -> dict[str, Static]:
    """Return the values by name, the last where one is given twice. Raises UsageError for what is no `name=value`."""
    return dict(map(_override, given))


def _override(text: str) -> tuple[str, Static]:
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier():
        raise UsageError(f"-D takes name=value, and `{text}` is not that")
    return name, literal(value.strip(), f"-D {name}")


def literal(text: str, what: str) -> Static:
    """Return the static value that a text spells: a number, a string, a word, or lists and rows of those.
    Raises UsageError, which calls the text `what`."""
    source = Source(what, text)
    parsed = parse_expression(text, Span(source, 0, len(text)))
    try:
        if isinstance(parsed, Diagnostic):
            raise _NoLiteral
        return _value(parsed)
    except _NoLiteral:
        raise UsageError(f"{what}: `{text}` is no number, string, word, list or row") from None


class _NoLiteral(Exception):
    """An expression that has to be computed."""


def _value(expression: tree.Expression | tree.Labelled) -> Static:
    match expression:
        case tree.Number(value=value):
            return value
        case tree.Text(value=text):
            return text
        case tree.Name(text=name):
            return _WORDS[name] if name in _WORDS else Symbol(name)
        case tree.Sequence(items=items):
            return tuple(map(_value, items))
        case tree.Row(items=items):
            return Row(tuple(map(_value, items)))
        case tree.Unary(prefix=tree.Prefix.NEGATE, operand=tree.Number(value=value)):
            return -value
    raise _NoLiteral
