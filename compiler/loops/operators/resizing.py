"""Interpolation: along every axis a table says which places an entry takes, and how much of each."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from archc.graph.static import DType
from archc.loops.index import Axis, Loaded
from archc.loops.nest import Buffer, Combine, Nest, nest, reduction
from archc.loops.scalar import Scalar
from archc.loops.use import Lowering, Source, Use, source_of
from archc.records import record

Taps = list[tuple[int, float]]
"""The places that an entry takes, with their weights."""


@record
class Spacing:
    """How an axis of `before` places becomes one of `after`: a place of the result is `step` places of the input."""

    before: int
    after: int
    step: float
    corners: bool

    def centre(self, place: int) -> float:
        """Return where the centre of a place of the result lies among the input's places."""
        return place * self.step if self.corners else (place + 0.5) * self.step - 0.5


def _nearest(spacing: Spacing, place: int) -> Taps:
    return [(min(floor(place * spacing.step), spacing.before - 1), 1.0)]


def _nearest_half(spacing: Spacing, place: int) -> Taps:
    return [(min(floor((place + 0.5) * spacing.step), spacing.before - 1), 1.0)]


def _bilinear(spacing: Spacing, place: int) -> Taps:
    at = max(spacing.centre(place), 0.0)
    low = min(floor(at), spacing.before - 1)
    high = min(low + 1, spacing.before - 1)
    return [(low, 1 - (at - low)), (high, at - low)]


def _cubic(distance: float, a: float) -> float:
    """Return Keys' kernel (1981, "Cubic convolution interpolation"): 1 at 0, 0 at every other whole distance."""
    x = abs(distance)
    if x <= 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2 else 0.0


def _bicubic(spacing: Spacing, place: int) -> Taps:
    at = spacing.centre(place)
    low = floor(at)
    taps = range(low - 1, low + 3)
    return [(min(max(tap, 0), spacing.before - 1), _cubic(at - tap, -0.75)) for tap in taps]


def _smooth(kernel: Callable[[float], float], reach: float) -> Callable[[Spacing, int], Taps]:
    """Where an axis gets shorter the kernel gets wider, and its weights add up to one (PyTorch's `antialias`)."""

    def taps(spacing: Spacing, place: int) -> Taps:
        wide = max(spacing.step, 1.0)
        middle = spacing.step * (place + 0.5)
        low = max(floor(middle - reach * wide + 0.5), 0)
        high = min(floor(middle + reach * wide + 0.5), spacing.before)
        weights = [kernel((tap - middle + 0.5) / wide) for tap in range(low, high)]
        total = sum(weights) or 1.0
        return [(low + at, weight / total) for at, weight in enumerate(weights)]

    return taps


_TAPS: dict[tuple[str, bool], Callable[[Spacing, int], Taps]] = {
    ("nearest", False): _nearest,
    ("nearest_half", False): _nearest_half,
    ("bilinear", False): _bilinear,
    ("bicubic", False): _bicubic,
    ("bilinear", True): _smooth(lambda x: max(0.0, 1 - abs(x)), 1),
    ("bicubic", True): _smooth(lambda x: _cubic(x, -0.5), 2),
}


def _resize(use: Use) -> tuple[Nest, ...]:
    x = use.source("x")
    axes = use.axes(x.rank, range(2, x.rank))
    taps = _TAPS[use.word("mode"), use.value("antialias") is True]
    nests: list[Nest] = []
    shape = list(x.shape)
    for number, axis in enumerate(axes):
        shape[axis] = use.result.shape[axis]
        output = use.result if number == len(axes) - 1 else Buffer(tuple(shape))
        spacing = _spacing(use, number, x.shape[axis], shape[axis])
        nests.append(_interpolated(x, output, axis, [taps(spacing, place) for place in range(spacing.after)]))
        x = source_of(output)
    return tuple(nests) or (nest(use.result, x.at),)


def _spacing(use: Use, number: int, before: int, after: int) -> Spacing:
    if use.value("corners") is True and use.word("mode") in ("bilinear", "bicubic"):
        return Spacing(before, after, (before - 1) / (after - 1) if after > 1 else 0.0, True)
    scales = use.value("scale")
    scale = scales[number % len(scales)] if isinstance(scales, tuple) else scales
    if use.value("size") is None and isinstance(scale, int | float):
        return Spacing(before, after, 1 / scale, False)
    return Spacing(before, after, before / after, False)


def _interpolated(x: Source, output: Buffer, axis: int, table: list[Taps]) -> Nest:
    """Return the nest that sums the taps of every place; rows of the table are made equally long."""
    longest = max((len(taps) for taps in table), default=1)
    rows = [taps + [(0, 0.0)] * (longest - len(taps)) for taps in table]
    places = Buffer((len(rows), longest), DType.I64, "places", tuple(place for row in rows for place, _ in row))
    weights = Buffer((len(rows), longest), DType.FLOAT, "weights", tuple(weight for row in rows for _, weight in row))

    def entry(i: tuple[Axis, ...], k: tuple[Axis, ...]) -> Scalar:
        return x.at(*i[:axis], Loaded(places, (i[axis], k[0])), *i[axis + 1 :]) * source_of(weights).at(i[axis], k[0])

    return reduction(output, [longest], Combine.SUM, entry)


RESIZING: dict[str, Lowering] = {"resize": _resize}
