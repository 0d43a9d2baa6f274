"""Text to tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import cast

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.records import record
from archc.syntax import tree
from archc.syntax.builder import Builder
from archc.syntax.complaints import DECLARING, explain
from archc.syntax.lexer import MOST_TOKENS, TOO_MANY, Lexer, Token, first_on_line
from archc.syntax.machine import Rejected, run
from archc.syntax.problem import problem_of
from archc.syntax.source import Source, Span
from archc.syntax.tables import END
from archc.syntax.walk import deepest
from archc.syntax.wording import found

VERSION = 1
MOST_ERRORS = 100
MOST_DEPTH = 100


@record
class Comment:
    """A comment, from its `#` to the end of its line."""

    span: Span


@record
class Parsed:
    """What a text says: `file` holds what could be read, and is None where the text was refused as a whole.

    `lost` are names that the parts with errors seem to declare, so that nobody complains that they are unknown.
    """

    source: Source
    file: tree.File | None
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]
    lost: frozenset[str] = frozenset()


def parse(source: Source) -> Parsed:
    """Return what a text says and everything that is wrong with it (P...); it never raises."""
    refusals = tuple(_control_characters(source))
    if refusals:
        return Parsed(source, None, (), refusals)
    return _FileParser(source).parse()


def parse_expression(text: str, span: Span) -> tree.Expression | Diagnostic:
    """Return the expression that `text` is, or the first thing that is wrong with it.

    `span` is where the text stands; the places in the result are places in the source of that span.
    """
    at = span.text.find(text)
    source, start = (span.source, span.start + at) if at >= 0 else (Source(span.source.name, text), 0)
    return _expression(source, start, start + len(text))


class _FileParser:
    """Reads a file unit by unit, so that an error costs no more than its unit."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._version: int | None = None
        self._declarations: list[tree.Declaration] = []
        self._comments: list[tuple[int, int]] = []
        self._diagnostics: list[Diagnostic] = []
        self._lost: set[str] = set()

    def parse(self) -> Parsed:
        text = self._source.text
        start: int | None = 1 if text.startswith("\ufeff") else 0
        while start is not None and len(self._diagnostics) < MOST_ERRORS:
            start = self._read_from(start)
        if start is not None:
            message = f"more than {MOST_ERRORS} errors: the rest is not read"
            self._complain("P007", message, Span(self._source, start, start), "mend the first ones")
        span = Span(self._source, 0, len(text))
        file = tree.File(span, self._version, tuple(self._declarations))
        comments = tuple(Comment(Span(self._source, *place)) for place in self._comments)
        return Parsed(self._source, file, comments, tuple(self._diagnostics), frozenset(self._lost))

    def _read_from(self, start: int) -> int | None:
        """Read units up to the first that is wrong; return where to go on behind it."""
        lexer = Lexer(self._source.text, start)
        lexer.comments = self._comments
        tokens = lexer.tokens()
        for first in tokens:
            builder = Builder(self._source)
            unit = run("unit", self._source, chain((first,), tokens), builder)
            if isinstance(unit, Rejected):
                return self._reject(first, unit)
            self._add(first, unit, builder.diagnostics)
        return None

    def _reject(self, first: Token, rejected: Rejected) -> int | None:
        """Say what is wrong in the unit that begins with `first`; return where to go on."""
        text = self._source.text
        if rejected.token.kind == TOO_MANY:
            message = f"the text has more than {MOST_TOKENS} words and signs: the rest is not read"
            self._complain("P006", message, self._span(rejected.token), "split it, and `use` the parts")
            return None
        rest = Span(self._source, first.start, len(text))
        problem = problem_of("unit", rest, rejected, self._header(first))
        self._diagnostics.append(explain(problem))
        opening = next((token for token in problem.before if token.kind != "DOC"), rejected.token)
        again = _next_unit(text, opening, rejected.token)
        self._lose(text[first.start : again])
        return again

    def _lose(self, text: str) -> None:
        self._lost.update(name.strip() for names in _DECLARED.findall(text) for name in names.split(","))

    def _header(self, first: Token) -> Span | None:
        """Return the place of the block above an indented line, if that has no body."""
        above = self._declarations[-1] if self._declarations else None
        if first_on_line(self._source.text, first.start) and self._source.position(first.start).column > 1:
            return above.span if isinstance(above, tree.Block) and above.body is None else None
        return None

    def _add(self, first: Token, unit: object, complaints: list[Diagnostic]) -> None:
        if isinstance(unit, Token):
            self._add_version(first, unit)
            return
        declaration = cast(tree.Declaration, unit)
        deep = deepest(declaration, MOST_DEPTH)
        wrong = [*complaints, _too_deep(deep)] if deep is not None else complaints
        if wrong:
            self._diagnostics += wrong
            self._lose(declaration.span.text)
        else:
            self._declarations.append(declaration)

    def _add_version(self, first: Token, number: Token) -> None:
        if self._version is not None or self._declarations:
            message = "`archc` with the version stands once, at the top of the file"
            self._complain("P011", message, self._span(first), "remove it here")
        elif number.text != str(VERSION):
            message = (
                f"this text is of version {number.text[:20]} of the language, and this compiler reads version {VERSION}"
            )
            self._complain("P010", message, self._span(number), "a newer archc may read it")
        self._version = VERSION

    def _span(self, token: Token) -> Span:
        return Span(self._source, token.start, token.end)

    def _complain(self, code: str, message: str, span: Span, help: str) -> None:
        self._diagnostics.append(Diagnostic(code, message, span, notes=(Note("help", help),)))


