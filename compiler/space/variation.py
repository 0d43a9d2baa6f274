"""Variations of derivations: one subtree drawn anew, or exchanged with one of another derivation.

What takes the place of a subtree is of the same production and takes the same tensors. What is drawn anew returns the
same as well, so that everything around it still fits; what comes of another derivation is tried. The derivations that
are varied never change, so to undo a variation is to keep them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from archc.semantics.openings import OpenChoice, OpenRepeat
from archc.semantics.values import Thing
from archc.space.budgets import Budget
from archc.space.derived import Derived, Path, choices, decisions
from archc.space.drawing import Drawing, Infeasible
from archc.space.goals import Goal, Returned
from archc.space.nodes import Choice, Open, Series
from archc.space.parsing import Parsing, Strayed
from archc.space.revision import exchanged, is_within
from archc.space.tensors import Result
from archc.space.ways import Around

PAIRS = 40
"""Exchanges that are tried."""


def mutated(root: Derived, goal: Goal, budget: Budget, chance: random.Random) -> Derived | None:
    """Return a derivation with one decision taken otherwise and drawn anew from there, for the same tensors.

    Only what stands for the whole architecture may return others, as `goal` allows. None where no place has another
    alternative of the same shapes.
    """
    places, whole = list(choices(root)), _whole(root)
    for path, one in chance.sample(places, len(places)):
        node = one.node
        if not isinstance(node, Choice) or len(node.places) < 2:
            continue
        drawing = Drawing(chance, budget)
        try:
            other = drawing.another(node, one.feeds, Around(), goal if one in whole else _same(one), one.index)
        except Infeasible:
            continue
        found = exchanged_within(root, path, other, budget)
        if found is not None:
            return found
    return None


def crossed(
    root: Derived, other: Derived, budget: Budget, chance: random.Random, accepts: Callable[[Result], bool]
) -> Derived | None:
    """Return a derivation with a subtree of another one in place of its own, None where none fits.

    `accepts` says which results the whole may have.
    """
    offered: dict[object, list[Derived]] = {}
    for path, one in choices(other):
        if path:
            offered.setdefault(_type(one), []).append(one)
    places = [(path, one) for path, one in choices(root) if path and _type(one) in offered]
    pairs = [(path, one, each) for path, one in places for each in offered[_type(one)]]
    for path, one, each in chance.sample(pairs, min(len(pairs), PAIRS)):
        if decisions(each) == decisions(one):
            continue
        part = each if each.node is one.node else parsed_at(one, each.module)
        found = exchanged_within(root, path, part, budget) if part is not None else None
        if found is not None and accepts(found.results):
            return found
    return None


def _type(one: Derived) -> object:
    """What two subtrees have in common that may take each other's place: the decision's text, and what flows in."""
    thing = one.node.thing
    site = thing.site if isinstance(thing, OpenChoice | OpenRepeat) else one.node
    return site, one.feeds


def _whole(root: Derived) -> list[Derived]:
    """Return what stands for the whole architecture: what it returns, all of that returns."""
    found = [root]
    while len(found[-1].parts) == 1 and not isinstance(found[-1].node, Series | Open):
        found.append(found[-1].parts[0])
    return found


def _same(one: Derived) -> Goal:
    return Returned(lambda result: result == one.results)


def parsed_at(one: Derived, module: Thing) -> Derived | None:
    """Return a module as what stands in the place of a subtree, None where the grammar does not have it there."""
    try:
        return Parsing(Budget()).follow(one.node, module, one.feeds, Around())
    except (Infeasible, Strayed):
        return None


def exchanged_within(root: Derived, path: Path, part: Derived, budget: Budget) -> Derived | None:
    """Return the derivation with another part at a path, None where the whole does not fit or is beyond the budget."""
    try:
        found = exchanged(root, path, part)
    except (Infeasible, Strayed):
        return None
    return found if is_within(found, budget) else None
