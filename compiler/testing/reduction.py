"""Making a text small that shows a mistake, whosever it is: as long as it still shows it.

The text is cut along its syntax tree: pieces are left out, or give way to one of their parts, or to a smaller number.
What cannot be read is cut along its lines and words. The layout of what stays is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise

from archc.records import record
from archc.syntax import Source, parse, tree, walk
from archc.syntax.lexer import Lexer
from archc.syntax.walk import children

Test = Callable[[str], bool]
"""Says of a text whether it still shows the mistake."""


@record
class Cut:
    """Put `text` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str = ""

    def made(self, text: str) -> str:
        return text[: self.start] + self.text + text[self.end :]


@record
class Reduction:
    """The smallest text that was found, and how many were tried."""

    text: str
    tried: int


def reduce(text: str, still_fails: Test, *, most: int | None = None) -> Reduction:
    """Return the smallest text found for which `still_fails` is true; it is taken to be true of `text`.

    Ends where no single cut is left that keeps the mistake, or after `most` texts were tried.
    """
    return _Reducer(text, still_fails, most).run()


class _Reducer:
    def __init__(self, text: str, still_fails: Test, most: int | None) -> None:
        self.text = text
        self.still_fails = still_fails
        self.most = most
        self.seen: set[str] = {text}
        self.tried = 0

    def run(self) -> Reduction:
        before = None
        while before != self.text and not self.is_spent:
            before = self.text
            for cuts in PASSES:
                self._pass(cuts)
        return Reduction(self.text, self.tried)

    @property
    def is_spent(self) -> bool:
        return self.most is not None and self.tried >= self.most

    def _pass(self, cuts: Callable[[str], Sequence[Cut]]) -> None:
        """Make cuts of one kind, many at once where that keeps the mistake; those behind a good one are found anew."""
        found = cuts(self.text)
        size = len(found)
        while size:
            at = 0
            while at < len(found) and not self.is_spent:
                if self._keeps(found[at : at + size]):
                    found = cuts(self.text)
                else:
                    at += size
            size //= 2

    def _keeps(self, cuts: Sequence[Cut]) -> bool:
        text, limit = self.text, len(self.text) + 1
        for cut in sorted(cuts, key=lambda one: (-one.start, -one.end)):
            if cut.end <= limit:  # what lies within a cut that is made already is gone
                text, limit = cut.made(text), cut.start
        if text in self.seen or (len(text) >= len(self.text) and not _is_simpler(text, self.text)):
            return False
        self.seen.add(text)
        self.tried += 1
        if not self.still_fails(text):
            return False
        self.text = text
        return True


def _is_simpler(text: str, other: str) -> bool:
    """Say whether a text of the same length has smaller numbers."""
    return len(text) == len(other) and text < other


# -- cuts ---------------------------------------------------------------------------------------------


def _file(text: str) -> tree.File | None:
    """Return the tree of a text, None where something is wrong with it."""
    parsed = parse(Source("reduced.arch", text))
    return None if parsed.diagnostics else parsed.file


def _declarations(text: str) -> list[Cut]:
    """Leave out declarations."""
    file = _file(text)
    return [_whole_lines(text, one) for one in file.declarations] if file else []


def _statements(text: str) -> list[Cut]:
    """Leave out statements, rows, alternatives and other lines of a body, outer ones first."""
    file = _file(text)
    kinds = (tree.Statement, tree.VariantRow, tree.Alternative, tree.KeyMap, tree.Drop, tree.Root, tree.SourceAddress)
    return [_whole_lines(text, one) for one in walk(file) if isinstance(one, kinds)] if file else []


def _unwrapped(text: str) -> list[Cut]:
    """Put what is inside an `if`, a loop or a form in its place."""
    file = _file(text)
    found = []
    for one in walk(file) if file else ():
        bodies = _bodies(one)
        found += [Cut(one.span.start, one.span.end, text[b[0].span.start : b[-1].span.end]) for b in bodies if b]
    return found


def _bodies(node: tree.Node) -> tuple[tuple[tree.Statement, ...], ...]:
    match node:
        case tree.If(then=then, otherwise=otherwise):
            return (then, otherwise or ())
        case tree.For(body=body) | tree.Form(body=body):
            return (body,)
        case _:
            return ()


def _items(text: str) -> list[Cut]:
    """Leave out what stands in a list or a pipeline, with the comma or the sign that joins it."""
    file = _file(text)
    found = []
    for node in walk(file) if file else ():
        inside = [child for child in children(node) if child.span.end > child.span.start]
        for before, behind in pairwise(inside):
            between = text[before.span.end : behind.span.start].strip()
            if between in (",", "|>", ""):
                found.append(Cut(before.span.end, behind.span.end))
                found.append(Cut(before.span.start, behind.span.start))
        if len(inside) == 1 and isinstance(node, (tree.Call, tree.Sequence)):
            found.append(Cut(inside[0].span.start, inside[0].span.end))
    return found


def _parts(text: str) -> list[Cut]:
    """Put one of its parts in place of an expression."""
    file = _file(text)
    return [
        Cut(one.span.start, one.span.end, part.span.text)
        for one in (walk(file) if file else ())
        if isinstance(one, tree.Expression)
        for part in children(one)
        if isinstance(part, tree.Expression) and part.span != one.span
    ]


def _numbers(text: str) -> list[Cut]:
    """Make numbers smaller: 0, 1, 2, a half, one less."""
    file = _file(text)
    numbers = [one for one in walk(file) if isinstance(one, tree.Number)] if file else []
    return [
        Cut(one.span.start, one.span.end, str(smaller))
        for one in numbers
        for smaller in sorted({0, 1, 2, int(one.value) // 2, int(one.value) - 1})
        if 0 <= smaller < one.value
    ]


def _lines(text: str) -> list[Cut]:
    """Leave out lines."""
    ends = [at + 1 for at, letter in enumerate(text) if letter == "\n"]
    return [Cut(start, end) for start, end in pairwise([0, *ends, len(text)]) if end > start]


def _words(text: str) -> list[Cut]:
    """Leave out words and signs, comments and blanks."""
    lexer = Lexer(text)
    places = [(token.start, token.end) for token in lexer.tokens() if token.end > token.start]
    return [Cut(start, end) for start, end in chain(places, lexer.comments)]


def _whole_lines(text: str, node: tree.Node) -> Cut:
    """Return the cut of a node, with its lines where nothing else stands on them."""
    start, end = node.span.start, node.span.end
    line, behind = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    behind = len(text) if behind < 0 else behind + 1
    if not text[line:start].strip() and not text[end:behind].strip():
        return Cut(line, behind)
    return Cut(start, end)


PASSES: tuple[Callable[[str], Sequence[Cut]], ...] = (
    _declarations,
    _statements,
    _unwrapped,
    _items,
    _parts,
    _numbers,
    _lines,
    _words,
)
"""The kinds of cuts, in the order in which they are tried: large pieces first."""
