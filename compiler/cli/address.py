"""Addresses: `file.arch`, `file.arch:Arch`, `file.arch:Arch.variant`, and `hornet` for a packaged file."""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path

from archc.cli.command import UsageError
from archc.packaged import found, is_name, packaged
from archc.records import record

_FORM = re.compile(
    r"""(?P<file>.+?)                            # up to a colon that is followed by names to the very end
        (?: : (?P<arch>[^\W\d]\w*) (?: \. (?P<variant>[^:/\\]+) )? )?""",
    re.VERBOSE | re.DOTALL,
)


@record
class Address:
    """A file, as it was named and where it lies, perhaps an architecture in it, and perhaps one variant of that."""

    path: Path
    arch: str | None = None
    variant: str | None = None
    file: str = field(default="", compare=False)


def parse_address(text: str) -> Address:
    """Return what an address names. Raises UsageError where there is no such file."""
    whole = Path(text)
    form = None if whole.is_file() else _FORM.fullmatch(text)
    if form is None:
        return Address(whole)
    return Address(_find(form["file"]), form["arch"], form["variant"], form["file"])


def _find(name: str) -> Path:
    path = found(Path(name))
    if path.exists() or not is_name(path):
        return path
    raise UsageError(f"no file and no packaged architecture is called `{name}`{_hint(name, tuple(packaged()))}")


def _hint(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    if close := get_close_matches(name, known, n=1):
        return f"; did you mean `{close[0]}`?"
    return "; `archc list` names the packaged ones"
