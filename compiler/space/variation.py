"""Variations of derivations: one subtree drawn anew, or exchanged with one of another derivation.

What takes the place of a subtree is of the same production and takes the same tensors. What is drawn anew returns the
same as well, so that everything around it still fits; what comes of another derivation is tried. The derivations that
are varied never change, so to undo a variation is to keep them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.semantics.openings import OpenChoice, OpenRepeat
from archc.semantics.values import Thing
from archc.space.derived import Derived, Path, choices, decisions, replaced
from archc.space.drawing import Drawing, Infeasible
from archc.space.goals import Goal, Returned
from archc.space.nodes import Choice
from archc.space.parsing import Parsing, Strayed
from archc.space.ways import Around

if TYPE_CHECKING:
    from archc.space.budgets import Budget

TRIES = 4
"""Draws at one place before another place is taken."""
PAIRS = 40
"""Exchanges that are tried."""


def mutated(root: Derived, goal: Goal, budget: Budget, chance: random.Random) -> Derived | None:
    """Return a derivation with one subtree drawn anew, None where no place has another one of the same shapes."""
    places = list(choices(root))
    for path, one in chance.sample(places, len(places)):
        if isinstance(one.node, Choice) and len(one.node.places) > 1:
            for other in _redrawn(one, goal if path == () else _same(one), budget, chance):
                found = varied(root, path, other.module, budget)
                if found is not None:
                    return found
    return None


def crossed(root: Derived, other: Derived, budget: Budget, chance: random.Random) -> Derived | None:
    """Return a derivation with a subtree of another one in place of its own, None where none fits."""
    offered: dict[object, list[Derived]] = {}
    for path, one in choices(other):
        if path:
            offered.setdefault(_type(one), []).append(one)
    places = [(path, one) for path, one in choices(root) if path and _type(one) in offered]
    pairs = [(path, one, each) for path, one in places for each in offered[_type(one)]]
    for path, one, each in chance.sample(pairs, min(len(pairs), PAIRS)):
        found = varied(root, path, each.module, budget) if decisions(each) != decisions(one) else None
        if found is not None:
            return found
    return None


def _type(one: Derived) -> object:
    """What two subtrees have in common that may take each other's place: the decision's text, and what flows in."""
    thing = one.node.thing
    site = thing.site if isinstance(thing, OpenChoice | OpenRepeat) else one.node
    return site, one.feeds


def _same(one: Derived) -> Goal:
    return Returned(lambda result: result == one.results)


def _redrawn(one: Derived, goal: Goal, budget: Budget, chance: random.Random) -> Iterator[Derived]:
    for _ in range(TRIES):
        try:
            other = Drawing(chance, budget).draw(one.node, one.feeds, Around(), goal)
        except Infeasible:
            return
        if decisions(other) != decisions(one):
            yield other


def varied(root: Derived, path: Path, module: Thing, budget: Budget) -> Derived | None:
    """Return the derivation with a module at a path, None where the whole is beyond the budget then."""
    try:
        return Parsing(budget).follow(root.node, replaced(root, path, module), root.feeds, Around())
    except (Infeasible, Strayed):
        return None
