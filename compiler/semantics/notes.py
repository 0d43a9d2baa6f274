"""What is worked out of a node once, though it is asked for at every evaluation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from archc.syntax import tree

N = TypeVar("N", bound=tree.Node)
T = TypeVar("T")

MOST = 100_000
"""Nodes after which notes are begun anew."""


def noted(work: Callable[[N], T]) -> Callable[[N], T]:
    """Decorate a function of one node, so that it runs once a node. Nodes are told apart by identity, not by what they
    say, which would take as long."""
    notes: dict[int, tuple[N, T]] = {}

    @wraps(work)
    def look_up(node: N) -> T:
        note = notes.get(id(node))
        if note is None:
            if len(notes) >= MOST:
                notes.clear()
            note = notes[id(node)] = (node, work(node))  # the node too: its number is not given to another meanwhile
        return note[1]

    return look_up
