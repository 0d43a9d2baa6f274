"""Operators that move, cut and join: every entry of the result is one of the operand's, or fills a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc.loops.index import Index, as_index
from archc.loops.nest import Nest, nest
from archc.loops.operators.borders import filled
from archc.loops.scalar import Number, Scalar, Within, select
from archc.loops.use import Lowering, Source, Use, flattened, unflattened

Place = tuple[Index, ...]


def _view(place: Callable[[Use, Source, Place], Sequence[Index]]) -> Lowering:
    """Every entry of the result is the operand's at `place`."""

    def lower(use: Use) -> tuple[Nest, ...]:
        x = use.source("x")
        return (nest(use.result, lambda *i: x.at(*place(use, x, i))),)

    return lower


def _parts(starts: Callable[[Use, Source, int], Sequence[int]]) -> Lowering:
    """The results are parts of an axis, each from its own start."""

    def lower(use: Use) -> tuple[Nest, ...]:
        x = use.source("x")
        axis = use.axis(x.rank)
        return tuple(
            nest(result, lambda *i, start=start: x.at(*i[:axis], i[axis] + start, *i[axis + 1 :]))
            for result, start in zip(use.results, starts(use, x, axis), strict=True)
        )

    return lower


def _sums(sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[:at]) for at in range(len(sizes))]


def _concat(use: Use) -> tuple[Nest, ...]:
    xs = use.sources("xs")
    axis = use.axis(xs[0].rank)
    starts = _sums([x.shape[axis] for x in xs])

    def entry(*i: Index) -> Scalar:
        def part(x: Source, start: int) -> Scalar:
            return x.at(*i[:axis], i[axis] - start, *i[axis + 1 :])

        found = part(xs[-1], starts[-1])
        for x, start in reversed(list(zip(xs[:-1], starts, strict=False))):
            found = select((Within(i[axis], None, start + x.shape[axis]),), part(x, start), found)
        return found

    return (nest(use.result, entry),)


def _stack(use: Use) -> tuple[Nest, ...]:
    xs = use.sources("xs")
    axis = use.axis(len(use.result.shape))

    def entry(*i: Index) -> Scalar:
        rest = (*i[:axis], *i[axis + 1 :])
        found = xs[-1].at(*rest)
        for at, x in reversed(list(enumerate(xs[:-1]))):
            found = select((Within(i[axis], None, at + 1),), x.at(*rest), found)
        return found

    return (nest(use.result, entry),)


def _unstack(use: Use) -> tuple[Nest, ...]:
    x = use.source("x")
    axis = use.axis(x.rank)
    return tuple(
        nest(result, lambda *i, at=at: x.at(*i[:axis], at, *i[axis:])) for at, result in enumerate(use.results)
    )


def _select(use: Use, x: Source, i: Place) -> Sequence[Index]:
    axis = use.axis(x.rank)
    return (*i[:axis], as_index(use.integer("index") % x.shape[axis]), *i[axis:])


def _slice(use: Use, x: Source, i: Place) -> Sequence[Index]:
    axis = use.axis(x.rank)
    return (*i[:axis], i[axis] + use.integer("start"), *i[axis + 1 :])


def _reshape(use: Use, x: Source, i: Place) -> Sequence[Index]:
    return unflattened(flattened(i, use.result.shape), x.shape)


def _permute(use: Use, x: Source, i: Place) -> Sequence[Index]:
    order = [axis % x.rank for axis in use.integers("order")]
    return tuple(i[order.index(axis)] for axis in range(x.rank))


def _expand(use: Use, x: Source, i: Place) -> Sequence[Index]:
    axis = use.axis(x.rank)
    return (*i[:axis], as_index(0), *i[axis + 1 :])


def _flip(use: Use, x: Source, i: Place) -> Sequence[Index]:
    axes = use.axes(x.rank, range(0))
    return tuple(one * -1 + (x.shape[axis] - 1) if axis in axes else one for axis, one in enumerate(i))


def _pad(use: Use) -> tuple[Nest, ...]:
    x = use.source("x")
    over = use.axes(x.rank, range(2, x.rank))
    before, _ = use.sides("by", [x.shape[axis] for axis in over], (1,) * len(over), (1,) * len(over))
    shift = dict(zip(over, before, strict=True))

    def entry(*i: Index) -> Scalar:
        return filled(x, tuple(one - shift.get(axis, 0) for axis, one in enumerate(i)), use.word("fill"))

    return (nest(use.result, entry),)


def _spread(use: Use) -> tuple[Nest, ...]:
    x = use.source("x")
    by = (1, 1, *use.integers("by", x.rank - 2))

    def entry(*i: Index) -> Scalar:
        steps = list(zip(i, by, strict=True))
        guards = tuple(Within(one % step, 0, 1) for one, step in steps)
        return select(guards, x.at(*(one // step for one, step in steps)), Number(0.0))

    return (nest(use.result, entry),)


def _dirac(use: Use) -> tuple[Nest, ...]:
    shape = use.result.shape

    def entry(*i: Index) -> Scalar:
        middle = tuple(Within(one, extent // 2, extent // 2 + 1) for one, extent in zip(i[2:], shape[2:], strict=True))
        return select(middle, Number(1.0), Number(0.0))

    return (nest(use.result, entry),)


SHAPING: dict[str, Lowering] = {
    "concat": _concat,
    "split": _parts(lambda use, x, axis: _sums(use.integers("d"))),
    "chunk": _parts(lambda use, x, axis: [at * (x.shape[axis] // use.integer("n")) for at in range(use.integer("n"))]),
    "stack": _stack,
    "unstack": _unstack,
    "select": _view(_select),
    "slice": _view(_slice),
    "reshape": _view(_reshape),
    "permute": _view(_permute),
    "expand": _view(_expand),
    "flip": _view(_flip),
    "pad": _pad,
    "spread": _spread,
    "dirac": _dirac,
}
