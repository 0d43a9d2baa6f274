"""Windows over an image: pools and columns."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, prod

from archc.loops.index import Axis, Index, Loaded, greatest, least
from archc.loops.nest import Buffer, Combine, Nest, nest, reduction
from archc.loops.operators.borders import filled
from archc.loops.operators.reductions import first_place
from archc.loops.scalar import Function, Number, Position, Scalar, Within, compute, select
from archc.loops.use import Lowering, Use, flattened, source_of, unflattened

Axes = tuple[Axis, ...]


class _Windows:
    """Where the windows of a use stand."""

    def __init__(self, use: Use) -> None:
        self.x = use.source("x")
        rank = self.x.rank - 2
        given = dict(use.apply.attributes)
        self.k = use.integers("k", rank)
        self.stride = use.integers("stride", rank)
        self.dilation = use.integers("dilation", rank) if "dilation" in given else (1,) * rank
        reach = [step * (taps - 1) + 1 for taps, step in zip(self.k, self.dilation, strict=True)]
        self.before, self.after = use.sides("pad", self.x.shape[2:], reach, self.stride)

    def places(self, window: Sequence[Index], tap: Sequence[Index]) -> list[Index]:
        """Return the place in the input of a tap of a window."""
        steps = zip(window, tap, self.stride, self.dilation, self.before, strict=True)
        return [one * stride + inside * dilation - before for one, inside, stride, dilation, before in steps]


def _largest(use: Use, output: Buffer) -> Nest:
    windows = _Windows(use)
    return reduction(
        output,
        windows.k,
        Combine.MAX,
        lambda i, k: filled(windows.x, (*i[:2], *windows.places(i[2:], k)), "zeros", -inf),
    )


def _argmaxpool(use: Use) -> tuple[Nest, ...]:
    """The largest of every window, then the first place where it stands; the pad is never one."""
    windows = _Windows(use)
    shape = windows.x.shape[2:]
    largest = use.temporary(use.result.shape)
    assert largest.buffer is not None
    behind = prod(shape)

    def first(i: Axes, k: Axes) -> Scalar:
        places = windows.places(i[2:], k)
        entry = windows.x.at(*i[:2], *places)
        guards = tuple(Within(place, 0, extent) for place, extent in zip(places, shape, strict=True))
        found = first_place(entry, largest.at(*i), Position(flattened(places, shape)), behind)
        return select(guards, found, Number(behind))

    return _largest(use, largest.buffer), reduction(use.result, windows.k, Combine.MIN, first)


def _unpool(use: Use) -> tuple[Nest, ...]:
    """Every place of the image looks for the entry that names it; of several the largest in order counts."""
    x, index = use.source("x"), use.source("index")
    assert index.buffer is not None
    size = use.result.shape[2:]
    last = use.temporary(use.result.shape, index.dtype)
    assert last.buffer is not None

    def named(i: Axes, k: Axes) -> Scalar:
        mine = compute(Function.EQUAL, index.at(*i[:2], *k), Position(flattened(i[2:], size)))
        return compute(Function.CHOOSE, mine, Position(flattened(k, x.shape[2:])), Number(-1))

    def entry(*i: Index) -> Scalar:
        assert last.buffer is not None
        place = Loaded(last.buffer, i)
        inside = unflattened(place, x.shape[2:])
        return select((Within(place, 0, prod(x.shape[2:])),), x.at(*i[:2], *inside), Number(0.0))

    return reduction(last.buffer, x.shape[2:], Combine.MAX, named), nest(use.result, entry)


def _avgpool(use: Use) -> tuple[Nest, ...]:
    """The sum of every window, over how many of its places count: a table for every axis, since it is a product."""
    windows = _Windows(use)
    x = windows.x
    counts = [_counts(use, windows, axis, x.shape[2 + axis], use.result.shape[2 + axis]) for axis in range(x.rank - 2)]

    def mean(i: Axes, total: Scalar) -> Scalar:
        for axis, count in enumerate(counts):
            total = total * source_of(count).at(i[2 + axis])
        return total

    return (
        reduction(
            use.result,
            windows.k,
            Combine.SUM,
            lambda i, k: filled(x, (*i[:2], *windows.places(i[2:], k)), "zeros"),
            mean,
        ),
    )


def _counts(use: Use, windows: _Windows, axis: int, extent: int, number: int) -> Buffer:
    """Return one over how many places of every window along an axis count."""
    with_pad = use.value("count_pad") is True
    low = -windows.before[axis] if with_pad else 0
    high = extent + windows.after[axis] if with_pad else extent
    starts = [window * windows.stride[axis] - windows.before[axis] for window in range(number)]
    found = [min(start + windows.k[axis], high) - max(start, low) for start in starts]
    return Buffer((number,), name="counts", values=tuple(1.0 / max(1, count) for count in found))


def _adaptive_avgpool(use: Use) -> tuple[Nest, ...]:
    """Window i goes from i n / size, rounded down, to (i + 1) n / size, rounded up."""
    x = use.source("x")
    size, extents = use.result.shape[2:], x.shape[2:]
    pairs = list(zip(size, extents, strict=True))
    longest = [max((-(-(i + 1) * n // s) - i * n // s for i in range(s)), default=1) for s, n in pairs]

    def entry(i: Axes, k: Axes) -> Scalar:
        starts = [one * n // s for one, (s, n) in zip(i[2:], pairs, strict=True)]
        stops = [((one + 1) * n + (s - 1)) // s for one, (s, n) in zip(i[2:], pairs, strict=True)]
        inside = tuple(Within(start + tap - stop, None, 0) for start, tap, stop in zip(starts, k, stops, strict=True))
        places = [least(greatest(start + tap, 0), n - 1) for start, tap, n in zip(starts, k, extents, strict=True)]
        return select(inside, x.at(*i[:2], *places), Number(0.0))

    def mean(i: Axes, total: Scalar) -> Scalar:
        for one, (s, n) in zip(i[2:], pairs, strict=True):
            count = Position(((one + 1) * n + (s - 1)) // s - one * n // s)
            total = total / count
        return total

    return (reduction(use.result, longest, Combine.SUM, entry, mean),)


def _unfold(use: Use) -> tuple[Nest, ...]:
    windows = _Windows(use)
    x = windows.x
    rank = x.rank - 2
    reach = [step * (taps - 1) + 1 for taps, step in zip(windows.k, windows.dilation, strict=True)]
    number = [
        -(-x.shape[2 + axis] // windows.stride[axis])
        if use.is_word("pad", "same")
        else (x.shape[2 + axis] + windows.before[axis] + windows.after[axis] - reach[axis]) // windows.stride[axis] + 1
        for axis in range(rank)
    ]

    def entry(sample: Index, row: Index, column: Index) -> Scalar:
        channel, *taps = unflattened(row, (x.shape[1], *windows.k))
        places = windows.places(unflattened(column, number), taps)
        return filled(x, (sample, channel, *places), "zeros")

    return (nest(use.result, entry),)


WINDOWS: dict[str, Lowering] = {
    "maxpool": lambda use: (_largest(use, use.result),),
    "argmaxpool": _argmaxpool,
    "unpool": _unpool,
    "avgpool": _avgpool,
    "adaptive_avgpool": _adaptive_avgpool,
    "unfold": _unfold,
}
