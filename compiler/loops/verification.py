"""Every load of a nest lies in its buffer: by the extents of the loops, and by the conditions that guard it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from archc.loops.index import Index, Known, Loaded, interval
from archc.loops.nest import Buffer, Nest, parts
from archc.loops.scalar import Cast, Compute, Load, Position, Scalar, Select, Within
from archc.records import record


@record
class Escape:
    """A load that may lie outside of its buffer, along one of its axes."""

    buffer: Buffer
    axis: int
    low: float
    high: float

    def __str__(self) -> str:
        name = self.buffer.name or "a buffer"
        return (
            f"axis {self.axis} of {name} has {self.buffer.shape[self.axis]} places, read from {self.low} to {self.high}"
        )


class OutOfBoundsError(ValueError):
    """Raised for a nest that may read what is not there; the text says where."""


def verify(nest: Nest) -> None:
    """Raise OutOfBoundsError unless every load of a nest is known to lie in its buffer, and its axes to cover the
    output."""
    if tuple(axis.extent for axis in nest.axes) != nest.output.shape:
        raise OutOfBoundsError(f"the axes of {nest.operator} are not those of its output {nest.output.shape}")
    for escape in escapes(nest):
        raise OutOfBoundsError(f"{nest.operator}: {escape}")


def escapes(nest: Nest) -> Iterator[Escape]:
    """Yield the loads that may lie outside of their buffers. Loops that never run read nothing."""
    if any(axis.extent == 0 for axis in nest.axes):
        return
    if nest.body is not None and all(axis.extent for axis in nest.reduced):
        yield from _escapes(nest.body, Known())
    yield from _escapes(nest.epilogue, Known())


@singledispatch
def _escapes(scalar: Scalar, known: Known) -> Iterator[Escape]:
    yield from ()


@_escapes.register
def _(scalar: Load, known: Known) -> Iterator[Escape]:
    yield from _outside(scalar.buffer, scalar.index, known)


@_escapes.register
def _(scalar: Position, known: Known) -> Iterator[Escape]:
    yield from _inside(scalar.index, known)


@_escapes.register
def _(scalar: Compute, known: Known) -> Iterator[Escape]:
    for operand in scalar.operands:
        yield from _escapes(operand, known)


@_escapes.register
def _(scalar: Cast, known: Known) -> Iterator[Escape]:
    yield from _escapes(scalar.operand, known)


@_escapes.register
def _(scalar: Select, known: Known) -> Iterator[Escape]:
    held = known
    for condition in scalar.conditions:  # one after the other: a later one is looked at only where the former hold
        yield from _inside(condition.index, held)
        held = held.within(condition.index, *condition.limits)
    if _possible(held):
        yield from _escapes(scalar.then, held)
    yield from _escapes(scalar.otherwise, _otherwise(scalar.conditions, known))


def _possible(known: Known) -> bool:
    return all(low <= high for low, high in known.intervals.values())


def _otherwise(conditions: tuple[Within, ...], known: Known) -> Known:
    """Return what is known where one condition alone does not hold: which side it fails on, if only one can."""
    if len(conditions) != 1:
        return known
    [condition] = conditions
    low, high = interval(condition.index, known)
    least, most = condition.limits
    if least <= low:
        return known.within(condition.index, most + 1, high)
    return known.within(condition.index, low, least - 1) if high <= most else known


def _outside(buffer: Buffer, index: tuple[Index, ...], known: Known) -> Iterator[Escape]:
    for axis, (one, extent) in enumerate(zip(index, buffer.shape, strict=True)):
        low, high = interval(one, known)
        if low < 0 or high >= extent:
            yield Escape(buffer, axis, low, high)
        yield from _inside(one, known)


def _inside(index: Index, known: Known) -> Iterator[Escape]:
    """Yield what the loads inside of an index miss."""
    if isinstance(index, Loaded):
        yield from _outside(index.buffer, index.index, known)
    else:
        for part in parts(index):
            yield from _inside(part, known)
