"""Derivations with one part exchanged: what stands beside the part is kept, and what is above it is worked out anew."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import cast

from archc.semantics.openings import Cell
from archc.space.budgets import Budget
from archc.space.derived import Derived, Path
from archc.space.drawing import Drawing, Infeasible, Passage, wrapped
from archc.space.flows import FREE
from archc.space.goals import Goal
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.parsing import Parsing
from archc.space.tensors import Feeds, only, total_bytes
from archc.space.ways import Around, Way

Given = Mapping[int, Derived]
"""Parts by their places, those that are exchanged."""


def exchanged(old: Derived, path: Path, new: Derived) -> Derived:
    """Return a derivation with another part at a path, which takes the same tensors.

    Where it returns others, what follows it runs on these. Raises Infeasible or Strayed where that does not fit.
    """
    if not path:
        return new
    return _RULES[type(old.node)](old, old.feeds, {path[0]: exchanged(old.parts[path[0]], path[1:], new)})


def is_within(root: Derived, budget: Budget) -> bool:
    """Say whether a whole derivation is within the bounds."""
    return budget.allows(FREE, root.cost) and peaks_of(root)[0] <= budget.memory


def _anew(old: Derived, feeds: Feeds) -> Derived:
    """Return the same decisions for other tensors."""
    return old if feeds == old.feeds else _RULES[type(old.node)](old, feeds, {})


def _fixed(old: Derived, feeds: Feeds, given: Given) -> Derived:
    flow = old.node.flow(feeds)
    if flow is None:
        raise Infeasible
    return Derived(old.node, feeds, flow.results, flow.cost)


def _series(old: Derived, feeds: Feeds, given: Given) -> Derived:
    into, cost = feeds, FREE
    parts: list[Derived] = []
    for place, part in enumerate(old.parts):
        parts.append(given.get(place) or _anew(part, into))
        into, cost = (parts[-1].results,), cost.plus(parts[-1].cost)
    return Derived(old.node, feeds, only(into), cost, tuple(parts))


def _wrapped(old: Derived, feeds: Feeds, given: Given) -> Derived:
    return wrapped(old.node, given.get(0) or _anew(old.parts[0], feeds), old.index)


def _named(old: Derived, feeds: Feeds, given: Given) -> Derived:
    inner = cast(Named, old.node).unfold(feeds)
    if inner is None:
        raise Infeasible
    if inner is old.parts[0].node:
        return _wrapped(old, feeds, given)
    return wrapped(old.node, Parsing(Budget()).follow(inner, old.parts[0].module, feeds, Around()))


def _open(old: Derived, feeds: Feeds, given: Given) -> Derived:
    node = cast(Open, old.node)
    way = node.way(feeds)
    if way is None:
        raise Infeasible
    made = _Again(old, given).end(way)
    return Derived(node, feeds, made.results, made.cost, tuple(made.parts.values()), cells=tuple(made.parts))


class _Again(Passage):
    """A block whose modules are those of a derivation."""

    def __init__(self, old: Derived, given: Given) -> None:
        super().__init__(Drawing(random.Random(0), Budget()), cast(Open, old.node), Around(), Goal())
        self.kept = {cell: given.get(place) or part for place, (cell, part) in enumerate(_by_cell(old).items())}

    def drawn(self, way: Way) -> tuple[Derived, int]:
        assert way.step is not None and isinstance(way.step.module, Cell)
        part = self.kept.get(way.step.module)
        if part is None:
            raise Infeasible
        return _anew(part, way.feeds), 0


def _by_cell(one: Derived) -> dict[Cell, Derived]:
    return dict(zip(one.cells, one.parts, strict=True))


_RULES: Mapping[type[Node], Callable[[Derived, Feeds, Given], Derived]] = {
    Fixed: _fixed,
    Series: _series,
    Labelled: _wrapped,
    Choice: _wrapped,
    Named: _named,
    Open: _open,
}


# -- memory -------------------------------------------------------------------------------------------------


def peaks_of(one: Derived) -> tuple[int, int]:
    """Return the most bytes of activations at once: with inputs up to their last use, and with them to the end."""
    if one.peaks is None:
        one.peaks = _peaks(one)
    return one.peaks


def _peaks(one: Derived) -> tuple[int, int]:
    if isinstance(one.node, Open):
        return _block_peaks(one, one.node)
    if isinstance(one.node, Series):
        return _series_peaks(one)
    if one.parts:
        return peaks_of(one.parts[0])
    flow = one.node.flow(one.feeds)
    assert flow is not None
    return flow.peak, flow.held


def _series_peaks(one: Derived) -> tuple[int, int]:
    size = total_bytes(one.feeds)
    peak = held = size
    for place, part in enumerate(one.parts):
        free, kept = peaks_of(part)
        peak, held = max(peak, free), max(held, free + size if place else kept)
    return peak, held


def _block_peaks(one: Derived, node: Open) -> tuple[int, int]:
    """Return the most bytes in a block. A module that runs again counts with its inputs to the end."""
    parts, peaks = _by_cell(one), [0, 0]
    way = node.way(one.feeds)
    while way is not None:
        for which in (False, True):
            again = [bytes_[which] + peaks_of(parts[cell])[1] for cell, bytes_ in way.again.items()]
            peaks[which] = max(peaks[which], way.peaks[which], *again)
        if way.step is None:
            return peaks[0], peaks[1]
        assert isinstance(way.step.module, Cell)
        part = parts[way.step.module]
        run = part if part.feeds == way.feeds else _anew(part, way.feeds)
        for at, around in enumerate(way.own):
            peaks[at] = max(peaks[at], around.bytes + peaks_of(run)[around.kept])
        way = way.next(run.results)
    raise Infeasible
