"""Shape rules over groups of axes that no signature can say by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from archc import shapes
from archc.graph.static import Shape, Static
from archc.semantics.builtins.builtin import Obligations, StaticError, Taking, builtin
from archc.semantics.builtins.sequences import place
from archc.semantics.builtins.takings import AXES, DIM, DIMS, FLAG, NUMBER, NUMBERS, is_sequence, items
from archc.shapes import Scalar


def dims(value: Static) -> Shape:
    """Return a checked sequence of sizes as a shape."""
    return cast("Shape", items(value))


def positions(axis: Static, count: int) -> tuple[int, ...]:
    """Return checked axes as positions among `count`, counted from 0; raise StaticError where one is named twice."""
    found = tuple(place(one, count) % count for one in items(axis))
    if len(set(found)) < len(found):
        raise StaticError("the same axis is named twice")
    return found


@builtin(shape=DIMS)
def size(shape: Static) -> Static:
    """The number of elements of a shape."""
    return shapes.product(dims(shape))


def differing(axes: Sequence[int]) -> str:
    """Return `axis 1 differs`, `axes 2 and 3 differ`."""
    listed = " and ".join(map(str, axes))
    return f"axis {listed} differs" if len(axes) == 1 else f"axes {listed} differ"


def _joined(obligations: Obligations, left: Shape, right: Shape) -> Shape:
    """Return the shape of two operands of as many axes together."""
    unequal = {at: (a, b) for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b and a != 1 and b != 1}
    if unequal:
        what = f"operands must be equal along every axis, or 1 there, and {differing(tuple(unequal))}"
        obligations.all_equal(tuple(unequal.values()), what)
    return tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))


@builtin(obliges=True, left=DIMS, right=DIMS, axis=AXES.optional())
def broadcast(obligations: Obligations, left: Static, right: Static, axis: Static = None) -> Static:
    """The shape of two operands together, lined up at their last axes as in NumPy, or at `axis` of the left one.

    An axis of 1 in the text is repeated; a size that is free is never taken for 1.
    """
    a, b = dims(left), dims(right)
    if axis is not None:
        return _along(obligations, a, b, positions(axis, len(a)))
    rank = max(len(a), len(b))
    wide_a, wide_b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    return _joined(obligations, wide_a, wide_b)


def _along(obligations: Obligations, left: Shape, right: Shape, axis: tuple[int, ...]) -> Shape:
    if len(axis) != len(right):
        raise StaticError(
            f"the second operand has {len(right)} axes, and `axis` names {len(axis)}",
            "name one axis of the first operand for every axis of the second",
        )
    joined = list(left)
    together = _joined(obligations, tuple(left[position] for position in axis), right)
    for position, dim in zip(axis, together, strict=True):
        joined[position] = dim
    return tuple(joined)


@builtin(shape=DIMS, axis=AXES.optional(), keep=FLAG)
def reduced(shape: Static, axis: Static = None, keep: bool = False) -> Static:
    """A shape after a reduction over `axis` (over all axes without one): the axes go, or stay as 1 with `keep`."""
    full = dims(shape)
    gone = range(len(full)) if axis is None else positions(axis, len(full))
    if keep:
        return tuple(1 if position in gone else dim for position, dim in enumerate(full))
    return tuple(dim for position, dim in enumerate(full) if position not in gone)


@builtin(shape=DIMS, order=AXES)
def permuted(shape: Static, order: Static) -> Static:
    """A shape with its axes in another order."""
    full = dims(shape)
    if sorted(cast("tuple[int, ...]", items(order))) != list(range(len(full))):
        raise StaticError(f"an order of {len(full)} axes names each of them once, from 0 to {len(full) - 1}")
    return tuple(full[place(axis, len(full))] for axis in items(order))


@builtin(shape=DIMS, axis=AXES)
def halved(shape: Static, axis: Static) -> Static:
    """The shape of a real tensor's spectrum over `axis`: the last of these keeps n // 2 + 1 places."""
    result = list(dims(shape))
    if not items(axis):
        raise StaticError("a transform needs at least one axis")
    last = positions(axis, len(result))[-1]
    result[last] = shapes.add(shapes.floordiv(result[last], 2), 1)
    return tuple(result)


@builtin(shape=DIMS, axis=AXES, before=DIMS, after=DIMS)
def padded(shape: Static, axis: Static, before: Static, after: Static) -> Static:
    """A shape with places added before and after each of `axis`."""
    result = list(dims(shape))
    over = positions(axis, len(result))
    low_sides = cast("Shape", per_axis(before, len(over), "before"))
    high_sides = cast("Shape", per_axis(after, len(over), "after"))
    for position, low, high in zip(over, low_sides, high_sides, strict=True):
        result[position] = shapes.total((result[position], low, high))
    return tuple(result)


def per_axis(value: Static, rank: int, what: str) -> tuple[Static, ...]:
    """Return one entry for every axis, of one that holds for all or a sequence of them."""
    if not is_sequence(value):
        return (value,) * rank
    if len(items(value)) != rank:
        raise StaticError(f"`{what}` has {len(items(value))} entries for {rank} axes")
    return items(value)


SIZE = Taking("a size, or a sequence of them", lambda value: DIM.accepts(value) or DIMS.accepts(value))
SCALE = Taking("a number, or a sequence of them", lambda value: NUMBER.accepts(value) or NUMBERS.accepts(value))


@builtin(shape=DIMS, axis=AXES.optional(), size=SIZE.optional(), scale=SCALE.optional())
def resized(shape: Static, axis: Static, size: Static, scale: Static) -> Static:
    """A shape whose axes `axis` (all behind the second without it) get the sizes `size`, or are scaled by `scale`."""
    if (size is None) == (scale is None):
        raise StaticError("give either `size` or `scale`")
    result = list(dims(shape))
    where = range(2, len(result)) if axis is None else positions(axis, len(result))
    if scale is None:
        given = cast("Shape", _for_all(size, len(where), "size"))
    else:
        factors = cast("tuple[Scalar, ...]", _for_all(scale, len(where), "scale"))
        given = tuple(shapes.floor(shapes.mul(result[at], by)) for at, by in zip(where, factors, strict=True))
    for position, dim in zip(where, given, strict=True):
        result[position] = dim
    return tuple(result)


def _for_all(value: Static, rank: int, what: str) -> tuple[Static, ...]:
    """Return one entry for every axis; a sequence of one holds for all, as the kind of a parameter makes it."""
    alone = is_sequence(value) and len(items(value)) == 1
    return per_axis(items(value)[0] if alone else value, rank, what)


AXIS_FUNCTIONS = (size, broadcast, reduced, permuted, halved, padded, resized)
