"""Neighbours: the derivations that one changed decision makes of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from archc.semantics.openings import OpenRepeat
from archc.semantics.recursion import deep_recursion
from archc.semantics.values import Thing
from archc.space.budgets import Budget
from archc.space.counting import Counting, Uncountable
from archc.space.derived import Derived, Path, choices, decisions
from archc.space.drawing import wrapped
from archc.space.nodes import Choice, Node
from archc.space.ranking import Ranking
from archc.space.tensors import Result
from archc.space.variation import exchanged_within, parsed_at

LARGER = 2
"""Modules beyond the fewest that an alternative has, up to which those with the right tensors are looked for."""

TABLES = 5_000
"""Tables of counts that are filled for one decision; what takes more is passed over."""

Accepts = Callable[[Result], bool]


def neighbours(root: Derived, budget: Budget, accepts: Accepts) -> Iterator[Derived]:
    """Yield derivations with one decision changed, in the order of the decisions, those beyond the budget left out."""
    known = {decisions(root)}
    for path, part in _changed(root, accepts):
        with deep_recursion():
            found = exchanged_within(root, path, part, budget)
        if found is not None and accepts(found.results) and decisions(found) not in known:
            known.add(decisions(found))
            yield found


def _changed(root: Derived, accepts: Accepts) -> Iterator[tuple[Path, Derived]]:
    """Yield what may stand in the place of a decision."""
    for path, one in choices(root):
        wanted = accepts if not path else lambda result, old=one.results: result == old
        if isinstance(one.node.thing, OpenRepeat):
            parts = (parsed_at(one, module) for module in _repeated(one))
            yield from ((path, part) for part in parts if part is not None)
        else:
            yield from ((path, other) for other in _other(one, wanted))


def _repeated(one: Derived) -> Iterator[Thing]:
    """Yield a repetition with one of its modules left out, and with one of them twice."""
    items = cast("tuple[Thing, ...]", one.module)
    repeat = cast(OpenRepeat, one.node.thing)
    for at in range(len(items) if len(items) > repeat.least else 0):
        yield items[:at] + items[at + 1 :]
    for at in range(len(items) if len(items) < repeat.most else 0):
        yield items[: at + 1] + items[at:]


def _other(one: Derived, wanted: Accepts) -> Iterator[Derived]:
    """Yield what the other alternatives of a decision give with the fewest modules."""
    node, counting = cast(Choice, one.node), Counting(TABLES)
    for place in node.places:
        if place != one.index:
            yield from (wrapped(node, part, place) for part in _fewest(node.alternative(place), one, counting, wanted))


def _fewest(inner: Node, one: Derived, counting: Counting, wanted: Accepts) -> Iterator[Derived]:
    least = counting.leasts.of(inner.thing)
    for size in range(least, least + LARGER + 1):
        try:
            with deep_recursion():
                table = counting.table(inner, one.feeds, size)
        except Uncountable:
            return
        found = [(result, count) for result, count in table.items() if wanted(result)]
        for result, count in found:
            yield from (Ranking(counting).derived(inner, one.feeds, size, result, number) for number in range(count))
        if found:
            return
