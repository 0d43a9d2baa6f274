"""Room for recursion: blocks within blocks within expressions go deeper than Python's default allows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

FRAMES = 40_000
"""Enough for the deepest nesting that `session.DEPTH` and the parser's limit allow together."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow deep recursion inside, and restore the limit."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
