"""What windows see beyond the ends of an axis."""

from __future__ import annotations

from typing import cast

from archc import shapes
from archc.graph.static import Dim, Shape, Static, Symbol
from archc.semantics.builtins.axes import SIZE, dims, per_axis
from archc.semantics.builtins.builtin import StaticError, Taking, builtin
from archc.semantics.builtins.takings import DIMS, is_dim, is_sequence, items


def _is_amount(value: Static) -> bool:
    return is_dim(value) or DIMS.accepts(value)


def _is_pad(value: Static) -> bool:
    return isinstance(value, Symbol) or _is_amount(value) or (is_sequence(value) and all(map(_is_amount, items(value))))


PAD = Taking("an amount, a row (before, after), a list of one of these for every axis, `same` or `valid`", _is_pad)


@builtin(pad=PAD, shape=DIMS, reach=SIZE, stride=SIZE)
def sides(pad: Static, shape: Static, reach: Static = 1, stride: Static = 1) -> Static:
    """What is added before and after every axis: two sequences.

    `reach` is what a window covers of an axis. With `same` there are ceil(n / stride) windows and the odd one of the
    added places stands last, as in TensorFlow; with `valid` nothing is added.
    """
    rank = len(dims(shape))
    if isinstance(pad, Symbol):
        reaches, strides = per_axis(reach, rank, "reach"), per_axis(stride, rank, "stride")
        pairs = _named(pad.name, dims(shape), cast("Shape", reaches), cast("Shape", strides))
    elif isinstance(pad, tuple):
        pairs = tuple(map(_pair, per_axis(pad, rank, "pad")))
    else:
        pairs = (_pair(pad),) * rank
    return tuple(before for before, _ in pairs), tuple(after for _, after in pairs)


def _pair(pad: Static) -> tuple[Dim, Dim]:
    if is_dim(pad):
        return cast("Dim", pad), cast("Dim", pad)
    if len(items(pad)) != 2:
        raise StaticError(f"the two sides of an axis are a row (before, after), not {len(items(pad))} entries")
    return cast("tuple[Dim, Dim]", items(pad))


def _named(name: str, shape: Shape, reach: Shape, stride: Shape) -> tuple[tuple[Dim, Dim], ...]:
    if name == "same":
        return tuple(_same(*axis) for axis in zip(shape, reach, stride, strict=True))
    if name == "valid":
        return ((0, 0),) * len(shape)
    raise StaticError(f"`{name}` is no pad", "pads by name are `same` and `valid`")


def _same(dim: Dim, reach: Dim, stride: Dim) -> tuple[Dim, Dim]:
    covered = shapes.add(shapes.mul(shapes.sub(shapes.ceildiv(dim, stride), 1), stride), reach)
    added = shapes.maximum(shapes.sub(covered, dim), 0)
    before = shapes.floordiv(added, 2)
    return before, shapes.sub(added, before)


PAD_FUNCTIONS = (sides,)
