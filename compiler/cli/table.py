"""Columns of text."""

from __future__ import annotations

from collections.abc import Sequence

from archc.diagnostics.glyphs import shown, width


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Return the rows as lines with aligned columns, two blanks between them; those of `right` are set to the right."""
    clean = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*clean, strict=True)]
    return "\n".join(
        "  ".join(_set(cell, widths[at], at in right) for at, cell in enumerate(row)).rstrip() for row in clean
    )


def _set(cell: str, columns: int, right: bool) -> str:
    blanks = " " * (columns - width(cell))
    return blanks + cell if right else cell + blanks
