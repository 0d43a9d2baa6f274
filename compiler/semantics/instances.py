"""Which use of a block a finding is about: the architecture or its variant, and the labels from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.semantics.wording import listed
from archc.syntax import Span

Path = tuple[str, ...]
"""The architecture, or its variant, and the labels from there to an instance of a block."""

INSTANCE = "instance"
"""The kind of the note that names one."""
MOST_LABELS = 8
"""Labels of a path that a message shows."""
MOST_VARIANTS = 4
"""Variants that a message names."""


def instance(path: Sequence[str], others: Sequence[str] = ()) -> tuple[Note, ...]:
    """Name the instance where the text alone does not tell it: inside a block, or of one variant among several.

    `others` are the variants that have the same finding at the same place.
    """
    if not path or (len(path) == 1 and path[0].isidentifier()):
        return ()
    shown = path if len(path) <= MOST_LABELS else [*path[:4], "…", *path[-2:]]
    return (Note(INSTANCE, " > ".join(shown) + _alike(others)),)


def some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many there are besides."""
    if len(names) <= MOST_VARIANTS:
        return listed(names)
    return listed([*names[: MOST_VARIANTS - 1], f"{len(names) - MOST_VARIANTS + 1} more"])


def shared(found: Iterable[tuple[str, Diagnostic]]) -> Iterator[Diagnostic]:
    """Give the findings of several variants, each with its variant's name: what several of them have at one place is
    given once, and names the others."""
    groups: dict[tuple[str, Span, str], dict[Diagnostic, str]] = {}
    for variant, one in found:
        groups.setdefault((one.code, one.span, one.message), {}).setdefault(one, variant)
    for alike in groups.values():
        (first, own), *_ = alike.items()
        others = [variant for variant in dict.fromkeys(alike.values()) if variant != own]
        yield replace(first, notes=tuple(_also(note, others) for note in first.notes))


def _also(note: Note, others: Sequence[str]) -> Note:
    return replace(note, text=f"{note.text}{_alike(others)}") if note.kind == INSTANCE else note


def _alike(others: Sequence[str]) -> str:
    return f"; the same in {some(others)}" if others else ""
