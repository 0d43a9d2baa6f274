"""Trees as bytes that are kept between runs. Reading them makes nothing but trees and plain values."""

from __future__ import annotations

import gc
import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, cast

from archc.grammar import grammar_text
from archc.syntax import store, tree
from archc.syntax.source import Source, Span


class _Pickler(pickle.Pickler):
    """Writes nodes as calls of their classes, and the source as a mark."""

    def persistent_id(self, obj: object) -> str | None:
        return "source" if isinstance(obj, Source) else None

    def reducer_override(self, obj: object) -> Any:
        if isinstance(obj, tree.Node | Span):
            return type(obj), tuple(getattr(obj, field.name) for field in fields(obj))
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads nothing but trees and plain values."""

    def __init__(self, data: bytes, source: Source) -> None:
        super().__init__(io.BytesIO(data))
        self._source = source

    def persistent_load(self, pid: object) -> Source:
        return self._source

    def find_class(self, module: str, name: str) -> type:
        return _classes()[name]


def dump(thing: object) -> bytes:
    """Return trees of one source, and plain values, as bytes."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=5).dump(thing)
    return buffer.getvalue()


def load(data: bytes, source: Source) -> object:
    """Return what was dumped, with `source` in its places; None where that is nothing of the kind."""
    try:
        with _no_collections():
            return cast(object, _Unpickler(data, source).load())
    except Exception:  # pickle promises no less; what is kept is only a copy of what can be made anew
        return None


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
    return {each.__name__: each for each in (*own, Span)}


@cache
def reader() -> str:
    """Return what stands for the grammar and the code that reads texts: a change of theirs makes trees anew."""
    own = ((file.name, file.stat()) for file in sorted(Path(__file__).parent.glob("*.py")))
    return store.key(grammar_text(), *(f"{name}:{stat.st_mtime_ns}:{stat.st_size}" for name, stat in own))
