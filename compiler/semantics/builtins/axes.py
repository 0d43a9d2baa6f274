"""Shape rules over groups of axes that no signature can say by itself."""

from __future__ import annotations

from archc import shapes
from archc.graph.static import Dim, Shape, Static, Symbol
from archc.semantics.builtins.builtin import Obligations, StaticError, Taking, builtin
from archc.semantics.builtins.takings import AXES, DIM, DIMS, FLAG, NUMBERS, VALUE, is_integer, is_sequence, items


def dims(value: Static) -> Shape:
    """Return a checked sequence of sizes as a shape."""
    return items(value)  # type: ignore[return-value]


@builtin(name="size", shape=DIMS)
def size(shape: Static) -> Dim:
    """The number of elements of a shape."""
    return shapes.product(dims(shape))


def _joined(obligations: Obligations, left: Dim, right: Dim) -> Dim:
    if left == right or right == 1:
        return left
    if left == 1:
        return right
    obligations.equal(left, right, "operands of one operator must agree, or be 1, on every axis")
    return left


@builtin(obliges=True, left=DIMS, right=DIMS, axis=AXES.optional())
def broadcast(obligations: Obligations, left: Static, right: Static, axis: Static = None) -> Shape:
    """The shape of two operands together, lined up at their last axes as in NumPy, or at `axis` of the left one.

    An axis of 1 in the text is repeated; a size that is free is never taken for 1.
    """
    a, b = dims(left), dims(right)
    if axis is not None:
        return _along(obligations, a, b, items(axis))  # type: ignore[arg-type]
    rank = max(len(a), len(b))
    wide_a, wide_b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    return tuple(_joined(obligations, x, y) for x, y in zip(wide_a, wide_b, strict=True))


def _along(obligations: Obligations, left: Shape, right: Shape, axis: tuple[int, ...]) -> Shape:
    if len(axis) != len(right):
        raise StaticError(
            f"the second operand has {len(right)} axes, and `axis` names {len(axis)}",
            "name one axis of the first operand for every axis of the second",
        )
    joined = list(left)
    for position, dim in zip(axis, right, strict=True):
        joined[position] = _joined(obligations, joined[position], dim)
    return tuple(joined)


@builtin(shape=DIMS, axis=AXES.optional(), keep=FLAG)
def reduced(shape: Static, axis: Static = None, keep: bool = False) -> Shape:
    """A shape after a reduction over `axis` (over all axes without one): the axes go, or stay as 1 with `keep`."""
    gone = range(len(dims(shape))) if axis is None else items(axis)
    kept = [1 if position in gone else dim for position, dim in enumerate(dims(shape))]
    return tuple(kept) if keep else tuple(d for position, d in enumerate(dims(shape)) if position not in gone)


@builtin(shape=DIMS, order=AXES)
def permuted(shape: Static, order: Static) -> Shape:
    """A shape with its axes in another order."""
    if sorted(items(order)) != list(range(len(dims(shape)))):  # type: ignore[type-var]
        raise StaticError(f"an order of {len(dims(shape))} axes names each of 0..{len(dims(shape))} once")
    return tuple(dims(shape)[axis] for axis in items(order))  # type: ignore[index]


def _is_pad(value: Static) -> bool:
    return (
        is_integer(value)
        or isinstance(value, Symbol)
        or (is_sequence(value) and all(is_integer(v) or DIMS.accepts(v) for v in items(value)))
    )


PAD = Taking("an integer, a row (before, after), a list of one of these for every axis, `same` or `valid`", _is_pad)


@builtin(pad=PAD, shape=DIMS, reach=VALUE, stride=VALUE)
def sides(pad: Static, shape: Static, reach: Static = 1, stride: Static = 1) -> tuple[Shape, Shape]:
    """What is added before and after every axis: two sequences.

    `reach` is what a window covers of an axis. With `same` a window starts at every `stride`-th place and the odd one
    of the added places stands last, as in TensorFlow; with `valid` nothing is added.
    """
    rank = len(dims(shape))
    if isinstance(pad, Symbol):
        pairs = _named_sides(pad, dims(shape), per_axis(reach, rank, "reach"), per_axis(stride, rank, "stride"))
    elif isinstance(pad, tuple):
        pairs = tuple(_pair(one) for one in _lengths(pad, rank, "pad"))
    else:
        pairs = (_pair(pad),) * rank
    return tuple(before for before, _ in pairs), tuple(after for _, after in pairs)


