"""Crossover by alignment: a child on the way from one derivation to another (in the manner of arXiv 2512.04992).

Two derivations are laid over each other from their roots on. As long as both take the same alternatives, what is inside
is compared; where they differ, one decision and all below it is a difference. Of repetitions of different lengths the
runs of equal modules are kept, and each run between them is one's or the other's. The child takes about half of the
differences, and what both have in common stays.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import cast

from archc.semantics.openings import OpenRepeat
from archc.semantics.values import Thing
from archc.space.budgets import Budget
from archc.space.canonical import canonical
from archc.space.derived import Derived, Path, decisions
from archc.space.nodes import Open
from archc.space.tensors import Result
from archc.space.variation import exchanged_within, parsed_at


def blended(
    root: Derived, other: Derived, budget: Budget, chance: random.Random, accepts: Callable[[Result], bool]
) -> Derived | None:
    """Return a derivation with about half of the differences of another one, None where none of them fits."""
    found = list(differences(root, other))
    child, taken, wanted = root, 0, max(1, len(found) // 2)
    for path, theirs in chance.sample(found, len(found)):
        if taken == wanted:
            break
        changed = _taken(child, path, theirs, budget, chance)
        if changed is not None and accepts(changed.results):
            child, taken = changed, taken + 1
    return child if taken else None


def differences(one: Derived, other: Derived, path: Path = ()) -> Iterator[tuple[Path, Derived]]:
    """Yield where two derivations part, outer ones first, each with what the other one has there."""
    if not _agree(one, other):
        yield path, other
        return
    for place, (mine, theirs) in enumerate(zip(one.parts, other.parts, strict=True)):
        yield from differences(mine, theirs, (*path, place))


def _agree(one: Derived, other: Derived) -> bool:
    """Say whether two modules are of one form, so that their parts correspond."""
    if one.index != other.index or one.cells != other.cells or len(one.parts) != len(other.parts):
        return False
    if isinstance(one.node, Open) and isinstance(other.node, Open):
        return one.node.skeleton == other.node.skeleton
    if not one.parts:
        return canonical(one.module) == canonical(other.module)
    return type(one.node) is type(other.node)


def _taken(root: Derived, path: Path, theirs: Derived, budget: Budget, chance: random.Random) -> Derived | None:
    """Return a derivation with a module of another one at a path, None where it does not fit."""
    mine = root
    for place in path:
        if place >= len(mine.parts):
            return None
        mine = mine.parts[place]
    module = theirs.module
    if isinstance(mine.node.thing, OpenRepeat) and isinstance(theirs.node.thing, OpenRepeat):
        module = _merged(cast("tuple[Thing, ...]", mine.module), cast("tuple[Thing, ...]", module), chance)
    part = parsed_at(mine, module)
    if part is None or decisions(part) == decisions(mine):
        return None
    return exchanged_within(root, path, part, budget)


def _merged(mine: tuple[Thing, ...], theirs: tuple[Thing, ...], chance: random.Random) -> tuple[Thing, ...]:
    """Return the runs that two sequences have in common, and between them those of one or of the other."""
    words = [[canonical(one) for one in items] for items in (mine, theirs)]
    found: list[Thing] = []
    for kind, start, end, first, last in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        found += mine[start:end] if kind == "equal" or chance.random() < 0.5 else theirs[first:last]
    return tuple(found)
