"""Addresses: `file.arch`, `file.arch:Arch`, `file.arch:Arch.variant`, and `hornet` for a packaged file."""

from __future__ import annotations

import re
from pathlib import Path

from archc.cli.command import UsageError
from archc.records import record

_FORM = re.compile(
    r"""(?P<file>.+?)                            # up to a colon that is followed by names to the very end
        (?: : (?P<arch>[^\W\d]\w*) (?: \. (?P<variant>[^:/\\]+) )? )?""",
    re.VERBOSE | re.DOTALL,
)
_PACKAGED = re.compile(r"[^\W\d]\w*(/[^\W\d]\w*)*")


@record
class Address:
    """A file, and perhaps one architecture in it, and perhaps one variant of that."""

    path: Path
    arch: str | None = None
    variant: str | None = None


def parse_address(text: str) -> Address:
    """Return what an address names. Raises UsageError where there is no such file."""
    whole = Path(text)
    form = None if whole.is_file() else _FORM.fullmatch(text)
    if form is None:
        return Address(whole)
    return Address(_find(form["file"]), form["arch"], form["variant"])


def packaged() -> dict[str, Path]:
    """Return the files that come with archc by the names under which they are known."""
    from importlib.resources import files

    root = Path(str(files("archc.archs")))
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.arch"))}


def _find(name: str) -> Path:
    path = Path(name)
    if path.exists() or not _PACKAGED.fullmatch(name):
        return path
    known = packaged()
    if name in known:
        return known[name]
    raise UsageError(f"no file and no packaged architecture is called `{name}`{_hint(name, tuple(known))}")


def _hint(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    if close := get_close_matches(name, known, n=1):
        return f"; did you mean `{close[0]}`?"
    return "; `archc list` names the packaged ones"
