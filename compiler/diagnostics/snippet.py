"""The lines of a source with marks under the places in question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.diagnostics.canvas import Ink, Row
from archc.diagnostics.extract import Extract, extract_of
from archc.diagnostics.place import Place
from archc.records import record

if TYPE_CHECKING:
    from archc.syntax.source import Source

WHOLE = 6
"""Lines up to which a span of several lines is shown without a gap."""


@record
class Mark:
    """A place to underline with `sign`, and what to say there."""

    place: Place
    text: str
    sign: str
    ink: Ink


def draw(marks: Sequence[Mark]) -> list[Row]:
    """Return the rows that show the marks, all of one source, in the order of the text."""
    lanes = sorted((mark for mark in marks if not mark.place.is_one_line), key=_start)
    sheet = _Sheet(marks[0].place.source, tuple(lanes))
    numbers = _numbers(marks)
    for previous, number in pairwise([numbers[0], *numbers]):
        if number > previous + 1:
            sheet.gap()
        sheet.source_line(
            number, [mark for mark in marks if mark.place.is_one_line and mark.place.start.line == number]
        )
    return sheet.rows


def _start(mark: Mark) -> tuple[int, int]:
    return mark.place.start


def _numbers(marks: Iterable[Mark]) -> list[int]:
    """Return the lines to show; where one alone would be left out, it is shown as well."""
    numbers = {number for mark in marks for number in _lines(mark.place)}
    numbers |= {number + 1 for number in numbers if number + 2 in numbers}
    return sorted(numbers)


def _lines(place: Place) -> Iterable[int]:
    first, last = place.start.line, place.end.line
    return range(first, last + 1) if last - first < WHOLE else (first, last)


class _Sheet:
    """The rows so far. A span of several lines has a lane of its own left of the text: `|` from start to end."""

    def __init__(self, source: Source, lanes: tuple[Mark, ...]) -> None:
        self._source = source
        self.rows: list[Row] = []
        self._lanes = lanes
        self._open: set[int] = set()
        self._margin = 2 * len(lanes)

    def gap(self) -> None:
        """Say that lines are left out."""
        self._row("...").is_gap = True

    def source_line(self, number: int, marks: Sequence[Mark]) -> None:
        """Show a line and what is said about it."""
        opening = [lane for lane, mark in enumerate(self._lanes) if mark.place.start.line == number]
        closing = [lane for lane, mark in enumerate(self._lanes) if mark.place.end.line == number]
        extract = extract_of(self._source.line(number), self._spans(marks, opening, closing))
        row = self._row(str(number))
        row.put(self._margin, extract.text)
        for lane in opening:
            if self._opens_line(lane, extract):
                row.put(2 * lane, "/", self._lanes[lane].ink)
                self._open.add(lane)
        self._marks(marks, extract)
        for lane in opening:
            if lane not in self._open:
                self._opening(lane, extract)
        for lane in closing:
            self._closing(lane, extract)

    def _spans(self, marks: Sequence[Mark], opening: Sequence[int], closing: Sequence[int]) -> list[tuple[int, int]]:
        """Return the characters of a line that matter, the primary mark first."""
        spans = [_columns(mark) for mark in sorted(marks, key=lambda mark: mark.sign != "^")]
        ends = [self._lanes[lane].place.start.column - 1 for lane in opening]
        ends += [self._lanes[lane].place.end.column - 1 for lane in closing]
        return [*spans, *((end, end + 1) for end in ends)]

    def _opens_line(self, lane: int, extract: Extract) -> bool:
        return not extract.line[: self._lanes[lane].place.start.column - 1].strip()

    def _row(self, gutter: str = "") -> Row:
        row = Row(gutter)
        for lane in sorted(self._open):
            row.put(2 * lane, "|", self._lanes[lane].ink)
        self.rows.append(row)
        return row

    def _opening(self, lane: int, extract: Extract) -> None:
        mark = self._lanes[lane]
        at = self._margin + extract.column(mark.place.start.column - 1)
        row = self._row()
        row.put(2 * lane + 1, "_" * (at - 2 * lane - 1) + mark.sign, mark.ink)
        self._open.add(lane)

    def _closing(self, lane: int, extract: Extract) -> None:
        mark = self._lanes[lane]
        at = self._margin + extract.column(max(mark.place.end.column - 2, 0))
        row = self._row()
        row.put(2 * lane + 1, "_" * (at - 2 * lane - 1) + mark.sign, mark.ink)
        self._open.remove(lane)
        self._say(row, at + 2, mark)

    def _say(self, row: Row, column: int, mark: Mark) -> None:
        """Write a mark's text from a column on, one row a line of it."""
        first, *more = mark.text.split("\n")
        row.put(column, first, mark.ink)
        for line in more:
            self._row().put(column, line, mark.ink)

    def _marks(self, marks: Sequence[Mark], extract: Extract) -> None:
        """Underline the marks of one line: the last text stands right of the signs, the others below them."""
        if not marks:
            return
        placed = [_Placed(mark, *self._ends(mark, extract)) for mark in marks]
        row = self._row()
        for item in sorted(placed, key=lambda item: (item.mark.sign == "^", item.start - item.end)):
            row.put(item.start, item.mark.sign * (item.end - item.start), item.mark.ink)
        inline = max(placed, key=lambda item: (item.end, item.start, bool(item.mark.text)))
        hanging = sorted(
            (item for item in placed if item is not inline and item.mark.text), key=lambda item: -item.start
        )
        self._inline(row, inline, hanging)
        for rank, item in enumerate(hanging):
            self._hang(item, hanging[rank + 1 :])

    def _inline(self, row: Row, item: _Placed, hanging: Sequence[_Placed]) -> None:
        first, *more = item.mark.text.split("\n")
        row.put(item.end + 1, first, item.mark.ink)
        for line in more:
            self._joined(hanging, item.end + 1).put(item.end + 1, line, item.mark.ink)

    def _hang(self, item: _Placed, left: Sequence[_Placed]) -> None:
        for line in item.mark.text.split("\n"):
            self._joined(left, item.start).put(item.start, line, item.mark.ink)

    def _joined(self, left: Sequence[_Placed], column: int) -> Row:
        """Return a new row in which a stroke leads down to every text that is still to come left of a column."""
        row = self._row()
        for item in left:
            if item.start < column:
                row.put(item.start, "|", item.mark.ink)
        return row

    def _ends(self, mark: Mark, extract: Extract) -> tuple[int, int]:
        start, end = _columns(mark)
        left, right = extract.column(start), extract.column(end)
        return self._margin + left, self._margin + max(right, left + 1)


@record
class _Placed:
    """A mark of one line with the columns of its first sign and behind its last."""

    mark: Mark
    start: int
    end: int


def _columns(mark: Mark) -> tuple[int, int]:
    return mark.place.start.column - 1, mark.place.end.column - 1


def gutter_width(marks: Iterable[Mark]) -> int:
    """Return the columns that the longest line number of the marks takes."""
    return max(len(str(mark.place.end.line)) for mark in marks)


def by_source(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Give the marks of one source after the other, in the order in which the sources first appear."""
    for source in dict.fromkeys(mark.place.source for mark in marks):
        yield [mark for mark in marks if mark.place.source is source]
