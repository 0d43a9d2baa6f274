"""A source text and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from archc.records import record


class Position(NamedTuple):
    """A place in a text as people count: line and column start at 1, columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """One text that was read, under the name by which diagnostics call it. Equality is identity.

    `library` marks the standard library, whose text is never what is wrong.
    """

    name: str
    text: str = field(repr=False)
    library: bool = False

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """Return the line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


@record
class Span:
    """The characters `start` up to, not including, `end` of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def word(self, word: str) -> Span:
        """Return where a word first stands in this span, its first characters if it does not."""
        match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text)
        start = self.start + match.start() if match else self.start
        return Span(self.source, start, start + len(word))

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        at = self.source.position(self.start)
        return f"{self.source.name}:{at.line}:{at.column}"
