"""Patterns of checkpoint keys: text with holes, matched without ever trying the same twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache

from archc.records import record

_HOLE = re.compile(r"\{([^{}]*)\}|\*")
_NAME = re.compile(r"[A-Za-z_]\w*")


class Takes(Enum):
    """What a hole takes: anything, one part of a path, or a number."""

    ANYTHING = ".*"
    PART = "[^.]+"
    NUMBER = "[0-9]+"

    @property
    def least(self) -> int:
        return 0 if self is Takes.ANYTHING else 1

    def reach(self, key: str, start: int) -> int:
        """Return how far this could go from a place in a key."""
        found = _REACH[self].match(key, start)
        return found.end() if found else start


_REACH = {takes: re.compile(takes.value) for takes in Takes}


@record
class Hole:
    """`*`, `{i}`, or `{2 * i}`: `text` is what stands in the braces, `*` for the first."""

    text: str
    takes: Takes

    @property
    def is_computed(self) -> bool:
        return self.takes is Takes.NUMBER


@record
class KeyPattern:
    """A pattern in pieces: text as it is, and holes."""

    pieces: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Hole))

    def match(self, key: str, tick: Callable[[], None]) -> tuple[str, ...] | None:
        """Return what the holes take of a key, each as much as it can, the first one first; None if it does not fit.

        `tick` is called for every attempt.
        """
        return self._from(0, 0, key, set(), tick)

    def _from(
        self, place: int, start: int, key: str, failed: set[tuple[int, int]], tick: Callable[[], None]
    ) -> tuple[str, ...] | None:
        tick()
        if place == len(self.pieces):
            return () if start == len(key) else None
        if (place, start) in failed:
            return None
        piece = self.pieces[place]
        if isinstance(piece, str):
            if key.startswith(piece, start):
                return self._from(place + 1, start + len(piece), key, failed, tick)
            return None
        for end in range(piece.takes.reach(key, start), start + piece.takes.least - 1, -1):
            rest = self._from(place + 1, end, key, failed, tick)
            if rest is not None:
                return (key[start:end], *rest)
        failed.add((place, start))
        return None

    def expression(self) -> str:
        """Return a regular expression that fits the same keys."""
        return "".join(re.escape(one) if isinstance(one, str) else f"({one.takes.value})" for one in self.pieces)


@lru_cache(maxsize=1 << 12)
def key_pattern(text: str, known: tuple[tuple[str, str], ...] = ()) -> KeyPattern:
    """Return the pattern that a text says, with the holes filled that are known."""
    values = dict(known)
    pieces: list[str | Hole] = []
    end = 0
    for hole in _HOLE.finditer(text):
        inside = hole.group(1) or "*"
        pieces += [text[end : hole.start()], values[inside] if inside in values else Hole(inside, _takes(inside))]
        end = hole.end()
    return KeyPattern(tuple(piece for piece in (*pieces, text[end:]) if piece != ""))


@lru_cache(maxsize=1 << 12)
def prefix(text: str) -> str:
    """Return how every key begins that a pattern fits."""
    hole = _HOLE.search(text)
    return text[: hole.start()] if hole else text


def _takes(inside: str) -> Takes:
    if inside == "*":
        return Takes.ANYTHING
    return Takes.PART if _NAME.fullmatch(inside) else Takes.NUMBER
