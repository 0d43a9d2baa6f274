"""Reductions over axes, and what depends on the order along one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, prod

from archc.graph.static import DType
from archc.loops.index import Axis, Index
from archc.loops.nest import Combine, Nest, reduction
from archc.loops.operators.pointwise import as_float
from archc.loops.scalar import Function, Number, Position, Scalar, Within, compute, select
from archc.loops.use import Lowering, Source, Use


def placed(index: Sequence[Index], inside: Sequence[Index], axes: Sequence[int], keep: bool) -> tuple[Index, ...]:
    """Return an index with those of the reduced axes in their places: in the stead of axes of 1 with `keep`."""
    rest = [one for axis, one in enumerate(index) if not (keep and axis in axes)]
    found = dict(zip(axes, inside, strict=True))
    outer = iter(rest)
    return tuple(found[axis] if axis in found else next(outer) for axis in range(len(rest) + len(axes)))


def _reduction(combine: Combine, finish: Callable[[Scalar, int], Scalar] = lambda total, _: total) -> Lowering:
    def lower(use: Use) -> tuple[Nest, ...]:
        x = use.source("x")
        axes = use.axes(x.rank, range(x.rank))
        keep = use.value("keep") is True
        extents = [x.shape[axis] for axis in axes]
        return (
            reduction(
                use.result,
                extents,
                combine,
                lambda i, k: x.at(*placed(i, k, axes, keep)),
                lambda i, total: finish(total, prod(extents)),
            ),
        )

    return lower


def mean_of(x: Source, mean: Source, axes: Sequence[int]) -> Nest:
    """Return the nest that takes the mean of `x` over axes, which `mean` keeps as axes of 1."""
    assert mean.buffer is not None
    extents = [x.shape[axis] for axis in axes]
    return reduction(
        mean.buffer,
        extents,
        Combine.SUM,
        lambda i, k: x.at(*placed(i, k, axes, True)),
        lambda i, total: total / float(prod(extents)),
    )


def _argmax(use: Use) -> tuple[Nest, ...]:
    """The largest, then the first place where it stands; of numbers that are not any, the first of those."""
    x = use.source("x")
    axis = use.axis(x.rank)
    keep = use.value("keep") is True
    largest = use.temporary(use.result.shape, x.dtype)
    assert largest.buffer is not None
    extent = x.shape[axis]

    def first(i: tuple[Axis, ...], k: tuple[Axis, ...]) -> Scalar:
        entry = x.at(*placed(i, k, (axis,), keep))
        return first_place(entry, largest.at(*i), Position(k[0]), extent - 1)

    return (
        reduction(largest.buffer, [extent], Combine.MAX, lambda i, k: x.at(*placed(i, k, (axis,), keep))),
        reduction(use.result, [extent], Combine.MIN, first),
    )


def first_place(entry: Scalar, largest: Scalar, place: Scalar, otherwise: int) -> Scalar:
    """Return the place of an entry that is the largest, or no number, and a place behind it for others."""
    found = compute(Function.EQUAL, entry, largest)
    none = compute(Function.NOT_EQUAL, entry, entry)
    return compute(Function.CHOOSE, compute(Function.OR, found, none), place, Number(otherwise))


def _cumsum(use: Use) -> tuple[Nest, ...]:
    """Every entry sums all before it: the work grows with the square of the axis, and every entry is by itself."""
    x = use.source("x")
    axis = use.axis(x.rank)

    def entry(i: tuple[Axis, ...], k: tuple[Axis, ...]) -> Scalar:
        before = (*i[:axis], k[0], *i[axis + 1 :])
        return select((Within(i[axis] - k[0], 0, None),), x.at(*before), Number(0))

    return (reduction(use.result, [x.shape[axis]], Combine.SUM, entry),)


def _topk(use: Use) -> tuple[Nest, ...]:
    """Every entry is ranked by how many are larger, or equal and before it; place r takes the entry of rank r."""
    x = use.source("x")
    axis = use.axis(x.rank)
    values, places = use.results
    rank = use.temporary(x.shape, DType.I64)
    assert rank.buffer is not None
    extent = [x.shape[axis]]

    def along(i: Sequence[Index], k: Index) -> tuple[Index, ...]:
        return (*i[:axis], k, *i[axis + 1 :])

    def is_before(i: tuple[Axis, ...], k: tuple[Axis, ...]) -> Scalar:
        mine, other = x.at(*i), x.at(*along(i, k[0]))
        equal = compute(Function.EQUAL, other, mine)
        ahead = compute(Function.AND, equal, compute(Function.LESS, Position(k[0]), Position(i[axis])))
        before = compute(Function.OR, compute(Function.GREATER, other, mine), ahead)
        return compute(Function.CHOOSE, before, Number(1), Number(0))

    def of_rank(i: tuple[Axis, ...], k: tuple[Axis, ...], entry: Scalar, otherwise: Scalar) -> Scalar:
        mine = compute(Function.EQUAL, rank.at(*along(i, k[0])), Position(i[axis]))
        return compute(Function.CHOOSE, mine, entry, otherwise)

    return (
        reduction(rank.buffer, extent, Combine.SUM, is_before),
        reduction(
            values,
            extent,
            Combine.MAX,
            lambda i, k: of_rank(i, k, x.at(*along(i, k[0])), _least(x.dtype)),
        ),
        reduction(places, extent, Combine.MAX, lambda i, k: of_rank(i, k, Position(k[0]), Number(0))),
    )


def _least(dtype: DType) -> Scalar:
    """Return a number that none is below."""
    smallest = {DType.BOOL: False, DType.I8: -(2**7), DType.I32: -(2**31), DType.I64: -(2**62)}
    return Number(smallest.get(dtype, -inf))


def _gap(use: Use) -> tuple[Nest, ...]:
    x = use.source("x")
    axes = range(2, x.rank)
    keep = use.value("keep") is True
    extents = [x.shape[axis] for axis in axes]
    return (
        reduction(
            use.result,
            extents,
            Combine.SUM,
            lambda i, k: x.at(*placed(i, k, axes, keep)),
            lambda i, total: total / float(prod(extents)),
        ),
    )


def mean(total: Scalar, count: int) -> Scalar:
    """Return a sum divided by how many were summed."""
    return as_float(total) / float(count) if count else Number(float("nan"))


REDUCTIONS: dict[str, Lowering] = {
    "sum": _reduction(Combine.SUM),
    "prod": _reduction(Combine.PROD),
    "max": _reduction(Combine.MAX),
    "min": _reduction(Combine.MIN),
    "mean": _reduction(Combine.SUM, mean),
    "gap": _gap,
    "argmax": _argmax,
    "cumsum": _cumsum,
    "topk": _topk,
}
