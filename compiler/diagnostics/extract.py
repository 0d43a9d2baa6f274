"""The part of a line that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from archc.diagnostics.glyphs import width
from archc.records import record

LONGEST = 140
"""Characters of a line that are shown; a longer one is cut around its marks."""


@record
class Extract:
    """The characters `first` up to, not including, `last` of a line."""

    line: str
    first: int
    last: int

    @property
    def text(self) -> str:
        before = "..." if self.first > 0 else ""
        after = "..." if self.last < len(self.line) else ""
        return before + self.line[self.first : self.last] + after

    def column(self, index: int) -> int:
        """Return the column at which a character of the line stands, moved to the nearest one shown."""
        before = 3 if self.first > 0 else 0
        return before + width(self.line[self.first : min(max(index, self.first), self.last)])


def extract_of(line: str, marks: Sequence[tuple[int, int]]) -> Extract:
    """Return the part of a line to show around its marks, given from the most important on."""
    if len(line) <= LONGEST:
        return Extract(line, 0, len(line))
    low, high = min((start for start, _ in marks), default=0), max((end for _, end in marks), default=0)
    if high - low > LONGEST * 3 // 4:
        low, high = marks[0][0], min(marks[0][1], marks[0][0] + LONGEST // 2)
    first = max(0, min((low + high - LONGEST) // 2, low, len(line) - LONGEST))
    return Extract(line, first, first + LONGEST)
