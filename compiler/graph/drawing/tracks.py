"""Which wires turn at which height between two layers, so that no two of them lie on each other."""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.drawing.plan import NEAR
from archc.records import record


@record
class Turn:
    """All that one output sends through a gap: where it comes from above, and where it goes on below."""

    start: float
    ends: tuple[float, ...]

    @property
    def left(self) -> float:
        return min(self.start, *self.ends)

    @property
    def right(self) -> float:
        return max(self.start, *self.ends)

    def bends(self) -> bool:
        """Say whether any of it leaves the vertical."""
        return self.right - self.left > 0.5

    def divides(self) -> tuple[float, ...]:
        """Return the places where it parts in two or more."""
        ends = sorted({round(end, 1) for end in self.ends})
        ways = {_way(self.start, end) for end in ends}
        inside = tuple(end for end in ends if self.left + 0.5 < end < self.right - 0.5 and _way(self.start, end))
        return (*((self.start,) if len(ways) > 1 else ()), *inside)

    def leaves(self) -> tuple[float | None, ...]:
        """Return where each end leaves what another one has in common with it; None for those drawn from the start."""
        straight = any(not _way(self.start, end) for end in self.ends)
        return tuple(self._leaves(end, straight) for end in self.ends)

    def _leaves(self, end: float, straight: bool) -> float | None:
        way = _way(self.start, end)
        if not way:
            return None
        nearer = [other for other in self.ends if _way(self.start, other) == way and abs(other - end) > 0.5]
        nearer = [other for other in nearer if abs(other - self.start) < abs(end - self.start)]
        if nearer:
            return max(nearer, key=lambda other: abs(other - self.start))
        others = straight or any(_way(self.start, other) == -way for other in self.ends)
        return self.start if others and (straight or way > 0) else None


def _way(start: float, end: float) -> int:
    """Return -1 for the left, 1 for the right, 0 for straight down."""
    return (end > start + 0.5) - (end < start - 0.5)


def tracks(turns: Sequence[Turn]) -> tuple[int, ...]:
    """Return the height of each turn, counted from above; turns that run straight down have height 0 like the first."""
    heights = [0] * len(turns)
    order = _from_above(turns)
    for place, here in enumerate(order):
        taken = {heights[other] for other in order[:place] if _meet(turns[other], turns[here])}
        least = max((heights[other] + 1 for other in order[:place] if _above(turns[other], turns[here])), default=0)
        heights[here] = next(height for height in range(least, len(turns) + 1) if height not in taken)
    return tuple(heights)


def _from_above(turns: Sequence[Turn]) -> list[int]:
    """Return the turns that bend, those first that must lie above others, as far as they agree."""
    waiting = [place for place, turn in enumerate(turns) if turn.bends()]
    order: list[int] = []
    while waiting:
        free = [p for p in waiting if not any(_above(turns[o], turns[p]) for o in waiting if o != p)]
        order.append((free or waiting)[0])
        waiting.remove(order[-1])
    return order


def _meet(one: Turn, other: Turn) -> bool:
    return one.left - NEAR < other.right and other.left - NEAR < one.right


def _above(one: Turn, other: Turn) -> bool:
    """A turn that comes down where another one goes on must have left that line before."""
    return any(abs(one.start - end) < NEAR for end in other.ends) and abs(one.start - other.start) > NEAR
