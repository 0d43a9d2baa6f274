"""Groups cut into tiles: so few rows at a time that what the group makes along the way stays in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil, gcd, lcm, prod

from archc.backends.cpu.plan import ALIGNMENT, by_lifetime
from archc.backends.cpu.target import Target
from archc.backends.cpu.windows import Window, window_of
from archc.loops.contraction import Contraction, contraction_of
from archc.loops.nest import Buffer, Nest
from archc.loops.rows import Group
from archc.records import record

LONGEST = 60
"""Rows of a tile at most: more of them do not make the matrices that they are multiplied with any cheaper."""

WIDE = 1024
"""Columns of a matrix of which one does not notice the end."""

POINTERS = 4096
"""Pointers to rows at most that a product holds on the stack."""


@record
class Tiled:
    """A group, of whose rows each `period` is cut into `tiles` tiles, each of whole units of `unit` rows but for the
    last. `offsets` are those of a tile's own buffers in its memory of `size` bytes."""

    group: Group
    period: int
    unit: int
    tiles: int
    offsets: Mapping[Buffer, int]
    size: int

    @property
    def units(self) -> int:
        """How many units there are, of which the last may be cut short."""
        return ceil(self.period / self.unit)

    @property
    def longest(self) -> int:
        """How many rows a tile has at most."""
        return min(ceil(self.units / self.tiles) * self.unit, self.period)

    @property
    def shortest(self) -> int:
        """How many rows a tile has at least."""
        return min(
            self.units // self.tiles * self.unit, self.period - (self.units - self.units // self.tiles) * self.unit
        )


def tiled(group: Group, target: Target) -> Tiled:
    """Return a group in tiles whose own buffers fit into the cache, where a row allows it."""
    period = gcd(*(period_of(nest) for nest in group.nests))
    taps = max((_taps(nest) for nest in group.nests), default=1)
    each = sum(buffer.shape[-1] for buffer in group.inside) * 4
    rows = min(LONGEST, max(target.cache // max(each, 1), 1), max(POINTERS // taps, 1))
    unit = target.block(period, WIDE).rows
    for nest in group.nests:
        window = window_of(nest)
        if isinstance(window, Window) and (both := lcm(unit, window.places(target))) <= rows:
            unit = both
    units = ceil(period / unit)
    tiles = ceil(units / max(rows // unit, 1))
    if period % unit and units // tiles == 1:  # the last tile would be one unit, and that cut short
        unit, tiles = period, 1
    cut = Tiled(group, period, unit, tiles, {}, 0)
    offsets, size = by_lifetime([(nest,) for nest in group.nests], group.inside, lambda one: _bytes(one, cut.longest))
    return replace(cut, offsets=offsets, size=size)


def period_of(nest: Nest) -> int:
    """Return how many rows in a row read the same second operand."""
    found = contraction_of(nest)
    if isinstance(found, Contraction):
        return prod(axis.extent for axis in found.rows[len(found.batch) :])
    return prod(nest.output.shape[:-1])


def _taps(nest: Nest) -> int:
    found = contraction_of(nest)
    return prod(axis.extent for axis in found.taps) if isinstance(found, Contraction) else 1


def _bytes(buffer: Buffer, rows: int) -> int:
    return ceil(buffer.shape[-1] * rows * 4 / ALIGNMENT) * ALIGNMENT
