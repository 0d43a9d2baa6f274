"""How text stands on a terminal: columns of characters, tabs, and nothing that could steer the terminal."""

from __future__ import annotations

from unicodedata import category, east_asian_width

TAB = 4
_UNSEEN = {"Mn", "Me"}  # drawn over the character before
_STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, direction, surrogates, unassigned, separators


def columns(char: str) -> int:
    """Return how many columns a character takes once `shown`: 4 for a tab, 2 for a wide one, 0 for a combining one."""
    if " " <= char <= "~":
        return 1
    if char == "\t":
        return TAB
    if category(char) in _UNSEEN:
        return 0
    return 2 if east_asian_width(char) in "WF" and category(char) not in _STEERING else 1


def width(text: str) -> int:
    """Return the columns a text takes on one line."""
    return sum(map(columns, text))


def shown(text: str) -> str:
    """Return the text as it may be sent to a terminal: tabs as spaces, steering characters made visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def shown_lines(text: str) -> list[str]:
    """Return the lines of a message, each safe to show."""
    return [shown(line) for line in text.split("\n")]


def _shown(char: str) -> str:
    if char == "\t":
        return " " * TAB
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "␡"
    return "�" if category(char) in _STEERING else char
