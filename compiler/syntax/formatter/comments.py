"""The comments and empty lines of a text, handed out to what they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archc.syntax.lexer import first_on_line
from archc.syntax.parser import Comment
from archc.syntax.source import Source, Span

_COMMA = re.compile(r"[ \t]*,?[ \t]*")
_VERSION = re.compile(r"^[ \t]*archc[ \t]+[0-9]+", re.MULTILINE)
_NOTHING = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


class Comments:
    """The comments of a source, each handed out once, in their order.

    Nodes of another source, such as those that a program made, have no comments and no empty lines.
    """

    def __init__(self, source: Source | None, comments: Sequence[Comment]) -> None:
        self._source = source
        self._waiting = sorted((c.span for c in comments), key=lambda span: span.start, reverse=True)
        self._spans = tuple(reversed(self._waiting))

    def knows(self, span: Span) -> bool:
        """Return whether a place is one in this source."""
        return span.source is self._source

    def before(self, span: Span, offset: int | None = None) -> list[Span]:
        """Hand out the comments that begin before a place: the start of `span`, or `offset` in its source."""
        end = span.start if offset is None else offset
        return self._take(end) if self.knows(span) else []

    def beside(self, span: Span) -> Span | None:
        """Hand out the comment that ends the line on which `span` ends."""
        if not self._waiting or not self.knows(span) or self._waiting[-1].start < span.end:
            return None
        comment = self._waiting[-1]
        if not _COMMA.fullmatch(span.source.text, span.end, comment.start):
            return None
        return self._waiting.pop()

    def header(self, span: Span, limit: int) -> Span | None:
        """Hand out the comment behind the `{` of `span`, before `limit`, if it stands on the line of the brace."""
        if not self._waiting or not self.knows(span) or self._waiting[-1].start >= limit:
            return None
        comment = self._waiting[-1]
        return None if first_on_line(comment.source.text, comment.start) else self._waiting.pop()

    def opening(self, span: Span, limit: int) -> int:
        """Return where the last `{` before `limit` stands, outside comments."""
        at = limit
        while at > span.start:
            at = span.source.text.rfind("{", span.start, at)
            if not any(comment.start <= at < comment.end for comment in self._spans):
                return at
        return span.start

    def closing(self, span: Span, offset: int) -> int:
        """Return where the first character behind `offset` stands that is no blank and in no comment."""
        match = _NOTHING.match(span.source.text, offset)
        return match.end() if match else offset

    def empty_body(self, span: Span, offset: int) -> int:
        """Return where the `}` of an empty body stands, whose `{` is the first behind `offset`."""
        return self.closing(span, span.source.text.find("{", offset) + 1)

    def version(self) -> Span | None:
        """Return the place of the line with the version."""
        found = _VERSION.search(self._source.text) if self._source is not None else None
        return Span(self._source, found.start(), found.end()) if self._source is not None and found else None

    def _take(self, end: int) -> list[Span]:
        taken: list[Span] = []
        while self._waiting and self._waiting[-1].start < end:
            taken.append(self._waiting.pop())
        return taken
