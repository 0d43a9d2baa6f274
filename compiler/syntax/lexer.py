"""Text to tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from archc.syntax.tables import END, NEWLINE, load_tables

# What the grammar has no terminal for; the parser can take none of these.
STRAY = "STRAY"
UNCLOSED_TEXT = "UNCLOSED_TEXT"
UNCLOSED_DOC = "UNCLOSED_DOC"
TOO_MANY = "TOO_MANY"

MOST_TOKENS = 1_000_000

CLOSING = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = frozenset(CLOSING.values())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPERATORS = _words("= |> -> <- ~> ~ + - * ** / // % == != <= >= < > ++ .. and or")
# A newline behind one of these ends nothing, nor does a newline before one of those.
_CONTINUED = _OPERATORS | _words(", => { not in if then else")
_CONTINUING = _OPERATORS | _words(": { } where then else")


class Token(NamedTuple):
    """A piece of text and where it stands; `kind` is a terminal of the grammar."""

    kind: str
    text: str
    start: int
    end: int


class Lexer:
    """The tokens of a part of a text, read once.

    While they are read, `brackets` are the open ones at the last token given (itself, if it is one), and `comments`
    are the places of all comments so far.
    """

    def __init__(self, text: str, start: int = 0, stop: int | None = None) -> None:
        self.brackets: list[Token] = []
        self.comments: list[tuple[int, int]] = []
        self._text = text
        self._start = start
        self._stop = len(text) if stop is None else stop

    def tokens(self) -> Iterator[Token]:
        """Give the tokens; newlines only where they end or separate something, and an `END` behind every unit."""
        reserved, brackets = _reserved(), self.brackets
        newline: Token | None = None
        ended = continued = True
        for number, match in enumerate(_pattern().finditer(self._text, self._start, self._stop)):
            kind = match.lastgroup
            assert kind is not None
            token = Token(kind, match[kind], match.start(kind), match.end())
            if number == MOST_TOKENS:
                yield Token(TOO_MANY, *token[1:])
                return
            if kind == NEWLINE:
                if newline is None and not continued and (not brackets or brackets[-1].text == "{"):
                    newline = Token(NEWLINE, "\n", token.start, token.start)
                continue
            if kind == "COMMENT":
                self.comments.append((token.start, token.end))
                continue
            word = token.text
            if newline is not None:
                if word not in _CONTINUING:
                    yield newline if brackets else newline._replace(kind=END)
                newline = None
            if kind == "NAME":
                if word in reserved:
                    token = Token(reserved[word], word, token.start, token.end)
            elif word in CLOSING:
                brackets.append(token)
            elif word in _CLOSERS and brackets and CLOSING[brackets[-1].text] == word:
                brackets.pop()
            continued = word in _CONTINUED or kind == "DOC"
            ended = False
            yield token
        if newline is not None:
            yield newline._replace(kind=END)
        elif not ended:
            yield Token(END, "", self._stop, self._stop)


def first_on_line(text: str, offset: int) -> bool:
    """Return whether only blanks stand before `offset` on its line."""
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


@cache
def _reserved() -> dict[str, str]:
    return {t.text: t.name for t in load_tables().terminals if t.reserved and t.text is not None}


@cache
def _pattern() -> re.Pattern[str]:
    groups = [("COMMENT", r"#[^\r\n]*")]
    groups += [(t.name, t.pattern) for t in load_tables().terminals if not t.reserved]
    docs = [name for name, _ in groups].index("DOC") + 1
    groups.insert(docs, (UNCLOSED_DOC, r'"""[\s\S]*'))
    groups += [(UNCLOSED_TEXT, r'"[^"\r\n]*'), (STRAY, r"[^ \t]")]
    return re.compile("[ \t]*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups) + ")")
