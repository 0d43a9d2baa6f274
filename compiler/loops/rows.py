"""Nests as rows, and groups of nests that go over the same rows: what may be worked on a few rows at a time.

The rows of a nest are all axes of its output but the last, as one loop. A nest that reads of another one only the row
that it writes needs no more than this row to exist, so that a group of such nests runs from its first to its last for a
few rows, which stay in the cache, and then for the next few. What only the group reads is never stored as a whole: the
wide tensor between two pointwise convolutions, the scores of attention, the moments of a normalisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import prod

from archc.loops.contraction import steps
from archc.loops.index import Axis, Index, interval
from archc.loops.nest import Buffer, Nest, loads, loads_of
from archc.loops.scalar import Load, Scalar
from archc.loops.substitution import Substitution, as_it_is
from archc.loops.use import flattened, unflattened
from archc.records import record


@record
class Rows:
    """A nest whose loops are `row` and `column`: output[row, column] in row-major order is the epilogue."""

    nest: Nest
    row: Axis
    column: Axis
    body: Scalar | None
    epilogue: Scalar

    @property
    def scalars(self) -> Iterator[Scalar]:
        """The body, where there is one, and the epilogue."""
        return (one for one in (self.body, self.epilogue) if one is not None)


@record
class Group:
    """Nests over the same rows in program order. What is in `inside` is read by the group alone, row by row."""

    nests: tuple[Nest, ...]
    inside: tuple[Buffer, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return rows_of(self.nests[0].output)


def rows_of(buffer: Buffer) -> int:
    """Return how many rows a tensor has."""
    return prod(buffer.shape[:-1])


def as_rows(nest: Nest, row: Axis, inside: Iterable[Buffer] = (), local: Axis | None = None) -> Rows:
    """Return a nest as rows. Of the buffers in `inside` there are only some rows, which `local` counts."""
    *outer, column = nest.axes

    def places(of: Axis) -> dict[Axis, Index]:
        return dict(zip(outer, unflattened(of, nest.output.shape[:-1]), strict=True))

    few = frozenset(inside)
    locally = Substitution(places(local or row))

    def put(load: Load) -> Scalar:
        return Load(load.buffer, tuple(map(locally.index, load.index))) if load.buffer in few else load

    # first the loads of few rows get their own row, then all that is left gets the common one
    by_local, by_row = Substitution({}, put), Substitution(places(row), as_it_is)
    body = None if nest.body is None else by_row.scalar(by_local.scalar(nest.body))
    return Rows(nest, row, column, body, by_row.scalar(by_local.scalar(nest.epilogue)))


def is_row_by_row(load: Load, row: Axis) -> bool:
    """Tell whether a load stays in the row of its buffer that is worked on."""
    length = load.buffer.shape[-1] if load.buffer.shape else 1
    place = flattened(load.index, load.buffer.shape)
    if row.extent > 1 and steps(place, row) != length:
        return False
    low, high = interval(place - row * length)
    return low >= 0 and high < length


def grouped(
    nests: Iterable[Nest], outputs: Iterable[Buffer], eligible: Callable[[Nest], bool]
) -> Iterator[Group | Nest]:
    """Yield nests in program order: those that are eligible and follow each other over the same rows as groups."""
    every = tuple(nests)
    readers: dict[Buffer, set[Nest]] = {one: set() for one in outputs}
    for nest in every:
        for load in loads(nest):
            readers.setdefault(load.buffer, set()).add(nest)
    held = frozenset(outputs)
    current: list[Nest] = []
    for nest in every:
        if current and not (eligible(nest) and _joins(nest, current)):
            yield _group(current, readers, held)
            current = []
        if eligible(nest):
            current.append(nest)
        else:
            yield nest
    if current:
        yield _group(current, readers, held)


def _joins(nest: Nest, group: list[Nest]) -> bool:
    """Tell whether a nest goes over the rows of a group, and reads of it only the row that it writes."""
    if rows_of(nest.output) != rows_of(group[0].output):
        return False
    made = {one.output for one in group}
    rows = as_rows(nest, Axis(rows_of(nest.output)))
    read = (load for scalar in rows.scalars for load in loads_of(scalar))
    return all(load.buffer not in made or is_row_by_row(load, rows.row) for load in read)


def _group(nests: list[Nest], readers: dict[Buffer, set[Nest]], held: frozenset[Buffer]) -> Group:
    own = set(nests)
    inside = (one.output for one in nests if one.output not in held and readers.get(one.output, set()) <= own)
    return Group(tuple(nests), tuple(inside))
