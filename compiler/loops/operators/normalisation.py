"""Normalisation by moments: of a sample's own numbers, or those that training kept."""

from __future__ import annotations

from collections.abc import Sequence

from archc.loops.index import Index
from archc.loops.nest import Combine, Nest, nest, reduction
from archc.loops.operators.pointwise import rsqrt
from archc.loops.operators.reductions import mean_of, placed
from archc.loops.scalar import Scalar
from archc.loops.use import Lowering, Source, Use


def _layernorm(use: Use) -> tuple[Nest, ...]:
    """Mean, variance around it (two passes: exact where the mean is large), then every entry."""
    x = use.source("x")
    axis = use.axis(x.rank)
    kept = [1 if at == axis else extent for at, extent in enumerate(x.shape)]
    mean, scale = use.temporary(kept), use.temporary(kept)
    assert scale.buffer is not None
    extent = x.shape[axis]

    def square(i: Sequence[Index], k: Sequence[Index]) -> Scalar:
        away = x.at(*placed(i, k, (axis,), True)) - mean.broadcast(i)
        return away * away

    def entry(*i: Index) -> Scalar:
        return affine(use, (x.at(*i) - mean.broadcast(i)) * scale.broadcast(i), i[axis])

    return (
        mean_of(x, mean, (axis,)),
        reduction(
            scale.buffer,
            [extent],
            Combine.SUM,
            square,
            lambda i, total: rsqrt(total / float(extent) + use.number("eps")),
        ),
        nest(use.result, entry),
    )


def affine(use: Use, y: Scalar, channel: Index) -> Scalar:
    """Return `y` with the scale and the shift of its channel, where there are any."""
    weight, bias = use.optional("weight"), use.optional("bias")
    y = y if weight is None else y * weight.at(channel)
    return y if bias is None else y + bias.at(channel)


def _batchnorm(use: Use) -> tuple[Nest, ...]:
    """A scale and a shift of every channel. Both depend on weights alone, so that they are computed once, when the
    weights are loaded, and what is left for every entry is one multiplication and one addition."""
    x = use.source("x")
    axis = use.axis(x.rank)
    channels = (x.shape[axis],)
    scale, shift = use.temporary(channels), use.temporary(channels)
    assert scale.buffer is not None and shift.buffer is not None
    mean, variance = use.source("running_mean"), use.source("running_var")
    weight, bias = use.optional("weight"), use.optional("bias")

    def scale_of(c: Index) -> Scalar:
        by = rsqrt(variance.at(c) + use.number("eps"))
        return by if weight is None else by * weight.at(c)

    def shift_of(c: Index) -> Scalar:
        return (Source((), x.dtype, None, 0.0) if bias is None else bias).broadcast((c,)) - mean.at(c) * scale.at(c)

    return (
        nest(scale.buffer, scale_of),
        nest(shift.buffer, shift_of),
        nest(use.result, lambda *i: x.at(*i) * scale.at(i[axis]) + shift.at(i[axis])),
    )


NORMALISATIONS: dict[str, Lowering] = {
    "layernorm": _layernorm,
    "batchnorm": _batchnorm,
}
