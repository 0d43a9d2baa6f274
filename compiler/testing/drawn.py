"""Architectures drawn from a space, as Hypothesis draws."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from archc.space import Derivation, Space

MOST_OPERATORS = 64
"""Operators of an architecture, unless told otherwise."""
SEEDS = 1 << 32


def architectures(space: Space, *, operators: int = MOST_OPERATORS, **bounds: int) -> SearchStrategy[Derivation]:
    """Return a strategy of architectures of a space, which shrink towards those of few operators.

    What is drawn first is how many operators an architecture may have, then the architecture within that: so small ones
    are as frequent as large ones, and none is filtered out. `bounds` are `params`, `macs` and `memory` in bytes. The
    text of an example that fails is printed. Raises ArchError where nothing in the space fits.
    """
    from hypothesis import note
    from hypothesis import strategies as st

    steps = _steps(space.within(**bounds), operators)

    @st.composite
    def drawn(draw: st.DrawFn) -> Derivation:
        derivation = draw(st.sampled_from(steps)).sample(draw(st.integers(0, SEEDS - 1)))
        note(derivation.text())
        return derivation

    return drawn()


@lru_cache(maxsize=8)
def _steps(space: Space, most: int) -> tuple[Space, ...]:
    """Return a space within growing numbers of operators, from the smallest in which an architecture was found."""
    numbers = sorted({*_growing(most), most})
    found = tuple(one for one in (space.within(operators=number) for number in numbers) if _has_some(one))
    if not found:
        space.within(operators=most).sample(0)
    return found


def _growing(most: int) -> list[int]:
    """Return 1, 2, 3, 4, 6, 9, …: each about half as large again."""
    found = [1]
    while found[-1] < most:
        found.append(max(found[-1] + 1, found[-1] * 3 // 2))
    return [number for number in found if number <= most]


def _has_some(space: Space) -> bool:
    try:
        space.sample(0)
    except ArchError:
        return False
    return True
