"""Fixes applied by machine."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from archc.diagnostics.rendering import ordered

if TYPE_CHECKING:
    from archc.syntax.source import Source


def apply_fixes(source: Source, diagnostics: Iterable[Diagnostic]) -> str:
    """Return the text of a source with the chosen fixes made."""
    text = source.text
    edits = dict.fromkeys(edit for fix in chosen_fixes(source, diagnostics) for edit in fix.edits)
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def chosen_fixes(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[Fix, ...]:
    """Return the fixes that can be made in one go: the first that a diagnostic offers for this source alone, unless it
    meets an edit of an earlier one at another purpose. The others show up again in the next run."""
    chosen: list[Fix] = []
    taken: set[Edit] = set()
    for diagnostic in ordered(diagnostics):
        fix = next((fix for fix in diagnostic.fixes if _can_be_made(fix, source)), None)
        if fix and not any(_clash(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken.update(fix.edits)
    return tuple(chosen)


def _can_be_made(fix: Fix, source: Source) -> bool:
    """Tell whether a fix can be made on its own, in this source alone; a guess is not made by machine."""
    if fix.is_guess or any(_clash(*both) for both in combinations(fix.edits, 2)):
        return False
    return bool(fix.edits) and all(edit.span.source is source for edit in fix.edits)


def _clash(one: Edit, other: Edit) -> bool:
    """Tell whether two different edits touch the same characters or insert at the same place."""
    if one == other:
        return False
    first, second = one.span, other.span
    if first.start == second.start:
        return first.end == second.end or (first.start < first.end and second.start < second.end)
    return first.start < second.end and second.start < first.end
