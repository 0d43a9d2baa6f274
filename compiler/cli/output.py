"""What leaves the program: texts in files and on the two streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from archc.cli.command import UsageError

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic, Json

OUT = Path("out")
"""Where commands write what they make, unless told otherwise."""


def use_colour(stream: TextIO) -> bool:
    """Tell whether to send ANSI codes: on a terminal, or where FORCE_COLOR is set, and never where NO_COLOR is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def print_json(value: Json) -> None:
    """Print one JSON value to standard output, two blanks a level, in the order given."""
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False))


def say(text: str) -> None:
    """Print a line for people to standard error, where it mixes with no output."""
    print(text, file=sys.stderr)


def say_how_many(diagnostics: Iterable[Diagnostic]) -> None:
    """Print how many errors and warnings there are to standard error, below an empty line."""
    from archc.diagnostics import summary

    say(f"\n{summary(diagnostics)}")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put the content, text as UTF-8, in a file that is at every moment the old or the new one, whole. Missing folders
    are made, a link is followed, permissions are kept. Raises UsageError where it cannot be written."""
    data = content.encode() if isinstance(content, str) else content
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise IsADirectoryError("it is a folder")
            target.write_bytes(data)  # a pipe or a device has no other name to be renamed from
        else:
            _replace(target, data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {reason(error)}") from error


def _replace(target: Path, data: bytes) -> None:
    from tempfile import mkstemp

    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError("it is read-only")
    handle, name = mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def reason(error: OSError) -> str:
    """Return why something failed, in the system's words, without the path that is named anyway."""
    return (error.strerror or str(error)).lower()
