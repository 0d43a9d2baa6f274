"""Discrete Fourier transforms as the sums that define them, an axis at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi, prod, sqrt

from archc.graph.static import DType
from archc.loops.index import Axis, Index
from archc.loops.nest import Buffer, Combine, Nest, nest, reduction
from archc.loops.scalar import Function, Number, Position, Scalar, Within, compute, select
from archc.loops.use import Lowering, Source, Use, source_of

Axes = tuple[Axis, ...]


def wave(turn: Index, places: int, sign: int) -> Scalar:
    """Return exp(2 pi i sign turn / places); `turn` is brought below `places` first, so that no digit is lost."""
    angle = compute(Function.MUL, Position(turn % places), sign * 2 * pi / places)
    return compute(Function.COMPLEX, compute(Function.COS, angle), compute(Function.SIN, angle))


def _along(i: Sequence[Index], axis: int, k: Index) -> tuple[Index, ...]:
    return (*i[:axis], k, *i[axis + 1 :])


def _turned(x: Source, output: Buffer, axis: int, places: int, sign: int, scale: float) -> Nest:
    """Return the nest of the transform along one axis of `places` places, times `scale`."""
    return reduction(
        output,
        [x.shape[axis]],
        Combine.SUM,
        lambda i, k: x.at(*_along(i, axis, k[0])) * wave(i[axis] * k[0], places, sign),
        lambda i, total: total * scale,
    )


def _scale(use: Use, places: int, backward: bool) -> float:
    """Return the factor of a transform over so many places in all."""
    name = use.word("norm")
    if name == "ortho":
        return 1 / sqrt(places)
    return 1 / places if (name == "backward") == backward else 1.0


def _rfft(use: Use) -> tuple[Nest, ...]:
    """The last axis first, of which half is kept."""
    x = use.source("x")
    axes = use.axes(x.rank, range(0))
    scale = _scale(use, prod(x.shape[axis] for axis in axes), backward=False)
    nests: list[Nest] = []
    shape = list(x.shape)
    for axis in reversed(axes):
        shape[axis] = use.result.shape[axis]
        is_last = axis == axes[0]
        output = use.result if is_last else Buffer(tuple(shape), DType.COMPLEX)
        nests.append(_turned(x, output, axis, x.shape[axis], -1, scale if is_last else 1.0))
        x = source_of(output)
    return tuple(nests)


def _irfft(use: Use) -> tuple[Nest, ...]:
    """The last axis last: its missing half mirrors the other, so that all but the ends count twice."""
    x = use.source("x")
    axes = use.axes(x.rank, range(0))
    scale = _scale(use, prod(use.result.shape[axis] for axis in axes), backward=True)
    nests: list[Nest] = []
    for axis in axes[:-1]:
        output = Buffer(x.shape, DType.COMPLEX)
        nests.append(_turned(x, output, axis, x.shape[axis], 1, 1.0))
        x = source_of(output)
    return (*nests, _mirrored(x, use.result, axes[-1], scale))


def _mirrored(x: Source, output: Buffer, axis: int, scale: float) -> Nest:
    places = output.shape[axis]

    def term(i: Axes, k: Axes) -> Scalar:
        twice = (Within(k[0], 1, (places + 1) // 2),)
        turned = x.at(*_along(i, axis, k[0])) * wave(i[axis] * k[0], places, 1)
        return compute(Function.REAL, turned) * select(twice, Number(2.0), Number(1.0))

    return reduction(output, [x.shape[axis]], Combine.SUM, term, lambda i, total: total * scale)


def _entry(of: Callable[[Source, tuple[Index, ...]], Scalar]) -> Lowering:
    return lambda use: (nest(use.result, lambda *i: of(use.source("x"), i)),)


def _as_complex(x: Source, i: tuple[Index, ...]) -> Scalar:
    return compute(Function.COMPLEX, x.at(*i, 0), x.at(*i, 1))


def _as_real(x: Source, i: tuple[Index, ...]) -> Scalar:
    entry = x.at(*i[:-1])
    first = (Within(i[-1], None, 1),)
    return select(first, compute(Function.REAL, entry), compute(Function.IMAG, entry))


FOURIER: dict[str, Lowering] = {
    "rfft": _rfft,
    "irfft": _irfft,
    "as_complex": _entry(_as_complex),
    "as_real": _entry(_as_real),
}
