"""What an operator computes, as loops over buffers: what C++, C99 and Triton are printed from.

    Program = name, inputs, weights, nests, outputs        an architecture at fixed sizes
    Nest    = output, axes, reduced, combine, body, epilogue

A nest writes every entry of one buffer once, at the indices that its `axes` are, in order, and reads others at any
index: output[axes] = epilogue(combine of body over the reduced axes), or the epilogue alone where nothing is reduced.
Because a nest says for each entry where it comes from, and never where one goes, all of its axes may run in any order
and in parallel, and a reader may be given the expression in the place of the buffer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import singledispatch
from typing import TYPE_CHECKING

from archc.graph.static import DType
from archc.loops.index import (
    Affine,
    Axis,
    Greatest,
    Index,
    Least,
    Loaded,
    Product,
    Quotient,
    Remainder,
)
from archc.loops.scalar import Accumulated, Cast, Compute, Load, Position, Scalar, Select, dtype_of
from archc.records import Word, record

if TYPE_CHECKING:
    from archc.graph.ir import Site


@dataclass(frozen=True, eq=False, slots=True)
class Buffer:
    """A dense tensor. `name` is the author's, "" where there is none; `values` are its entries where they are known,
    in row-major order."""

    shape: tuple[int, ...]
    dtype: DType = DType.FLOAT
    name: str = ""
    values: tuple[int | float, ...] | None = field(default=None, repr=False)


class Combine(Word):
    """How a reduction joins two numbers, and what it starts from."""

    SUM = "sum"
    PROD = "prod"
    MAX = "max"
    MIN = "min"


@record
class Nest:
    """See the module. `site` is the place of the text that asks for it, None for what the compiler adds."""

    output: Buffer
    axes: tuple[Axis, ...]
    epilogue: Scalar
    reduced: tuple[Axis, ...] = ()
    combine: Combine | None = None
    body: Scalar | None = None
    site: Site | None = field(default=None, compare=False)
    operator: str = ""


@record
class Program:
    """An architecture at fixed sizes. `weights` are the buffers of its weights by path, second names left out."""

    name: str
    doc: str
    inputs: tuple[Buffer, ...]
    weights: tuple[tuple[str, Buffer], ...]
    nests: tuple[Nest, ...]
    outputs: tuple[Buffer, ...]


def nest(output: Buffer, entry: Callable[..., Scalar]) -> Nest:
    """Return the nest that computes every entry by itself; `entry` is given an axis for each of the output's."""
    axes = _axes_of(output)
    return Nest(output, axes, entry(*axes))


def reduction(
    output: Buffer,
    over: Iterable[int],
    combine: Combine,
    body: Callable[[tuple[Axis, ...], tuple[Axis, ...]], Scalar],
    epilogue: Callable[[tuple[Axis, ...], Scalar], Scalar] = lambda axes, total: total,
) -> Nest:
    """Return the nest that combines `body(axes, reduced)` over loops of the extents `over`, then is `epilogue`."""
    axes = _axes_of(output)
    reduced = tuple(Axis(extent, "k") for extent in over)
    combined = body(axes, reduced)
    total = Accumulated(dtype_of(combined))
    return Nest(output, axes, epilogue(axes, total), reduced, combine, combined)


def _axes_of(output: Buffer) -> tuple[Axis, ...]:
    return tuple(Axis(extent) for extent in output.shape)


# -- ways through expressions ----------------------------------------------------------------------


def loads(nest: Nest) -> Iterator[Load]:
    """Yield every load of a nest, those inside of indices included."""
    for scalar in (nest.body, nest.epilogue):
        if scalar is not None:
            yield from loads_of(scalar)


@singledispatch
def loads_of(scalar: Scalar) -> Iterator[Load]:
    """Yield every load of a scalar, those inside of indices included."""
    yield from ()


@loads_of.register
def _(scalar: Load) -> Iterator[Load]:
    yield scalar
    for index in scalar.index:
        yield from _loads_in(index)


@loads_of.register
def _(scalar: Position) -> Iterator[Load]:
    yield from _loads_in(scalar.index)


@loads_of.register
def _(scalar: Compute) -> Iterator[Load]:
    for operand in scalar.operands:
        yield from loads_of(operand)


@loads_of.register
def _(scalar: Cast) -> Iterator[Load]:
    yield from loads_of(scalar.operand)


@loads_of.register
def _(scalar: Select) -> Iterator[Load]:
    for condition in scalar.conditions:
        yield from _loads_in(condition.index)
    yield from loads_of(scalar.then)
    yield from loads_of(scalar.otherwise)


def _loads_in(index: Index) -> Iterator[Load]:
    if isinstance(index, Loaded):
        yield Load(index.buffer, index.index)
    for part in parts(index):
        yield from _loads_in(part)


def parts(index: Index) -> tuple[Index, ...]:
    """Return the indices that an index is made of."""
    match index:
        case Affine(terms, _):
            return tuple(term for term, _ in terms)
        case Product(left, right) | Least(left, right) | Greatest(left, right):
            return left, right
        case Quotient(inner, _) | Remainder(inner, _):
            return (inner,)
        case Loaded(_, inner):
            return inner
        case _:
            return ()
