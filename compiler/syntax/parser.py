"""Tokens to a tree, by the tables of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from archc.diagnostics.diagnostic import Diagnostic
from archc.syntax import tree
from archc.syntax.builder import Builder
from archc.syntax.lexer import Lexer, Token
from archc.syntax.source import Source, Span
from archc.syntax.tables import ABSENT, END, Production, load_tables


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from its `#` to the end of its line."""

    span: Span


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says: `file` is None where nothing of it could be read."""

    source: Source
    file: tree.File | None
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


class SyntaxProblem(Exception):
    """A token that the parser cannot take, inside this package."""

    def __init__(self, token: Token, state: int) -> None:
        self.token = token
        self.state = state


def parse_unit(start: str, source: Source, tokens: Iterator[Token], builder: Builder) -> object:
    """Return what the tokens up to the end of the unit say; raises SyntaxProblem."""
    tables = load_tables()
    actions, end_state = tables.actions, tables.ends[start]
    productions, soft = _productions(), _soft()
    states = [tables.starts[start]]
    values: list[object] = []
    starts: list[int] = []
    end = 0
    for token in tokens:
        kind = token.kind
        while True:
            row = actions[states[-1]]
            target = row.get(kind)
            if target is None:
                if kind not in soft:
                    raise SyntaxProblem(token, states[-1])
                kind = "NAME"
                continue
            if target >= 0:
                states.append(target)
                values.append(token)
                starts.append(token.start)
                end = token.end
                break
            production, method = productions[~target]
            size = production.size
            children = values[-size:] if size else []
            begin = starts[-size] if size else end
            if size:
                del states[-size:], values[-size:], starts[-size:]
            values.append(_reduce(production, method, builder, children, source, begin, end))
            starts.append(begin)
            states.append(actions[states[-1]][production.origin])
            if kind == END and states[-1] == end_state:
                return values[-1]
    raise AssertionError("the lexer ends every unit")


def _reduce(
    production: Production,
    method: Callable[..., object] | None,
    builder: Builder,
    values: list[object],
    source: Source,
    start: int,
    end: int,
) -> object:
    children: list[object] = []
    for place, listed in production.plan:
        if place == ABSENT:
            children.append(None)
        elif listed:
            children += values[place]  # type: ignore[arg-type]
        else:
            children.append(values[place])
    if production.transparent and len(children) == 1:
        return children[0]
    if method is None:
        return children
    return method(builder, Span(source, start, end), *children)


@cache
def _productions() -> tuple[tuple[Production, Callable[..., object] | None], ...]:
    return tuple(
        (production, None if production.inlined else getattr(Builder, production.action, None))
        for production in load_tables().productions
    )


@cache
def _soft() -> frozenset[str]:
    return frozenset(t.name for t in load_tables().terminals if t.soft)


def parse(source: Source) -> Parsed:
    """Return what a text says, as far as it can be read, and what is wrong with it."""
    lexer = Lexer(source.text)
    tokens = lexer.tokens()
    version: int | None = None
    declarations: list[tree.Declaration] = []
    diagnostics: list[Diagnostic] = []
    for first in tokens:
        builder = Builder()
        try:
            unit = parse_unit("unit", source, chain((first,), tokens), builder)
        except SyntaxProblem as problem:
            token = problem.token
            message = f"unexpected `{token.text}`" if token.text.strip() else "unexpected end of line"
            diagnostics.append(Diagnostic("P100", message, Span(source, token.start, token.end)))
            break
        diagnostics += builder.diagnostics
        if isinstance(unit, Token):
            version = int(unit.text)
        else:
            declarations.append(unit)  # type: ignore[arg-type]
    comments = tuple(Comment(Span(source, *place)) for place in lexer.comments)
    file = tree.File(Span(source, 0, len(source.text)), version, tuple(declarations))
    return Parsed(source, file, comments, tuple(diagnostics))


def parse_expression(text: str, span: Span) -> tree.Expression | Diagnostic:
    """Return the expression that `text` is; `span` is where it stands in an outer source."""
    lexer = Lexer(text)
    inner = Source(span.source.name, text)
    try:
        return parse_unit("expression", inner, lexer.tokens(), Builder())  # type: ignore[return-value]
    except SyntaxProblem as problem:
        return Diagnostic("P100", f"unexpected `{problem.token.text}`", span)
