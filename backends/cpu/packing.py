"""Operands in the order in which kernels read them: matrices in panels, weights with their channels side by side.

A panel holds as many columns of a matrix as a kernel has in registers, and goes on by one term of the sums:

    packed[batch, column // T, term, column % T] = b[batch, column, term],  0 for columns that there are not

Packing is a nest like any other. That of weights runs once, when they are loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from archc.backends.cpu.target import Block
from archc.loops.contraction import Contraction, contraction_of, product_of, steps
from archc.loops.index import Axis, Index, as_index
from archc.loops.layout import fixed_buffers
from archc.loops.nest import Buffer, Nest, Program, loads, nest
from archc.loops.scalar import Compute, Function, Load, Number, Scalar, Within, select
from archc.loops.substitution import Substitution
from archc.loops.use import flattened
from archc.records import record


@record
class Packed:
    """A program whose kernels find their operands in order. `blocks` are those of the nests that are products."""

    program: Program
    blocks: tuple[tuple[Buffer, Block], ...]


def packed(program: Program, block: Callable[[Contraction], Block | None], vector: int) -> Packed:
    """Return a program with operands packed for the blocks that `block` chooses; it chooses none where no kernel is."""
    fixed = fixed_buffers(program)
    nests: list[Nest] = []
    blocks: list[tuple[Buffer, Block]] = []
    for one in program.nests:
        found = contraction_of(one)
        chosen = None if isinstance(found, str) or one.output in fixed else block(found)
        if isinstance(found, Contraction) and chosen is not None:
            panels, product = _paneled(found, chosen.vectors * vector)
            nests += (panels, product)
            blocks.append((one.output, chosen))
        else:
            nests += (one,) if one.output in fixed else _turned(one, fixed)
    return Packed(replace(program, nests=tuple(nests)), tuple(blocks))


def _paneled(product: Contraction, width: int) -> tuple[Nest, Nest]:
    """Return the nest that packs the second operand of a product into panels, and the product of panels."""
    columns = product.column.extent
    before, terms = product.batch, product.reduced
    shape = (*(axis.extent for axis in before), -(-columns // width), *(axis.extent for axis in terms), width)
    panels = Buffer(shape, product.b.buffer.dtype, product.b.buffer.name)

    def entry(*i: Axis) -> Scalar:
        tile, inside = i[len(before)], i[-1]
        column = tile * width + inside
        places: dict[Axis, Index] = dict(zip(before, i, strict=False))
        places.update(zip(terms, i[len(before) + 1 : -1], strict=True))
        load = Substitution({**places, product.column: column}).scalar(product.b)
        return select((Within(column, 0, columns),), load, Number(0.0))

    column = product.column
    b = Load(panels, (*before, column // width, *terms, column % width))
    a = select(product.guards, product.a, Number(0.0))
    body = Compute(Function.MUL, (a, b))
    whole = replace(product.nest, body=body, reduced=terms)
    return replace(nest(panels, entry), operator="pack", site=product.nest.site), whole


def _turned(one: Nest, fixed: set[Buffer]) -> tuple[Nest, ...]:
    """Return a nest that reads weights along its last axis, with the weights in this order, and what turns them."""
    if product_of(one) is None or not one.axes:
        return (one,)
    column = one.axes[-1]
    made: dict[Buffer, tuple[Nest, int]] = {}
    for load in loads(one):
        if load.buffer in fixed and column in load.index and steps(_place(load), column) != 1:
            made[load.buffer] = _turn(load.buffer, load.index.index(column), one)

    def put(load: Load) -> Scalar:
        if load.buffer not in made:
            return load
        turn, axis = made[load.buffer]
        return Load(turn.output, (*load.index[:axis], *load.index[axis + 1 :], load.index[axis]))

    by = Substitution({}, put)
    body = None if one.body is None else by.scalar(one.body)
    return (*(turn for turn, _ in made.values()), replace(one, body=body, epilogue=by.scalar(one.epilogue)))


def _turn(buffer: Buffer, axis: int, of: Nest) -> tuple[Nest, int]:
    """Return the nest that puts an axis of a buffer last."""
    output = Buffer((*buffer.shape[:axis], *buffer.shape[axis + 1 :], buffer.shape[axis]), buffer.dtype, buffer.name)

    def entry(*i: Axis) -> Scalar:
        return Load(buffer, (*i[:axis], i[-1], *i[axis:-1]))

    return replace(nest(output, entry), operator="turn", site=of.site), axis


def _place(load: Load) -> Index:
    return flattened(load.index, load.buffer.shape) if load.index else as_index(0)
