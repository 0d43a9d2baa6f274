"""What somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from archc.diagnostics.diagnostic import Edit, Fix
from archc.syntax.source import Span


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, None if none is like it."""
    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def renaming(span: Span, word: str, known: Iterable[str]) -> tuple[Fix, ...]:
    """Return the fix that replaces `word` at `span` by the nearest known word, or no fix."""
    match = nearest(word, known)
    return (Fix(f"did you mean `{match}`?", (Edit(span, match),)),) if match else ()
