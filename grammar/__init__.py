"""The grammar of the language and its standard library, as data."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def grammar_text() -> str:
    """Return the grammar of the language, as Lark reads it."""
    return (_FOLDER / "arch.lark").read_text("utf-8")


def library_texts() -> dict[str, str]:
    """Return the texts of the standard library by file name, sorted."""
    return {file.name: file.read_text("utf-8") for file in sorted((_FOLDER / "std").glob("*.arch"))}


__all__ = ["grammar_text", "library_texts"]
