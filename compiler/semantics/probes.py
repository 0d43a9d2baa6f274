"""Probes: a configuration again with one argument changed, by which a backend tells what a number depends on from what
it only happens to equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from archc.graph.static import Static

MOST = 3
"""Configurations that are probed: what arguments do in these, they do in all."""

EACH = 2
"""Values of an argument that are tried with success."""

T = TypeVar("T")


def probed(every: Sequence[T]) -> tuple[T, ...]:
    """Return those configurations of which there are probes: the first ones and the last."""
    return (*every[: MOST - 1], *every[MOST - 1 :][-1:])


def others(value: Static) -> Iterator[Static]:
    """Yield other values of an argument, nothing for one that is no number and no list of integers.

    An architecture may refuse some (a width that is no multiple of 8), so the first ones that it takes are probes.
    Both a sum and a product are tried: half of a width is the same for the next width, and the next layer's width is
    still the double. Lists change out of proportion.
    """
    if isinstance(value, bool):
        return
    if isinstance(value, float):
        yield (value + 0.125) / 2
    elif isinstance(value, int):
        yield value + 1
        yield 2 * value if value else 2
    elif isinstance(value, tuple) and value and all(type(entry) is int for entry in value):
        entries = [entry for entry in value if isinstance(entry, int)]
        yield tuple(entry + 1 + 2 * i for i, entry in enumerate(entries))
        yield tuple(entry * (2 + i) for i, entry in enumerate(entries))
        yield tuple(2 * entry for entry in entries)