# What a text declares, be it right or wrong: the names at the beginning of a line, behind a word if there is one.
_DECLARED = re.compile(r"^(?:[A-Za-z]+[ \t]+)?([A-Za-z_]\w*'?(?:[ \t]*,[ \t]*[A-Za-z_]\w*'?)*)", re.MULTILINE)

# Where reading goes on after an error: a declaration at the start of a line. A docstring or a `let`, which may stand in
# bodies too, only where nothing is before it.
_OPENING = re.compile(rf'^(?:[ \t]*(?:{"|".join((*DECLARING, "use"))})[ \t]+[A-Za-z_]|let\b|""")', re.MULTILINE)


def _next_unit(text: str, opening: Token, wrong: Token) -> int | None:
    """Return where the first declaration begins on the line of the wrong token or below, but not the opened one."""
    line = text.rfind("\n", 0, wrong.start) + 1
    found = _OPENING.search(text, max(line, opening.start + 1))
    return found.start() if found else None


# Neither a text nor the source that is made of it may be read otherwise than it looks.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


def _control_characters(source: Source) -> Iterator[Diagnostic]:
    for match in islice(_CONTROL.finditer(source.text), MOST_ERRORS):
        note = Note("help", "remove it")
        message = f"an invisible character, U+{ord(match[0]):04X}"
        yield Diagnostic("P005", message, Span(source, match.start(), match.end()), notes=(note,))


def _too_deep(node: tree.Node) -> Diagnostic:
    note = Note("help", "name a part of it with `let` or `=`, or make it a block of its own")
    return Diagnostic("P008", f"nested more than {MOST_DEPTH} deep", node.span, notes=(note,))


def _expression(source: Source, start: int, stop: int) -> tree.Expression | Diagnostic:
    tokens = Lexer(source.text, start, stop).tokens()
    first = next(tokens, Token(END, "", stop, stop))
    builder = Builder(source)
    result = run("expression", source, chain((first,), tokens), builder)
    if isinstance(result, Rejected):
        return explain(problem_of("expression", Span(source, start, stop), result))
    extra = next(tokens, None)
    if extra is not None:
        return Diagnostic(
            "P100", f"expected one expression, found {found(extra)} behind it", Span(source, extra.start, extra.end)
        )
    if builder.diagnostics:
        return builder.diagnostics[0]
    expression = cast(tree.Expression, result)
    deep = deepest(expression, MOST_DEPTH)
    return expression if deep is None else _too_deep(deep)
