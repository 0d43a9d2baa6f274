"""What was found good before, kept in the user's cache: a file that has not changed need not be checked again.

Only good news is kept: what is wrong is worked out anew, with its places. A verdict holds as long as the texts that
took part and the compiler itself are the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from archc.cli.address import Address
from archc.syntax import Source, read_source, store


def recall(address: Address, overrides: Sequence[str]) -> str | None:
    """Return the line that was said about an address when all was well, None where something has changed since."""
    kept = store.read(_key(address, overrides))
    if kept is None:
        return None
    verdict = json.loads(kept)
    if verdict["compiler"] != _compiler() or any(_mark(path) != mark for path, mark in verdict["texts"].items()):
        return None
    return str(verdict["line"])


def remember(address: Address, overrides: Sequence[str], sources: Iterable[Source], line: str) -> None:
    """Keep the line to say about an address, and the texts that it rests on."""
    texts = {str(Path(source.name).resolve()): store.key(source.text) for source in sources}
    verdict = {"compiler": _compiler(), "texts": texts, "line": line}
    store.write(_key(address, overrides), json.dumps(verdict).encode())


def _key(address: Address, overrides: Sequence[str]) -> str:
    where = (str(address.path), str(address.path.resolve()), address.arch or "", address.variant or "")
    return store.key("verdict", *where, *overrides)


def _mark(path: str) -> str | None:
    """Return what stands for the text of a file, None where it cannot be read."""
    source = read_source(path)
    return store.key(source.text) if isinstance(source, Source) else None


def _compiler() -> str:
    """Return what stands for the compiler and the library as installed: names, times and sizes of their files."""
    stamps = ((os.fspath(file), file.stat()) for file in _own_files())
    return store.key(*sorted(f"{name}:{stat.st_mtime_ns}:{stat.st_size}" for name, stat in stamps))


def _own_files() -> Iterator[os.DirEntry[str]]:
    import archc
    import archc.grammar

    folders = [*archc.__path__, *archc.grammar.__path__]
    while folders:
        for entry in os.scandir(folders.pop()):  # a `Path` would take five times as long
            if entry.is_dir():
                folders.append(entry.path)
            elif entry.name.endswith((".py", ".lark", ".arch")):
                yield entry
