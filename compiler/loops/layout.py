"""Layout assignment: which axis of every tensor is the innermost one in memory.

A convolution sums over channels, so that channels want to lie side by side, in what it reads and in what it writes; the
text says that the channel is axis 1. Every sum of products with weights votes for the axes that it wants innermost, the
other nests want of their operands what was chosen for their results and the other way round. A layout is no property of
a buffer: the axes of the buffer are put into another order, and with them the loops that write it and the indices that
read it, so that everything after sees dense tensors in row-major order. Inputs, outputs and weights stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod

from archc.loops.contraction import axes_in, product_of
from archc.loops.index import Axis
from archc.loops.nest import Buffer, Nest, Program, loads
from archc.loops.nest import nest as plain
from archc.loops.scalar import Load, Scalar
from archc.loops.substitution import Substitution

Votes = dict[Buffer, Counter[int]]


def laid_out(program: Program) -> Program:
    """Return a program whose tensors have the axes innermost along which they are worked on."""
    fixed = fixed_buffers(program)
    innermost = _chosen(program, fixed)
    made = {nest.output for nest in program.nests}
    orders = {
        buffer: order
        for buffer, axis in innermost.items()
        if buffer in made and (order := _order(len(buffer.shape), axis)) != tuple(range(len(buffer.shape)))
    }
    moved = {
        buffer: Buffer(_permuted(buffer.shape, order), buffer.dtype, buffer.name) for buffer, order in orders.items()
    }
    nests: list[Nest] = []
    for nest in program.nests:
        nests.append(_moved(nest, moved, orders))
        if nest.output in moved and nest.output in program.outputs:
            nests.append(_back(nest.output, moved[nest.output], orders[nest.output]))
    return replace(program, nests=tuple(nests))


def fixed_buffers(program: Program) -> set[Buffer]:
    """Return the weights and what is made of weights alone."""
    fixed = {buffer for _, buffer in program.weights}
    for nest in program.nests:
        if all(load.buffer in fixed or load.buffer.values is not None for load in loads(nest)):
            fixed.add(nest.output)
    return fixed


# -- votes ---------------------------------------------------------------------------------------


def _chosen(program: Program, fixed: set[Buffer]) -> dict[Buffer, int]:
    """Return the innermost axis of every buffer that has one by vote or by its neighbours."""
    votes: Votes = {}
    for nest in program.nests:
        for buffer, axis in _wanted(nest, fixed):
            votes.setdefault(buffer, Counter())[axis] += prod(one.extent for one in (*nest.axes, *nest.reduced))
    chosen = {buffer: counted.most_common(1)[0][0] for buffer, counted in votes.items()}
    kept = fixed.union(program.inputs)
    changed = True
    while changed:
        before = len(chosen)
        for nest in program.nests:
            _pass_on(nest, chosen, kept)
        for nest in reversed(program.nests):
            _pass_on(nest, chosen, kept)
        changed = len(chosen) > before
    return {buffer: axis for buffer, axis in chosen.items() if buffer not in kept}


def _wanted(nest: Nest, fixed: set[Buffer]) -> Iterator[tuple[Buffer, int]]:
    """Yield what a sum of products with weights wants innermost: the channels of its result and of what it reads."""
    product = product_of(nest)
    if product is None:
        return
    pairs = (product.guarded, product.other), (product.other, product.guarded)
    for x, weight in pairs:
        if weight.buffer in fixed and x.buffer not in fixed:
            of_weight = axes_in(*weight.index)
            channels = [(axis.extent, -at) for at, axis in enumerate(nest.axes) if axis in of_weight]
            if channels:
                channel = -max(channels)[1]
                yield nest.output, channel
                wanted = {*nest.reduced, nest.axes[channel]}
                alone = [(x.buffer.shape[at], -at) for at, one in enumerate(x.index) if one in wanted]
                if alone:
                    yield x.buffer, -max(alone)[1]


def _pass_on(nest: Nest, chosen: dict[Buffer, int], kept: set[Buffer]) -> None:
    """Choose for the result what was chosen for an operand along the same loop, and for operands as for the result."""
    for load in loads(nest):
        axis = chosen.get(load.buffer)
        if axis is not None and load.buffer not in kept and nest.output not in chosen:
            index = load.index[axis]
            if index in nest.axes:
                chosen[nest.output] = nest.axes.index(index)
            elif (
                nest.output.shape and len(nest.output.shape) == len(load.buffer.shape) and nest.output.shape[axis] == 1
            ):
                chosen[nest.output] = axis
    own = chosen.get(nest.output)
    if own is not None:
        for load in loads(nest):
            if load.buffer not in chosen and nest.axes[own] in load.index:
                chosen[load.buffer] = load.index.index(nest.axes[own])


# -- other orders --------------------------------------------------------------------------------


def _order(rank: int, innermost: int) -> tuple[int, ...]:
    return (*(axis for axis in range(rank) if axis != innermost), innermost)


def _permuted(items: tuple[int, ...], order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(items[at] for at in order)


def _moved(nest: Nest, moved: Mapping[Buffer, Buffer], orders: Mapping[Buffer, tuple[int, ...]]) -> Nest:
    """Return a nest that reads and writes the moved buffers in place of the old ones."""

    def put(load: Load) -> Scalar:
        if load.buffer not in moved:
            return load
        return Load(moved[load.buffer], tuple(load.index[at] for at in orders[load.buffer]))

    by = Substitution({}, put)
    body = None if nest.body is None else by.scalar(nest.body)
    order = orders.get(nest.output, tuple(range(len(nest.axes))))
    return replace(
        nest,
        output=moved.get(nest.output, nest.output),
        axes=tuple(nest.axes[at] for at in order),
        body=body,
        epilogue=by.scalar(nest.epilogue),
    )


def _back(output: Buffer, moved: Buffer, order: tuple[int, ...]) -> Nest:
    """Return the nest that writes an output as its reader wants it."""

    def entry(*i: Axis) -> Scalar:
        return Load(moved, tuple(i[at] for at in order))

    return replace(plain(output, entry), operator="copy")
