"""Files to texts."""

from __future__ import annotations

from pathlib import Path

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.syntax.source import Source, Span

MOST_BYTES = 16 * 1024 * 1024


def read_source(path: Path | str) -> Source | Diagnostic:
    """Return the text of a file, or what keeps it from being read (P001 to P004)."""
    name = str(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except IsADirectoryError:
        return _refusal(name, "P001", f"`{name}` is a folder", "name one of its `.arch` files")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _refusal(name, "P001", f"`{name}` cannot be read: {reason}", "check the path and its permissions")
    if len(data) > MOST_BYTES:
        return _refusal(name, "P002", f"`{name}` is larger than 16 MiB", "split it, and `use` the parts")
    return _decode(name, data)


def _decode(name: str, data: bytes) -> Source | Diagnostic:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = Source(name, data.decode("utf-8", "replace"))
        at = len(data[: error.start].decode("utf-8", "replace"))
        message = f"not UTF-8: byte {data[error.start]:#04x} at offset {error.start}"
        return _refusal(name, "P003", message, "save the file as UTF-8", Span(readable, at, at + 1))
    if "\0" in text:
        source, at = Source(name, text), text.index("\0")
        return _refusal(name, "P004", "a NUL character: this is not a text file", "remove it", Span(source, at, at + 1))
    return Source(name, text)


def _refusal(name: str, code: str, message: str, help: str, span: Span | None = None) -> Diagnostic:
    return Diagnostic(code, message, span or Span(Source(name, ""), 0, 0), notes=(Note("help", help),))
