"""The `.arch` files that a command is to work on."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from archc.cli.command import UsageError
from archc.diagnostics import ArchError, Diagnostic
from archc.syntax import Source, read_source

STDIN = "-"


def arch_files(paths: Iterable[str]) -> tuple[Path, ...]:
    """Return the files in the order given, each once: a folder stands for all `.arch` files below it, sorted.
    Raises UsageError for a folder without any."""
    return tuple(dict.fromkeys(file for path in paths for file in _below(Path(path))))


def _below(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*.arch") if not _is_hidden(file.relative_to(path)))
    if not found:
        raise UsageError(f"there is no `.arch` file in {path}")
    return found


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def source_of(path: Path) -> Source:
    """Return the text of a file, of standard input for `-`. Raises ArchError where it cannot be read."""
    if str(path) == STDIN:
        return _standard_input()
    source = read_source(path)
    if isinstance(source, Diagnostic):
        raise ArchError((source,))
    return source


def _standard_input() -> Source:
    try:
        return Source("<stdin>", sys.stdin.buffer.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input is not UTF-8: {error.reason} at offset {error.start}") from None
