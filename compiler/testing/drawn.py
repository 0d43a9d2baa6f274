"""Architectures drawn from a space, and mutations of them, as Hypothesis draws."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from archc.space import Derivation, Space

MAX_NODES = 64
"""Operators that run in an architecture, unless told otherwise."""
SEEDS = 1 << 16
"""Seeds of a mutation: there are seldom as many."""


def architectures(
    space: Space,
    *,
    max_nodes: int = MAX_NODES,
    max_params: int | None = None,
    max_macs: int | None = None,
    max_memory: int | None = None,
    require: Collection[str] = (),
    forbid: Collection[str] = (),
) -> SearchStrategy[Derivation]:
    """Return a strategy of architectures of a space, every decision drawn by the grammar: none is filtered out.

    How many operators may run, at most `max_nodes`, is drawn first, then each alternative, all that lead to an end
    within the bounds equally often. It shrinks towards few operators, and towards alternatives that close soonest and
    stand first. `max_memory` is in bytes. What is drawn has all blocks and operators of `require`, none of `forbid`.
    The text of an example that fails is printed. Raises ArchError where nothing in the space fits.
    """
    from hypothesis import note
    from hypothesis import strategies as st

    bounds = {"params": max_params, "macs": max_macs, "memory": max_memory}
    within = space.having(require, forbid).within(**{name: most for name, most in bounds.items() if most is not None})
    steps = _steps(within, max_nodes)

    @st.composite
    def drawn(draw: st.DrawFn) -> Derivation:
        def choose(weights: Sequence[float]) -> int:
            return draw(st.integers(0, len(weights) - 1)) if len(weights) > 1 else 0

        derivation = draw(st.sampled_from(steps)).draw(choose)
        note(derivation.text())
        return derivation

    return drawn()


def mutations(derivation: Derivation) -> SearchStrategy[Derivation]:
    """Return a strategy of architectures that differ from one in a single subtree, of the same space.

    Where there is none, the architecture itself is drawn. The text of an example that fails is printed.
    """
    from hypothesis import note
    from hypothesis import strategies as st

    def mutated(seed: int) -> Derivation:
        found = derivation.space.mutate(derivation, seed)
        note(found.text())
        return found

    return st.integers(0, SEEDS - 1).map(mutated)


@lru_cache(maxsize=8)
def _steps(space: Space, most: int) -> tuple[Space, ...]:
    """Return a space within growing numbers of operators, from the smallest in which an architecture was found."""
    numbers = sorted({*_growing(most), most})
    found = tuple(one for one in (space.within(operators=number) for number in numbers) if _has_some(one))
    if not found:
        space.within(operators=most).draw(_first)
    return found


def _first(weights: Sequence[float]) -> int:
    return 0


def _growing(most: int) -> list[int]:
    """Return 1, 2, 3, 4, 6, 9, …: each about half as large again."""
    found = [1]
    while found[-1] < most:
        found.append(max(found[-1] + 1, found[-1] * 3 // 2))
    return [number for number in found if number <= most]


def _has_some(space: Space) -> bool:
    try:
        space.draw(_first)
    except ArchError:
        return False
    return True
