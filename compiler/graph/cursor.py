"""A place in a text that is being read, and the one error of reading."""

from __future__ import annotations

import json
import re

from archc.graph.literals import IDENTIFIER
from archc.syntax.source import Source, Span

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_STRINGS = {mark: re.compile(rf"{mark}(?:[^{mark}\\\n]|\\.)*{mark}") for mark in ('"', "`")}


class GraphTextError(ValueError):
    """A text that is no graph; the message begins with line and column."""


class Cursor:
    """Reads a source from left to right; blanks and comments count for nothing."""

    def __init__(self, source: Source, position: int = 0, end: int | None = None) -> None:
        self.source = source
        self.position = position
        self.end = len(source.text) if end is None else end
        self.skip()

    def skip(self) -> None:
        """Move on to the next character that counts."""
        blank = _SPACE.match(self.source.text, self.position, self.end)
        self.position = blank.end() if blank else self.position

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Return what the pattern takes here and move behind it; None where it takes nothing."""
        found = pattern.match(self.source.text, self.position, self.end)
        if found is None:
            return None
        self.position = found.end()
        self.skip()
        return found.group()

    def sees(self, mark: str) -> bool:
        """Say whether a mark stands here."""
        return self.source.text.startswith(mark, self.position, self.end)

    def accept(self, mark: str) -> bool:
        """Move behind a mark if it stands here, and say so."""
        if not self.sees(mark):
            return False
        self.position += len(mark)
        self.skip()
        return True

    def keyword(self, word: str) -> bool:
        """Move behind a whole word if it stands here, and say so."""
        found = IDENTIFIER.match(self.source.text, self.position, self.end)
        return found is not None and found.group() == word and self.accept(word)

    def expect(self, mark: str) -> None:
        """Move behind a mark that must stand here."""
        if not self.accept(mark):
            raise self.error(f"expected {mark!r}")

    def word(self, pattern: re.Pattern[str] = IDENTIFIER) -> str:
        """Return the name that must stand here, plain or as a string."""
        text = self.string() if self.sees('"') else self.match(pattern)
        if text is None:
            raise self.error("expected a name")
        return text

    def string(self, mark: str = '"') -> str:
        """Return the string that must stand here, between marks of that sort."""
        start = self.position
        found = self.match(_STRINGS[mark])
        try:
            return str(json.loads(f'"{found[1:-1]}"' if found else ""))
        except ValueError:
            raise self.error("expected a string", start) from None

    def at_end(self) -> bool:
        """Say whether nothing more is to be read."""
        return self.position >= self.end

    def span(self, start: int) -> Span:
        """Return the place from `start` to here."""
        return Span(self.source, start, self.position)

    def error(self, message: str, start: int | None = None) -> GraphTextError:
        """Return the error that says what is wrong here, or at `start`."""
        line, column = self.source.position(self.position if start is None else start)
        return GraphTextError(f"{line}:{column}: {message}")
