"""Places by an index that is computed. A place that is not there gives NaN where numbers can say so, else zero."""

from __future__ import annotations

from archc.graph.static import DType
from archc.loops.index import Index, Loaded, as_index
from archc.loops.nest import Nest, nest
from archc.loops.scalar import Number, Scalar, Within, select
from archc.loops.use import Lowering, Source, Use


def _gather(use: Use) -> tuple[Nest, ...]:
    x, index = use.source("x"), use.source("index")
    axis = use.axis(x.rank)

    def entry(*i: Index) -> Scalar:
        place = _loaded(index, i[axis : axis + index.rank])
        return _checked(x, (*i[:axis], place, *i[axis + index.rank :]), axis)

    return (nest(use.result, entry),)


def _take_along(use: Use) -> tuple[Nest, ...]:
    x, index = use.source("x"), use.source("index")
    axis = use.axis(x.rank)

    def entry(*i: Index) -> Scalar:
        return _checked(x, (*i[:axis], _loaded(index, i), *i[axis + 1 :]), axis)

    return (nest(use.result, entry),)


def _loaded(index: Source, at: tuple[Index, ...]) -> Index:
    return as_index(int(index.number)) if index.buffer is None else Loaded(index.buffer, at)


def _checked(x: Source, index: tuple[Index, ...], axis: int) -> Scalar:
    whole = x.dtype not in (DType.FLOAT, DType.F32, DType.F64, DType.F16, DType.BF16, DType.COMPLEX)
    nothing = Number(0) if whole else Number(float("nan"))
    return select((Within(index[axis], 0, x.shape[axis]),), x.at(*index), nothing)


INDEXING: dict[str, Lowering] = {
    "gather": _gather,
    "take_along": _take_along,
}