def per_axis(value: Static, rank: int, what: str) -> Shape:
    """Return one size for every axis, of one that holds for all or a sequence of them."""
    if is_sequence(value):
        return dims(_lengths(items(value), rank, what))
    return (value,) * rank  # type: ignore[return-value]


def _lengths(values: tuple[Static, ...], rank: int, what: str) -> tuple[Static, ...]:
    if len(values) != rank:
        raise StaticError(f"`{what}` has {len(values)} entries for {rank} axes")
    return values


def _pair(pad: Static) -> tuple[Dim, Dim]:
    if is_sequence(pad):
        return _lengths(items(pad), 2, "pad")  # type: ignore[return-value]
    return pad, pad  # type: ignore[return-value]


def _named_sides(pad: Symbol, shape: Shape, reach: Shape, stride: Shape) -> tuple[tuple[Dim, Dim], ...]:
    if pad.name == "valid":
        return ((0, 0),) * len(shape)
    if pad.name != "same":
        raise StaticError(f"`{pad.name}` is no pad", "pads by name are `same` and `valid`")
    return tuple(_same(*axis) for axis in zip(shape, reach, stride, strict=True))


def _same(dim: Dim, reach: Dim, stride: Dim) -> tuple[Dim, Dim]:
    covered = shapes.add(shapes.mul(shapes.sub(shapes.ceildiv(dim, stride), 1), stride), reach)
    total = shapes.maximum(shapes.sub(covered, dim), 0)
    before = shapes.floordiv(total, 2)
    return before, shapes.sub(total, before)


def _is_scale(value: Static) -> bool:
    return value is None or NUMBERS.accepts(value) or NUMBERS.accepts((value,))


@builtin(
    shape=DIMS,
    axis=AXES.optional(),
    size=Taking("a size or a sequence of them, or `none`", lambda v: v is None or DIM.accepts(v) or DIMS.accepts(v)),
    scale=Taking("a number or a sequence of them, or `none`", _is_scale),
)
def resized(shape: Static, axis: Static, size: Static, scale: Static) -> Shape:
    """A shape whose axes `axis` (all behind the second without it) get the sizes `size`, or are scaled by `scale`."""
    if (size is None) == (scale is None):
        raise StaticError("`resize` takes either `size` or `scale`")
    result = list(dims(shape))
    where = range(2, len(result)) if axis is None else items(axis)
    given = per_axis(scale if size is None else size, len(where), "scale" if size is None else "size")
    for position, value in zip(where, given, strict=True):
        result[position] = value if scale is None else _scaled(result[position], value)  # type: ignore[index]
    return tuple(result)


def _scaled(dim: Dim, scale: Dim | float) -> Dim:
    """Return floor(dim * scale), exact where the scale is an integer or one over an integer."""
    if not isinstance(scale, float):
        return shapes.mul(dim, scale)
    if not 0 < scale < 1e6:
        raise StaticError(f"a scale is a positive number, not `{scale}`")
    numerator, denominator = _ratio(scale)
    if isinstance(dim, int):
        return int(dim * scale)
    return shapes.floordiv(shapes.mul(dim, numerator), denominator)


def _ratio(scale: float) -> tuple[int, int]:
    """Return the fraction with a small denominator that a float stands for."""
    from fractions import Fraction

    fraction = Fraction(scale).limit_denominator(4096)
    if float(fraction) != scale:
        raise StaticError(f"a free size cannot be scaled by `{scale}`", "give `size`, or a simple fraction")
    return fraction.numerator, fraction.denominator


AXIS_FUNCTIONS = (size, broadcast, reduced, permuted, sides, resized)
