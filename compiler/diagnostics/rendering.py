"""Diagnostics as people read them: the headline, the source with marks under it, and notes below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from archc.diagnostics.canvas import Ink, Row
from archc.diagnostics.diagnostic import Diagnostic, Label, Note, Severity
from archc.diagnostics.glyphs import shown, shown_lines
from archc.diagnostics.place import place_of
from archc.diagnostics.snippet import Mark, by_source, draw, gutter_width
from archc.records import record

if TYPE_CHECKING:
    from archc.syntax.source import Span

_INKS = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING}


def render(diagnostic: Diagnostic, colour: bool = False) -> str:
    """Return one diagnostic as text of several lines, without a newline at its end; `colour` adds ANSI codes."""
    marks = tuple(_marks(diagnostic))
    page = _Page(gutter_width(marks), colour)
    return "\n".join([_headline(diagnostic, colour), *page.blocks(marks), *page.notes(_notes(diagnostic))])


def render_all(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """Return the diagnostics as text, each once, in the order of `ordered`, an empty line between two."""
    return "\n\n".join(render(diagnostic, colour) for diagnostic in ordered(diagnostics))


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics by file (as the files first appear), place, and code; what says the same twice, once."""
    once: dict[tuple[str, str, Span], Diagnostic] = {}
    for each in diagnostics:
        once.setdefault((each.code, each.message, each.span), each)
    unique = tuple(once.values())
    files = {source: rank for rank, source in enumerate(dict.fromkeys(each.span.source for each in unique))}

    def rank(each: Diagnostic) -> tuple[int, int, int, str, str]:
        return files[each.span.source], each.span.start, each.span.end, each.code, each.message

    return tuple(sorted(unique, key=rank))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return how many there are of what, as "2 errors, 1 warning"; empty where there is nothing."""
    severities = [diagnostic.severity for diagnostic in ordered(diagnostics)]
    counts = ((severities.count(severity), severity.value) for severity in Severity)
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _headline(diagnostic: Diagnostic, colour: bool) -> str:
    tag = _INKS[diagnostic.severity].paint(f"{diagnostic.severity.value}[{diagnostic.code}]", colour)
    return tag + Ink.STRONG.paint(": " + "\n".join(shown_lines(diagnostic.message)), colour)


def _marks(diagnostic: Diagnostic) -> Iterator[Mark]:
    yield Mark(place_of(diagnostic.span), diagnostic.text, "^", _INKS[diagnostic.severity])
    for label in dict.fromkeys(diagnostic.labels):
        yield _label_mark(label)


def _label_mark(label: Label) -> Mark:
    return Mark(place_of(label.span), label.text, "-", Ink.FRAME)


def _notes(diagnostic: Diagnostic) -> Iterator[Note]:
    yield from diagnostic.notes
    for fix in diagnostic.fixes:
        yield Note("help", fix.title)


@record
class _Page:
    """Sets what stands below a headline; the gutter holds line numbers of up to `gutter` digits."""

    gutter: int
    colour: bool

    def blocks(self, marks: tuple[Mark, ...]) -> Iterator[str]:
        """Give the lines that show each source, the one of the first mark first."""
        for arrow, block in zip(_arrows(), by_source(marks), strict=False):
            place = block[0].place
            nothing = not place.source.text  # a file that is empty, or that could not be read
            where = shown(place.source.name if nothing else str(place))
            yield f"{' ' * self.gutter}{Ink.FRAME.paint(arrow, self.colour)} {where}"
            if not nothing:
                yield self._line(Row(""))
                yield from map(self._line, draw(block))

    def notes(self, notes: Iterable[Note]) -> Iterator[str]:
        """Give the lines of the notes, each from its own `=` on."""
        for note in notes:
            head = f"{' ' * self.gutter} {Ink.FRAME.paint('=', self.colour)} "
            first, *more = shown_lines(note.text)
            kind = shown(note.kind)
            yield f"{head}{Ink.STRONG.paint(kind + ':', self.colour)} {first}".rstrip()
            yield from (f"{' ' * (self.gutter + len(kind) + 5)}{line}".rstrip() for line in more)

    def _line(self, row: Row) -> str:
        gutter = row.gutter if row.is_gap else f"{row.gutter:>{self.gutter}} |"
        margin = " " * max(1, self.gutter + 3 - len(gutter))
        return f"{Ink.FRAME.paint(gutter, self.colour)}{margin}{row.line(self.colour)}".rstrip()


def _arrows() -> Iterator[str]:
    yield "-->"
    while True:
        yield ":::"
