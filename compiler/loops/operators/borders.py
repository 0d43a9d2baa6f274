"""What stands outside of a tensor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc.loops.index import Index, greatest, least
from archc.loops.scalar import Number, Scalar, Within, select
from archc.loops.use import Source


def filled(x: Source, index: Sequence[Index], fill: str, value: float = 0.0) -> Scalar:
    """Return the entry at an index that may lie outside: `value` under `zeros`, else an entry of the tensor."""
    if fill == "zeros":
        guards = tuple(Within(one, 0, extent) for one, extent in zip(index, x.shape, strict=True))
        return select(guards, x.at(*index), Number(value))
    return x.at(*(_FILLS[fill](one, extent) for one, extent in zip(index, x.shape, strict=True)))


def clamped(index: Index, extent: int) -> Index:
    """Return the nearest place inside."""
    return least(greatest(index, 0), extent - 1)


def _mirrored(index: Index, extent: int) -> Index:
    """Return the place at the other side of the border, which itself stands once."""
    right = greatest(greatest(index, index * -1), 0)
    return least(least(right, right * -1 + 2 * (extent - 1)), extent - 1)


_FILLS: dict[str, Callable[[Index, int], Index]] = {
    "edge": clamped,
    "reflect": _mirrored,
    "wrap": lambda index, extent: index % extent,
}
