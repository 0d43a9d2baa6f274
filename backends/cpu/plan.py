"""Where every buffer lies: weights and what is made of them alone in the model, all else in a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod

from archc.graph.static import DType
from archc.loops.nest import Buffer, Nest, Program, loads
from archc.loops.rows import Group, grouped
from archc.records import record

Unit = Group | Nest
"""What is run at once: nests that go over the same rows together, or one by itself."""

ALIGNMENT = 64
"""Bytes of a cache line, which is also the longest vector."""

SIZES: Mapping[DType, int] = {
    DType.FLOAT: 4,
    DType.F32: 4,
    DType.F64: 8,
    DType.COMPLEX: 8,
    DType.I8: 1,
    DType.I32: 4,
    DType.I64: 8,
    DType.BOOL: 1,
}
"""Bytes of an entry."""


@record
class Plan:
    """`prepared` nests run when weights are loaded, `units` at every run. Offsets and sizes are in bytes.

    `stored` are the offsets of weights and of what is prepared in the model, `placed` those of what one run makes
    along the way in its workspace. Behind it, every thread has `scratch` bytes for what a tile makes for itself.
    """

    prepared: tuple[Nest, ...]
    units: tuple[Unit, ...]
    stored: Mapping[Buffer, int]
    storage: int
    placed: Mapping[Buffer, int]
    workspace: int
    scratch: int

    def needed(self, threads: int) -> int:
        """Return how many bytes one run needs along the way."""
        return self.workspace + threads * self.scratch


def planned(program: Program, eligible: Callable[[Nest], bool], scratch: Callable[[Group], int]) -> Plan:
    """Return the plan of a program. Nests that are `eligible` may be in groups, of which each takes `scratch` bytes."""
    fixed = {buffer for _, buffer in program.weights}
    prepared: list[Nest] = []
    nests: list[Nest] = []
    for nest in program.nests:
        is_fixed = all(load.buffer in fixed or load.buffer.values is not None for load in loads(nest))
        if is_fixed and nest.output not in program.outputs:
            fixed.add(nest.output)
            prepared.append(nest)
        else:
            nests.append(nest)
    stored, storage = _one_after_the_other(
        [*(buffer for _, buffer in program.weights), *(nest.output for nest in prepared)]
    )
    units = tuple(grouped(nests, program.outputs, eligible))
    own = {buffer for unit in units if isinstance(unit, Group) for buffer in unit.inside}
    kept = [nest.output for nest in nests if nest.output not in own and nest.output not in program.outputs]
    placed, workspace = by_lifetime([nests_of(unit) for unit in units], kept, bytes_of)
    most = max((scratch(unit) for unit in units if isinstance(unit, Group)), default=0)
    return Plan(tuple(prepared), units, stored, storage, placed, workspace, most)


def nests_of(unit: Unit) -> tuple[Nest, ...]:
    """Return the nests of a group, or the one nest."""
    return unit.nests if isinstance(unit, Group) else (unit,)


def bytes_of(buffer: Buffer) -> int:
    """Return how many bytes a buffer takes, whole cache lines."""
    return -(-prod(buffer.shape) * SIZES[buffer.dtype] // ALIGNMENT) * ALIGNMENT


def _one_after_the_other(buffers: Iterable[Buffer]) -> tuple[dict[Buffer, int], int]:
    offsets: dict[Buffer, int] = {}
    end = 0
    for buffer in buffers:
        offsets[buffer] = end
        end += bytes_of(buffer)
    return offsets, end


def by_lifetime(
    steps: Sequence[tuple[Nest, ...]], kept: Iterable[Buffer], size: Callable[[Buffer], int]
) -> tuple[dict[Buffer, int], int]:
    """Give every buffer in `kept` the lowest place that is free from the step that writes it to the last that reads
    it; return the places, and how much they take together."""
    last: dict[Buffer, int] = {}
    for at, step in enumerate(steps):
        for nest in step:
            last[nest.output] = at
            last.update((load.buffer, at) for load in loads(nest))
    placed = set(kept)
    offsets: dict[Buffer, int] = {}
    peak = 0
    alive: list[Buffer] = []
    for at, step in enumerate(steps):
        for nest in step:
            if nest.output in placed:
                offsets[nest.output] = _lowest(nest.output, alive, offsets, size)
                peak = max(peak, offsets[nest.output] + size(nest.output))
                alive.append(nest.output)
        alive = [buffer for buffer in alive if last[buffer] > at]
    return offsets, peak


def _lowest(buffer: Buffer, alive: list[Buffer], offsets: Mapping[Buffer, int], size: Callable[[Buffer], int]) -> int:
    start = 0
    for other in sorted(alive, key=offsets.__getitem__):
        if start + size(buffer) <= offsets[other]:
            break
        start = max(start, offsets[other] + size(other))
    return start
