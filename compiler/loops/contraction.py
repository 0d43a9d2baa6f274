"""Nests that are sums of products of two tensors: matrix products, convolutions, attention.

    output[rows, column] = epilogue(sum over taps, depth of a[rows, taps, depth] b[batch, column, taps, depth])

The operand that varies along the column, which is the last axis of the output, is `b`; the other one, `a`, is the same
for a whole row. Of the reduced axes `depth` is the one along which `a` is dense, the others are the taps of a window.
What stands outside of `a` counts as zero. An outer product has neither; a dot product of two rows has no column.
"""

from __future__ import annotations

from math import prod

from archc.loops.index import Affine, Axis, Index, as_index
from archc.loops.nest import Combine, Nest, parts
from archc.loops.scalar import Compute, Function, Load, Number, Scalar, Select, Within
from archc.loops.use import flattened
from archc.records import record


@record
class Contraction:
    """See the module. `batch` are the first of the rows' axes, those on which `b` depends; `guards` say where `a` is
    not zero; `depth` is None where `a` is dense along no axis."""

    nest: Nest
    rows: tuple[Axis, ...]
    batch: tuple[Axis, ...]
    column: Axis
    taps: tuple[Axis, ...]
    depth: Axis | None
    guards: tuple[Within, ...]
    a: Load
    b: Load

    @property
    def reduced(self) -> tuple[Axis, ...]:
        """All reduced axes in the order in which they are summed: taps outside, depth inside."""
        return self.taps if self.depth is None else (*self.taps, self.depth)

    @property
    def size(self) -> int:
        """How many products are summed."""
        return prod(axis.extent for axis in self.reduced)


@record
class Product:
    """The body of a sum of products: two loads, of which the first may be guarded."""

    guards: tuple[Within, ...]
    guarded: Load
    other: Load


def product_of(nest: Nest) -> Product | None:
    """Return the body of a nest that sums products of two tensors, None of another."""
    if nest.combine is not Combine.SUM or not isinstance(nest.body, Compute) or nest.body.function is not Function.MUL:
        return None
    first, second = map(_guarded, nest.body.operands)
    if first is None or second is None or (first[0] and second[0]):
        return None
    if second[0]:
        first, second = second, first
    return Product(first[0], first[1], second[1])


def _guarded(scalar: Scalar) -> tuple[tuple[Within, ...], Load] | None:
    if isinstance(scalar, Load):
        return (), scalar
    if isinstance(scalar, Select) and scalar.otherwise == Number(0.0) and isinstance(scalar.then, Load):
        return scalar.conditions, scalar.then
    return None


def contraction_of(nest: Nest) -> Contraction | str:
    """Return a nest as a contraction, or the reason why it is none."""
    product = product_of(nest)
    if product is None:
        return "it is no sum of products of two tensors"
    if not nest.axes:
        return "it has one entry"
    *rows, column = nest.axes
    a, b = product.guarded, product.other
    if not product.guards and column in axes_in(*a.index):
        a, b = b, a
    of_a, of_b = axes_in(*a.index), axes_in(*b.index)
    guarding = axes_in(*(one.index for one in product.guards))
    if column in of_a or column in guarding:
        return "both operands vary along its last axis"
    if column not in of_b:
        return "no operand varies along its last axis alone"
    batch = tuple(axis for axis in rows if axis in of_b)
    if batch != tuple(rows[: len(batch)]):
        return "the operand that varies along its last axis varies along inner rows too"
    depth = _dense(a, tuple(axis for axis in nest.reduced if axis not in guarding))
    taps = tuple(axis for axis in nest.reduced if axis is not depth)
    return Contraction(nest, tuple(rows), batch, column, taps, depth, product.guards, a, b)


def _dense(load: Load, axes: tuple[Axis, ...]) -> Axis | None:
    """Return the longest axis along which the place that is loaded goes on by one."""
    place = flattened(load.index, load.buffer.shape)
    dense = [axis for axis in axes if steps(place, axis) == 1]
    return max(dense, key=lambda axis: axis.extent, default=None)


def steps(index: Index, axis: Axis) -> int | None:
    """Return by how much an index grows along an axis, 0 where it does not depend on it; None where that varies."""
    whole = index if isinstance(index, Affine) else as_index(0) + index
    terms = whole.terms if isinstance(whole, Affine) else ((whole, 1),)
    if any(axis in axes_in(term) for term, _ in terms if term is not axis):
        return None
    return dict(terms).get(axis, 0)


def axes_in(*indices: Index) -> set[Axis]:
    """Return the loops on which indices depend."""
    found: set[Axis] = set()
    open_ = list(indices)
    while open_:
        index = open_.pop()
        if isinstance(index, Axis):
            found.add(index)
        open_ += parts(index)
    return found
