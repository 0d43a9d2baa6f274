"""Which nests a target has kernels for, and the lines of a group of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import prod

from archc.backends.cpu.plan import Unit
from archc.backends.cpu.stages import Stage, Written, written
from archc.backends.cpu.target import Block, Target
from archc.backends.cpu.tiling import Tiled, period_of
from archc.graph.static import DType
from archc.loops.contraction import Contraction, contraction_of
from archc.loops.index import Axis
from archc.loops.nest import Buffer, Nest, loads
from archc.loops.rows import Group, as_rows, rows_of

MANY_TAPS = 512
"""A window of more taps than this has no kernel."""


@dataclass(slots=True)
class Kernels:
    """The kernels of a target. `blocks` has the products whose operands are packed, by what they make."""

    target: Target
    blocks: dict[Buffer, Block] = field(default_factory=dict)

    def block(self, product: Contraction) -> Block | None:
        """Return the block for a product of float32 numbers, None where there is no kernel for it."""
        nest = product.nest
        taps = prod(axis.extent for axis in product.taps)
        if taps > MANY_TAPS or not _is_float(nest) or not product.size or 0 in nest.output.shape:
            return None
        found = self.target.block(period_of(nest), product.column.extent)
        return found if isinstance(self._written(nest, found), Written) else None

    def takes(self, nest: Nest) -> bool:
        """Tell whether a nest may be in a group."""
        shape = nest.output.shape
        return _is_float(nest) and 0 not in shape and shape != () and isinstance(self._written(nest), Written)

    def choice(self, nest: Nest) -> str:
        """Return the name of the kernel that takes a nest, or the reasons why none does."""
        if not _is_float(nest) or 0 in nest.output.shape or nest.output.shape == ():
            return "it has no rows of float32 numbers"
        found = self._written(nest)
        return found if isinstance(found, str) else found.kernel

    def _written(self, nest: Nest, block: Block | None = None) -> Written | str:
        buffers = dict.fromkeys((nest.output, *(load.buffer for load in loads(nest))), "in")
        row = Axis(rows_of(nest.output), "r")
        rows = as_rows(nest, row)
        own = block or self.blocks.get(nest.output)
        return written(Stage(rows, row, buffers, False, 1, self.target, own))

    def lines(self, tiled: Tiled, buffers: Mapping[Buffer, str]) -> list[str]:
        """Return the lines for one tile of a group."""
        group = tiled.group
        row, local = Axis(group.rows, "r"), Axis(group.rows, "l")
        lines: list[str] = []
        for nest in group.nests:
            rows = as_rows(nest, row, group.inside, local)
            block = self.blocks.get(nest.output)
            if block is not None and block.rows > tiled.shortest:
                block = replace(block, rows=tiled.shortest)
            inside = nest.output in group.inside
            stage = Stage(rows, local, buffers, inside, tiled.longest, self.target, block)
            found = written(stage)
            assert isinstance(found, Written), found
            lines += found.lines
        return lines

    def deepest(self, units: Iterable[Unit]) -> int:
        """Return how many zeros stand for a row outside of a tensor."""
        found = [contraction_of(nest) for unit in units if isinstance(unit, Group) for nest in unit.nests]
        return max((one.depth.extent for one in found if isinstance(one, Contraction) and one.depth), default=1)


def _is_float(nest: Nest) -> bool:
    return nest.output.dtype is DType.FLOAT
