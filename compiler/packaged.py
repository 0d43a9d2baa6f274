"""The files that come with archc, by the names under which they are known: `hornet`."""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"[^\W\d]\w*(/[^\W\d]\w*)*")


def packaged() -> dict[str, Path]:
    """Return the packaged files by their names."""
    from importlib.resources import files

    root = Path(str(files("archc.archs")))
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.arch"))}


def found(path: Path) -> Path:
    """Return a path, or the packaged file that it names where nothing lies there: `hornet`."""
    if path.exists() or not is_name(path):
        return path
    return packaged().get(str(path), path)


def is_name(path: Path) -> bool:
    """Say whether a path may be meant as the name of a packaged file."""
    return _NAME.fullmatch(str(path)) is not None
