"""Rows of characters, each in an ink, that become plain lines or lines in colour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby

from archc.diagnostics.glyphs import columns, shown
from archc.records import record


class Ink(Enum):
    """What a text is for, by the ANSI code that shows it."""

    PLAIN = ""
    STRONG = "\x1b[1m"
    FRAME = "\x1b[1;34m"
    ERROR = "\x1b[1;31m"
    WARNING = "\x1b[1;33m"
    HELP = "\x1b[1;36m"

    def paint(self, text: str, colour: bool) -> str:
        """Return the text, between this ink's codes if `colour`."""
        return f"{self.value}{text}\x1b[0m" if colour and self.value and text else text


@record
class _Cell:
    text: str
    ink: Ink


_BLANK = _Cell(" ", Ink.PLAIN)
_TAIL = _Cell("", Ink.PLAIN)  # the second column of a wide character


@dataclass(slots=True)
class Row:
    """One row of a drawing: what stands in the gutter, and the cells right of it."""

    gutter: str
    is_gap: bool = False
    _cells: list[_Cell] = field(default_factory=list)

    def put(self, column: int, text: str, ink: Ink = Ink.PLAIN) -> None:
        """Write a text from a column on, over what stood there."""
        for char in text:
            cells = [_Cell(shown(char), ink)]
            span = columns(char)
            if span == 0 and 0 < column <= len(self._cells):
                self._combine(column - 1, char)
                continue
            cells.extend([_BLANK] * (span - 1) if char == "\t" else [_TAIL] * (span - 1))
            if char == "\t":
                cells[0] = _BLANK
            self._cells.extend([_BLANK] * (column - len(self._cells)))
            self._cells[column : column + span] = cells
            column += span

    def _combine(self, column: int, char: str) -> None:
        while column > 0 and self._cells[column] is _TAIL:
            column -= 1
        base = self._cells[column]
        self._cells[column] = _Cell(base.text + char, base.ink)

    def line(self, colour: bool) -> str:
        """Return what stands right of the gutter, without blanks at its end."""
        cells = self._cells
        while cells and cells[-1].text in ("", " "):
            cells = cells[:-1]
        runs = groupby(cells, key=lambda cell: cell.ink)
        return "".join(ink.paint("".join(cell.text for cell in run), colour) for ink, run in runs)
