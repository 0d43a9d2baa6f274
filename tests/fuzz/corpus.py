"""The texts that the fuzz starts from: everything written in the language that the project has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from archc.syntax.lexer import Lexer

ROOT = Path(__file__).parents[2]
FOLDERS = ("archs", "grammar/std", "tests/syntax/examples", "tests/syntax/wrong", "tests/programs")


@cache
def texts_in(folder: str) -> tuple[str, ...]:
    """Return the texts of a folder, in an order that does not depend on the machine."""
    paths = sorted((ROOT / folder).rglob("*.arch"))
    return tuple(path.read_bytes().decode("utf-8", "replace") for path in paths)


def any_text(random: Random) -> str:
    """Return one of the texts; each folder comes as often as the others."""
    return random.choice(texts_in(random.choice(FOLDERS)))


@cache
def words() -> tuple[str, ...]:
    """Return every word and sign of the texts, each once."""
    return tuple(
        sorted(
            {
                token.text
                for folder in FOLDERS
                for text in texts_in(folder)
                for token in Lexer(text).tokens()
                if token.text
            }
        )
    )
