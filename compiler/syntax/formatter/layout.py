"""Text whose line breaks are still open, and its rendering in a given width.

A `Doc` is a string without newlines, docs one behind the other in a tuple, or one of the classes below. The rendering
follows Wadler ("A prettier printer", 2003), with fills, alignment and comments at the ends of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archc.records import record


@record
class Line:
    """A place where a line may break: `flat` stands there where it does not."""

    flat: str


@record
class Break:
    """A place where a line always breaks, with an empty line behind it if `blank`."""

    blank: bool = False


@record
class Nest:
    """New lines inside begin `columns` further right."""

    columns: int
    doc: Doc


@record
class Align:
    """New lines inside begin in the column where this begins."""

    doc: Doc


@record
class Group:
    """All lines inside, but not in inner groups, break; or none does, where it fits."""

    doc: Doc


@record
class Filler:
    """A doc and the line before it, which breaks only where the doc does not fit."""

    line: Doc
    doc: Doc


@record
class Remark:
    """A comment for the end of the line, wherever that is; the line has to break behind it."""

    text: str


@record
class Near:
    """`near` where that begins no further right than `column`, else `far`; both are alike on one line."""

    column: int
    near: Doc
    far: Doc


Doc = str | tuple["Doc", ...] | Line | Break | Nest | Align | Group | Filler | Remark | Near

HARD = Break()
SPACE = Line(" ")
SOFT = Line("")


def joined(docs: Iterable[Doc], separator: Doc) -> Doc:
    """Return docs with a separator between each two."""
    result: list[Doc] = []
    for doc in docs:
        result += [separator, doc] if result else [doc]
    return tuple(result)


def filled(docs: Iterable[Doc], mark: str = "") -> Doc:
    """Return docs with `mark` behind each but the last, as many on a line as fit."""
    items = list(docs)
    marked = [*((item, mark) for item in items[:-1]), *items[-1:]]
    return tuple(Filler(SPACE, item) if place else Group(item) for place, item in enumerate(marked))


def breaks(doc: Doc) -> bool:
    """Return whether a doc cannot stand on one line."""
    return any(isinstance(each, Break | Remark) for each in _leaves(doc))


def flat_width(doc: Doc) -> int:
    """Return the width of a doc that is written on one line."""
    return sum(
        len(each) if isinstance(each, str) else len(each.flat) for each in _leaves(doc) if isinstance(each, str | Line)
    )


def _leaves(doc: Doc) -> Iterator[Doc]:
    waiting = [doc]
    while waiting:
        current = waiting.pop()
        inside = _inside(current)
        if inside:
            waiting.extend(reversed(inside))
        else:
            yield current


def _inside(doc: Doc) -> tuple[Doc, ...]:
    match doc:
        case tuple():
            return doc
        case Nest() | Align() | Group():
            return (doc.doc,)
        case Filler():
            return (doc.line, doc.doc)
        case Near():
            return (doc.near,)
    return ()


def render(doc: Doc, width: int) -> str:
    """Return the text of a doc, in lines of at most `width` columns where that is possible."""
    return _Rendering(width).text(doc)


class _Piece(NamedTuple):
    """What is still to be written: a doc, the column of new lines in it, and whether its lines stay unbroken."""

    doc: Doc
    indent: int
    flat: bool


class _Rendering:
    def __init__(self, width: int) -> None:
        self._width = width
        self._out: list[str] = []
        self._column = 0
        self._indented = True
        self._remarks: list[str] = []
        self._waiting: list[_Piece] = []

    def text(self, doc: Doc) -> str:
        self._waiting.append(_Piece(doc, 0, False))
        while self._waiting:
            self._step(*self._waiting.pop())
        self._end_line()
        return "".join(self._out)

    def _step(self, doc: Doc, indent: int, flat: bool) -> None:
        match doc:
            case str():
                self._write(doc)
            case Line():
                self._write(doc.flat) if flat else self._new_line(indent, blank=False)
            case Break():
                self._new_line(indent, doc.blank)
            case Nest():
                self._waiting.append(_Piece(doc.doc, indent + doc.columns, flat))
            case Align():
                self._waiting.append(_Piece(doc.doc, self._column, flat))
            case Group():
                self._waiting.append(_Piece(doc.doc, indent, flat or self._fits(doc.doc)))
            case Filler():
                fits = flat or self._fits(_inside(doc))
                self._waiting.append(_Piece(Group(doc.doc), indent, flat))
                self._waiting.append(_Piece(doc.line, indent, fits))
            case Near():
                self._waiting.append(_Piece(doc.near if self._column <= doc.column else doc.far, indent, flat))
            case Remark():
                self._remarks.append(doc.text)
            case tuple():
                self._waiting.extend(_Piece(each, indent, flat) for each in reversed(doc))

    def _fits(self, doc: Doc) -> bool:
        """Return whether the rest of the line has room for a doc and all that follows it before a line may break."""
        room = self._width - self._column
        inside = [(doc, True)]
        behind = len(self._waiting)
        own = True
        while room >= 0:
            if not inside:
                if not behind:
                    return True
                behind, own = behind - 1, False
                inside.append((self._waiting[behind].doc, self._waiting[behind].flat))
            current, flat = inside.pop()
            match current:
                case str():
                    room -= len(current)
                case Line():
                    if not flat:
                        return True
                    room -= len(current.flat)
                case Break():
                    return not own
                case Remark() if own:
                    return False
                case Near():
                    near = self._width - room <= current.column
                    inside.append((current.near if near else current.far, flat))
                case _:
                    inside.extend((each, flat) for each in reversed(_inside(current)))
        return False

    def _write(self, text: str) -> None:
        if text and not self._indented:
            self._out.append(" " * self._column)
            self._indented = True
        self._out.append(text)
        self._column += len(text)

    def _new_line(self, indent: int, blank: bool) -> None:
        self._end_line()
        self._out.append("\n\n" if blank else "\n")
        self._column = indent
        self._indented = False

    def _end_line(self) -> None:
        self._out.extend("  " + remark for remark in self._remarks)
        self._remarks.clear()
