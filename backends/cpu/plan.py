"""Where every buffer lies: weights and what is made of them alone in the model, all else in a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from archc.graph.static import DType
from archc.loops.nest import Buffer, Nest, Program, loads
from archc.records import record

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
    """`prepared` nests run when weights are loaded, `nests` at every run. Offsets and sizes are in bytes.

    `stored` are the offsets of weights and of what is prepared in the model, `placed` those of what one run makes
    along the way in its workspace.
    """

    prepared: tuple[Nest, ...]
    nests: tuple[Nest, ...]
    stored: Mapping[Buffer, int]
    storage: int
    placed: Mapping[Buffer, int]
    workspace: int


def planned(program: Program) -> Plan:
    """Return the plan of a program."""
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
    placed, workspace = _by_lifetime(nests, program.outputs)
    return Plan(tuple(prepared), tuple(nests), stored, storage, placed, workspace)


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


def _by_lifetime(nests: list[Nest], outputs: tuple[Buffer, ...]) -> tuple[dict[Buffer, int], int]:
    """Give every buffer the lowest place that is free from the nest that writes it to the last that reads it."""
    last: dict[Buffer, int] = {}
    for at, nest in enumerate(nests):
        last[nest.output] = at
        last.update((load.buffer, at) for load in loads(nest))
    offsets: dict[Buffer, int] = {}
    peak = 0
    alive: list[Buffer] = []
    for at, nest in enumerate(nests):
        if nest.output not in outputs:
            offsets[nest.output] = _lowest(nest.output, alive, offsets)
            peak = max(peak, offsets[nest.output] + bytes_of(nest.output))
            alive.append(nest.output)
        alive = [buffer for buffer in alive if last[buffer] > at]
    return offsets, peak


def _lowest(buffer: Buffer, alive: list[Buffer], offsets: Mapping[Buffer, int]) -> int:
    start = 0
    for other in sorted(alive, key=offsets.__getitem__):
        if start + bytes_of(buffer) <= offsets[other]:
            break
        start = max(start, offsets[other] + bytes_of(other))
    return start
