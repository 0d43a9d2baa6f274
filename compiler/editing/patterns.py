"""Patterns of paths: `stages[2].*`, `**.gnconv`, `blocks[*].conv1`."""

from __future__ import annotations

import re
from functools import cache

from archc.diagnostics import ArchError, Diagnostic, Note
from archc.syntax import Source, Span

_FORM = re.compile(r"(\*\*?|\w+)((\.(\*\*?|\w+))|(\[(\*|\w+)\]))*")


def components(pattern: str) -> tuple[str, ...]:
    """Return the parts of a pattern: `*` is any one label, `**` any number of them, `a[2]` the same as `a.2`.

    Raises ArchError (E228) for what is no pattern.
    """
    text = pattern.replace(" ", "")
    if not _FORM.fullmatch(text):
        note = Note("help", "write labels and numbers, `*` for any one and `**` for any number of them: `stages[2].*`")
        span = Span(Source("<selector>", pattern), 0, len(pattern))
        raise ArchError((Diagnostic("E228", "this selects nothing: it is no path of labels", span, notes=(note,)),))
    return tuple(text.replace("[", ".").replace("]", "").split("."))


@cache
def matches(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Say whether a path is as a pattern says."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(matches(pattern[1:], path[at:]) for at in range(len(path) + 1))
    return bool(path) and pattern[0] in ("*", path[0]) and matches(pattern[1:], path[1:])
