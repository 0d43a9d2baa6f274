"""Blocks within blocks of their own kind: a class cannot be built from what it makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from archc.backends.torch.instance import Instance

Kind = TypeVar("Kind")


def levels(children: Mapping[Instance, tuple[Instance, ...]], kinds: Mapping[Instance, Kind]) -> dict[Instance, int]:
    """Return how many instances of its own kind stand within each other below each instance: 0 for most."""
    found: dict[Instance, int] = {}
    below: dict[Instance, dict[Kind, int]] = {}

    def visit(instance: Instance) -> None:
        depths: dict[Kind, int] = {}
        for child in children[instance]:
            if child not in below:
                visit(child)
            inside = {**below[child], kinds[child]: found[child] + 1}
            depths.update((kind, max(depth, depths.get(kind, 0))) for kind, depth in inside.items())
        below[instance] = depths
        found[instance] = depths.get(kinds[instance], 0)

    for instance in children:
        if instance not in below:
            visit(instance)
    return found
