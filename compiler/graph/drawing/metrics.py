"""How wide a text is, so that boxes fit without asking a renderer."""

from __future__ import annotations

import unicodedata

_WIDTHS = {
    222: "ijl'|",
    278: "It.,:;!/\\[] f·",
    333: "r()-{}`´",
    389: '*"',
    500: "ckvxyzsJ",
    584: "+=<>~×−",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1000: "…@",
}
_WIDTH = {char: width for width, chars in _WIDTHS.items() for char in chars}
_USUAL, _WIDE = 556, 1000
BOLD = 1.07


def width(text: str, size: float, bold: bool = False) -> float:
    """Return about how many units a text takes in a sans-serif face of the given size."""
    thousandths = sum(_WIDTH.get(char) or _unknown(char) for char in text)
    return thousandths * size / 1000 * (BOLD if bold else 1)


def _unknown(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _USUAL


def clipped(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, its end made an ellipsis where it is longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def wrapped(text: str, size: float, limit: float) -> list[str]:
    """Return a text in lines that are no wider than `limit`, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
