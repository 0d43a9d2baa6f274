"""A cache on disk, in the user's cache directory: content by key, never an error.

What cannot be read or written is made anew; a file is complete or absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path

# Beyond so many files, the oldest go.
MOST_FILES = 500

_DIGEST = hashlib.sha256().digest_size


def key(*parts: str) -> str:
    """Return a file name that stands for these texts, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def read(name: str) -> bytes | None:
    """Return what was written under a key, or None where there is nothing whole to be had."""
    try:
        data = (_folder() / name).read_bytes()
    except OSError:
        return None
    content = data[_DIGEST:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST] else None


def write(name: str, content: bytes) -> None:
    """Keep `content` under a key where the cache directory allows it."""
    from tempfile import mkstemp

    with contextlib.suppress(OSError):
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            os.replace(temporary, folder / name)
        except BaseException:
            os.unlink(temporary)
            raise
        _prune(folder)


def _prune(folder: Path) -> None:
    kept = [(entry.stat().st_mtime, entry.path) for entry in os.scandir(folder)]
    for _, path in sorted(kept, reverse=True)[MOST_FILES:]:
        os.unlink(path)


@cache
def _folder() -> Path:
    from platformdirs import user_cache_path

    folder = user_cache_path("archc") / "syntax"
    if not folder.is_absolute():  # a user without a home
        raise FileNotFoundError(folder)
    return folder
