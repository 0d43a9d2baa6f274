"""Text to tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from archc.syntax.tables import END, load_tables

NEWLINE = "_NL"
STRAY = "STRAY"
OPEN = {"(": ")", "[": "]", "{": "}"}
CLOSE = frozenset(OPEN.values())

# A newline is not significant behind or before any of these.
CONTINUED = frozenset(
    ", = : |> => -> <- ~> ~ + - * ** / // % == != <= >= < > ++ .. { and or not in then else where if".split()
)
CONTINUING = frozenset("= : |> -> <- ~> ~ + - * ** / // % == != <= >= < > ++ .. { } and or then else where".split())


class Token(NamedTuple):
    """A piece of text with its place; `kind` is a terminal of the grammar."""

    kind: str
    text: str
    start: int
    end: int


class Bracket(NamedTuple):
    """An open bracket and where it stands."""

    text: str
    start: int


class Lexer:
    """The tokens of one text. `brackets` are those that are open at the token that was given last."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.brackets: list[Bracket] = []
        self.comments: list[tuple[int, int]] = []
        self._text = text
        self._start = start

    def tokens(self) -> Iterator[Token]:
        """Give the tokens, newlines only where they end or separate something."""
        text, reserved, brackets = self._text, _reserved(), self.brackets
        newline: Token | None = None
        continued, begun = True, False
        for match in _pattern().finditer(text, self._start):
            kind = match.lastgroup
            assert kind is not None
            word, start, end = match[kind], match.start(kind), match.end()
            if kind == NEWLINE:
                if newline is None and not continued and (not brackets or brackets[-1].text == "{"):
                    newline = Token(NEWLINE if brackets else END, word, start, end)
                continue
            if kind == "COMMENT":
                self.comments.append((start, end))
                continue
            if newline is not None:
                if word not in CONTINUING:
                    yield newline
                newline = None
            begun = True
            if kind == "NAME":
                kind = reserved.get(word, kind)
            elif word in OPEN:
                brackets.append(Bracket(word, start))
            elif word in CLOSE and brackets:
                brackets.pop()
            continued = word in CONTINUED or kind == "DOC"
            yield Token(kind, word, start, end)
        if newline is not None and not brackets:
            yield newline
        elif begun:
            yield Token(END, "", len(text), len(text))


@cache
def _reserved() -> dict[str, str]:
    return {t.text: t.name for t in load_tables().terminals if t.reserved and t.text is not None}


@cache
def _pattern() -> re.Pattern[str]:
    groups = [("COMMENT", "#[^\\n]*")]
    groups += [(t.name, t.pattern) for t in load_tables().terminals if not t.reserved]
    groups += [(STRAY, "[^ \\t]")]
    return re.compile("[ \\t]*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups) + ")")
