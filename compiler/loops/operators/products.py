"""Sums of products: dense maps, convolutions, matrix products."""

from __future__ import annotations

from archc.graph.static import Dim
from archc.loops.index import Axis, Index, as_index
from archc.loops.nest import Combine, Nest, reduction
from archc.loops.operators.borders import filled
from archc.loops.scalar import Number, Scalar, Within, select
from archc.loops.use import Lowering, Source, Use
from archc.semantics.builtins.contraction import contraction
from archc.shapes import Relation

Axes = tuple[Axis, ...]


def _linear(use: Use) -> tuple[Nest, ...]:
    x, weight = use.source("x"), use.source("weight")
    axis = use.axis(x.rank)

    def product(i: Axes, k: Axes) -> Scalar:
        return x.at(*i[:axis], k[0], *i[axis + 1 :]) * weight.at(i[axis], k[0])

    return (reduction(use.result, [x.shape[axis]], Combine.SUM, product, lambda i, total: biased(use, total, i[axis])),)


def biased(use: Use, total: Scalar, channel: Index) -> Scalar:
    """Return a sum and the bias of its channel, where there is one."""
    bias = use.optional("bias")
    return total if bias is None else total + bias.at(channel)


def _conv(use: Use) -> tuple[Nest, ...]:
    """Over the channels of a group, then over the taps; what stands outside the input is found, not stored."""
    x, weight = use.source("x"), use.source("weight")
    rank = x.rank - 2
    k, stride, dilation = (use.integers(name, rank) for name in ("k", "stride", "dilation"))
    reach = [step * (taps - 1) + 1 for taps, step in zip(k, dilation, strict=True)]
    before, _ = use.sides("pad", x.shape[2:], reach, stride)
    each = weight.shape[0] // use.integer("groups")

    def product(i: Axes, c: Axes) -> Scalar:
        places = [i[2 + axis] * stride[axis] + c[1 + axis] * dilation[axis] - before[axis] for axis in range(rank)]
        channel = i[1] // each * weight.shape[1] + c[0]
        return filled(x, (i[0], channel, *places), use.word("fill")) * weight.at(i[1], *c)

    return (reduction(use.result, weight.shape[1:], Combine.SUM, product, lambda i, total: biased(use, total, i[1])),)


def _transposed(use: Use) -> tuple[Nest, ...]:
    """Every entry gathers the places whose windows it lies in: those where the stride leaves no remainder."""
    x, weight = use.source("x"), use.source("weight")
    rank = x.rank - 2
    k, stride, dilation = (use.integers(name, rank) for name in ("k", "stride", "dilation"))
    reach = [step * (taps - 1) + 1 for taps, step in zip(k, dilation, strict=True)]
    long = [extent * step for extent, step in zip(x.shape[2:], stride, strict=True)]
    before, _ = use.sides("pad", long, reach, stride)
    each = weight.shape[0] // use.integer("groups")

    def product(i: Axes, c: Axes) -> Scalar:
        steps = [i[2 + axis] + before[axis] - c[1 + axis] * dilation[axis] for axis in range(rank)]
        places = [steps[axis] // stride[axis] for axis in range(rank)]
        channel = i[1] // weight.shape[1] * each + c[0]
        guards = (
            *(Within(steps[axis] % stride[axis], 0, 1) for axis in range(rank)),
            *(Within(places[axis], 0, x.shape[2 + axis]) for axis in range(rank)),
        )
        term = x.at(i[0], channel, *places) * weight.at(channel, i[1] % weight.shape[1], *c[1:])
        return select(guards, term, Number(0.0))

    return (reduction(use.result, [each, *k], Combine.SUM, product, lambda i, total: biased(use, total, i[1])),)


def _matmul(use: Use) -> tuple[Nest, ...]:
    a, b = use.source("a"), use.source("b")

    def product(i: Axes, k: Axes) -> Scalar:
        return _matrix(a, i[:-2], i[-2], k[0]) * _matrix(b, i[:-2], k[0], i[-1])

    return (reduction(use.result, [a.shape[-1]], Combine.SUM, product),)


def _matrix(source: Source, lead: Axes, row: Index, column: Index) -> Scalar:
    """Return an entry of the last two axes; those before are lined up with `lead`."""
    outer = lead[len(lead) - (source.rank - 2) :]
    places = [as_index(0) if extent == 1 else one for one, extent in zip(outer, source.shape, strict=False)]
    return source.at(*places, row, column)


class _Proven:
    """Of a graph that was elaborated it is known that its sizes fit."""

    def equal(self, left: Dim, right: Dim, what: str) -> None: ...

    def all_equal(self, pairs: object, what: str) -> None: ...

    def divides(self, divisor: Dim, whole: Dim, what: str) -> None: ...

    def require(self, relation: Relation, what: str) -> None: ...


def _einsum(use: Use) -> tuple[Nest, ...]:
    xs = use.sources("xs")
    found = contraction(_Proven(), str(use.value("pattern")), tuple(x.shape for x in xs))
    summed = sorted({name for names in found.operands for name in names} - set(found.result))
    extents = [size for name in summed if isinstance(size := found.sizes[name], int)]

    def product(i: Axes, k: Axes) -> Scalar:
        place = dict(zip((*found.result, *summed), (*i, *k), strict=True))
        first, *others = (x.at(*(place[name] for name in names)) for x, names in zip(xs, found.operands, strict=True))
        for other in others:
            first = first * other
        return first

    return (reduction(use.result, extents, Combine.SUM, product),)


PRODUCTS: dict[str, Lowering] = {
    "linear": _linear,
    "conv": _conv,
    "convT": _transposed,
    "matmul": _matmul,
    "einsum": _einsum,
}
