"""Trees kept between runs, so that a text that has not changed need not be parsed again."""

from __future__ import annotations

import gc
import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from archc.grammar import grammar_text
from archc.syntax import store, tree
from archc.syntax.parser import Comment, Parsed, parse
from archc.syntax.source import Source, Span


def cached_parse(source: Source) -> Parsed:
    """Return what `parse` returns, out of the user's cache where that has it. Texts with errors are not kept."""
    key = store.key("tree", _reader(), source.text)
    kept = store.read(key)
    parsed = None if kept is None else _load(kept, source)
    if parsed is None:
        parsed = parse(source)
        if not parsed.diagnostics:
            store.write(key, _dump(parsed))
    return parsed


class _Pickler(pickle.Pickler):
    """Writes nodes as calls of their classes, and the source as a mark."""

    def persistent_id(self, obj: object) -> str | None:
        return "source" if isinstance(obj, Source) else None

    def reducer_override(self, obj: object) -> Any:
        if isinstance(obj, tree.Node | Span | Comment):
            return type(obj), tuple(getattr(obj, field.name) for field in fields(obj))
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads nothing but trees."""

    def __init__(self, data: bytes, source: Source) -> None:
        super().__init__(io.BytesIO(data))
        self._source = source

    def persistent_load(self, pid: object) -> Source:
        return self._source

    def find_class(self, module: str, name: str) -> type:
        return _classes()[name]


def _dump(parsed: Parsed) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=5).dump((parsed.file, parsed.comments))
    return buffer.getvalue()


def _load(data: bytes, source: Source) -> Parsed | None:
    """Return what was dumped, with `source` in its places; None where that is nothing of the kind."""
    try:
        with _no_collections():
            file, comments = _Unpickler(data, source).load()
    except Exception:  # pickle promises no less; what is kept is only a copy of what can be made anew
        return None
    return Parsed(source, file, comments, ()) if isinstance(file, tree.File) else None


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the garbage collector from looking at thousands of new nodes again and again; none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _classes() -> dict[str, type]:
    """Return the classes that a tree consists of."""
    own = [each for each in vars(tree).values() if isinstance(each, type) and each.__module__ == tree.__name__]
    return {each.__name__: each for each in (*own, Span, Comment)}


@cache
def _reader() -> str:
    """Return what stands for the grammar and the code that reads texts: a change of theirs makes trees anew."""
    own = ((file.name, file.stat()) for file in sorted(Path(__file__).parent.glob("*.py")))
    return store.key(grammar_text(), *(f"{name}:{stat.st_mtime_ns}:{stat.st_size}" for name, stat in own))
