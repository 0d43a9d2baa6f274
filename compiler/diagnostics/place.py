"""Where a span stands, in lines and columns that exist, as every output form tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.records import record

if TYPE_CHECKING:
    from archc.syntax.source import Position, Source, Span


@record
class Place:
    """The characters from `start` up to, not including, `end`, which never precedes it."""

    source: Source
    start: Position
    end: Position

    @property
    def is_one_line(self) -> bool:
        return self.start.line == self.end.line

    def __str__(self) -> str:
        return f"{self.source.name}:{self.start.line}:{self.start.column}"


def place_of(span: Span) -> Place:
    """Return the place of a span: cut to the text, without the newline it may end in, and at the end of the last line
    that says something where the span only points to the end of the file."""
    text = span.source.text
    start = min(max(span.start, 0), len(text))
    end = min(max(span.end, start), len(text))
    if start == len(text):
        start = end = len(text.rstrip()) or start
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    return Place(span.source, span.source.position(start), span.source.position(end))
