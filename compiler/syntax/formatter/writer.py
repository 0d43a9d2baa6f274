"""Lines of nodes, with the comments and empty lines between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from archc.syntax.formatter.comments import Comments
from archc.syntax.formatter.layout import HARD, Break, Doc, Nest, Remark
from archc.syntax.source import Span
from archc.syntax.tree import Node

N = TypeVar("N", bound=Node)

INDENT = 2


class _Entry(NamedTuple):
    """A line or several, and the place in the text that they come from."""

    doc: Doc
    span: Span


class Writer:
    """Sets nodes below each other. `depth` is how far right lines begin now."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments
        self.depth = 0
        self._homeless: list[Span] = []

    def braces(self, span: Span, nodes: Sequence[N], make: Callable[[N], Doc], end: int | None = None) -> Doc:
        """Return nodes in `{ }`, one a line; `end` is where the `}` stands, if not at the end of `span`."""
        end = span.end - 1 if end is None else end
        known = bool(nodes) and self.comments.knows(nodes[0].span)
        first = nodes[0].span.start if known else end
        remark = None
        if self.comments.knows(span):
            self._homeless += self.comments.before(span, self.comments.opening(span, first))
            remark = self.comments.header(span, first)
        self.depth += INDENT
        body = self.lines(nodes, make, Span(span.source, end, end))
        self.depth -= INDENT
        opening: Doc = ("{", Remark(remark.text)) if remark else "{"
        return (opening, Nest(INDENT, (HARD, body)), HARD, "}") if body else (opening, HARD if remark else "", "}")

    def lines(self, nodes: Sequence[N], make: Callable[[N], Doc], end: Span, spaced: bool = False) -> Doc:
        """Return nodes one a line, with all comments before `end`.

        Empty lines stay, one at most; `spaced` puts one between nodes of which nothing is known.
        """
        entries: list[_Entry] = []
        for node in nodes:
            entries += [_Entry(comment.text, comment) for comment in self.comments.before(node.span)]
            mark = len(self._homeless)
            doc = make(node)
            inner = [*self._homeless[mark:], *self.comments.before(node.span, node.span.end)]
            del self._homeless[mark:]
            place = Span(node.span.source, node.span.start, node.span.start)
            entries += [_Entry(comment.text, place) for comment in inner]
            remark = self.comments.beside(node.span)
            entries.append(
                _Entry((doc, Remark(remark.text)), node.span.to(remark)) if remark else _Entry(doc, node.span)
            )
        entries += [_Entry(comment.text, comment) for comment in self.comments.before(end)]
        return _set(entries, spaced)


def _set(entries: Sequence[_Entry], spaced: bool) -> Doc:
    docs: list[Doc] = []
    for place, entry in enumerate(entries):
        if place:
            ends = _line_ends(entries[place - 1].span, entry.span)
            docs.append(Break(blank=spaced if ends is None else ends > 1))
        docs.append(entry.doc)
    return tuple(docs)


def _line_ends(before: Span, after: Span) -> int | None:
    """Return how many line ends stand between two places, None where they are not one behind the other in a text."""
    if before.source is not after.source or before.end > after.start:
        return None
    return before.source.text.count("\n", before.end, after.start) or None
