"""A place where parsing stopped, with all that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Note
from archc.records import record
from archc.syntax.lexer import CLOSING, Lexer, Token, first_on_line
from archc.syntax.machine import Rejected, expected, stack_at, takes
from archc.syntax.source import Source, Span
from archc.syntax.tables import END, NEWLINE

# So many tokens of the rest of its line are looked at.
MOST_AFTER = 40


@record
class Problem:
    """A token that cannot stand where it stands.

    `before` are the tokens of its unit up to it, `after` those behind it on its line, `brackets` those open at it, and
    `expected` the kinds of tokens that could stand there. `header` is the block without a body right before the unit.
    """

    source: Source
    token: Token
    states: tuple[int, ...]
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    brackets: tuple[Token, ...]
    expected: frozenset[str]
    header: Span | None

    @property
    def last(self) -> Token | None:
        """The token before the wrong one, if that is not the first of its unit."""
        return self.before[-1] if self.before else None

    @property
    def statement(self) -> tuple[Token, ...]:
        """The tokens from the beginning of the statement up to the wrong one."""
        last = max((place for place, token in enumerate(self.before) if _separates(token)), default=-1)
        return self.before[last + 1 :]

    def takes(self, *kinds: str) -> bool:
        """Return whether these kinds of tokens could stand here, one after the other."""
        return takes(self.states, kinds)

    def begins_line(self, token: Token) -> bool:
        return first_on_line(self.source.text, token.start)

    def line(self, token: Token) -> int:
        return self.source.position(token.start).line

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def diagnostic(
        self,
        code: str,
        message: str,
        text: str = "",
        *,
        at: Token | None = None,
        help: str = "",
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Return a diagnostic at a token, the wrong one unless said otherwise."""
        notes = (Note("help", help),) if help else ()
        fixes = (fix,) if fix else ()
        return Diagnostic(code, message, self.span(at or self.token), text, labels, notes, fixes)

    def replacement(self, title: str, token: Token, text: str) -> Fix:
        """Return a fix that writes `text` for a token."""
        return Fix(title, (Edit(self.span(token), text),))

    def insertion(self, title: str, offset: int, text: str) -> Fix:
        """Return a fix that writes `text` at a place."""
        return Fix(title, (Edit(Span(self.source, offset, offset), text),))


def open_brackets(tokens: Iterable[Token]) -> list[Token]:
    """Return the brackets that the tokens open and do not close."""
    held: list[Token] = []
    for token in tokens:
        if token.text in CLOSING:
            held.append(token)
        elif held and CLOSING[held[-1].text] == token.text:
            held.pop()
    return held


def outside_brackets(tokens: Iterable[Token]) -> Iterator[Token]:
    """Give those of the tokens that are in no bracket among them."""
    depth = 0
    for token in tokens:
        depth -= token.text in CLOSING.values()
        if not depth:
            yield token
        depth += token.text in CLOSING


def _separates(token: Token) -> bool:
    return token.kind == NEWLINE or token.text == "{"


def problem_of(symbol: str, text: Span, rejected: Rejected, header: Span | None = None) -> Problem:
    """Return the problem with a token that was rejected in `text`, read under a start symbol."""
    tokens = Lexer(text.source.text, text.start, text.end).tokens()
    before = tuple(takewhile(lambda token: token != rejected.token, tokens))
    after = tuple(islice(_rest_of_line(text.source.text, rejected.token, tokens), MOST_AFTER))
    states = stack_at(symbol, (token.kind for token in before))
    brackets = tuple(open_brackets(before))
    return Problem(text.source, rejected.token, states, before, after, brackets, expected(states), header)


def _rest_of_line(text: str, token: Token, tokens: Iterable[Token]) -> Iterator[Token]:
    """Give the tokens behind one on its line, and what ends the statement if that comes next."""
    end = text.find("\n", token.start)
    for behind in tokens:
        ends = behind.kind in (NEWLINE, END) or behind.text == "}"
        if ends or end < 0 or behind.start < end:
            yield behind
        if ends or 0 <= end < behind.start:
            return


def misindented(problem: Problem) -> Token | None:
    """Return the brace that was probably left open: the first that a `}` further left on its line closes."""
    held: list[Token] = []
    for token in problem.before:
        if token.text in CLOSING:
            held.append(token)
        elif held and CLOSING[held[-1].text] == token.text:
            opener = held.pop()
            if token.text == "}" and problem.begins_line(token) and _indent(problem, token) < _indent(problem, opener):
                return opener
    return None


def _indent(problem: Problem, token: Token) -> int:
    line = problem.source.line(problem.line(token))
    return len(line) - len(line.lstrip())
