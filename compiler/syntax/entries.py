"""The declarations of a library, each read when it is first needed: no text needs more than a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import cast

from archc.syntax import shelf, store, tree
from archc.syntax.parser import parse
from archc.syntax.source import Source

Row = tuple[int, tuple[str, ...], tuple[str, ...], bytes]
"""Which source, the names that a declaration gives, the words that its parameters list, and its tree."""


class Entry:
    """A declaration: the `names` that it gives, and the `words` that its parameters list as options."""

    def __init__(self, source: Source, names: tuple[str, ...], words: tuple[str, ...], kept: bytes) -> None:
        self.names = names
        self.words = words
        self._source = source
        self._kept = kept

    @cached_property
    def declaration(self) -> tree.Declaration:
        """The tree, one object whoever asks."""
        return cast(tree.Declaration, shelf.load(self._kept, self._source))


def catalogue(sources: Sequence[Source]) -> tuple[Entry, ...]:
    """Return the declarations of texts without errors, in order, out of the user's cache where that has them."""
    key = store.key("catalogue", shelf.reader(), *(source.text for source in sources))
    kept = store.read(key)
    found = None if kept is None else shelf.load(kept, sources[0])
    rows = cast("list[Row]", found) if isinstance(found, list) else _shelve(sources, key)
    return tuple(Entry(sources[number], names, words, data) for number, names, words, data in rows)


def _shelve(sources: Sequence[Source], key: str) -> list[Row]:
    rows = [row for number, source in enumerate(sources) for row in _rows(number, source)]
    store.write(key, shelf.dump(rows))
    return rows


def _rows(number: int, source: Source) -> Iterator[Row]:
    parsed = parse(source)
    assert parsed.file is not None and not parsed.diagnostics, parsed.diagnostics
    for declaration in parsed.file.declarations:
        yield number, _names(declaration), tuple(_words(declaration)), shelf.dump(declaration)


def _names(declaration: tree.Declaration) -> tuple[str, ...]:
    match declaration:
        case tree.Let(targets=targets):
            return targets
        case tree.Block(name=name) | tree.TypeDeclaration(name=name) | tree.Space(name=name):
            return (name,)
        case _:
            return ()


def _words(declaration: tree.Declaration) -> Iterator[str]:
    if isinstance(declaration, tree.Let | tree.Block | tree.Space):
        for parameter in declaration.parameters or ():
            if isinstance(parameter, tree.Parameter) and parameter.kind is not None:
                yield from parameter.kind.options
