"""What the lowering of an operator sees: its operands and results as buffers, its arguments as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

from archc.graph.ir import Apply
from archc.graph.static import DType, Static, Symbol
from archc.loops.index import Index, as_index
from archc.loops.nest import Buffer, Nest
from archc.loops.scalar import Load, Number, Scalar
from archc.records import record
from archc.semantics.builtins.pads import sides


@record
class Source:
    """What stands in an operand slot: a buffer, or a number."""

    shape: tuple[int, ...]
    dtype: DType
    buffer: Buffer | None
    number: bool | int | float = 0

    @property
    def rank(self) -> int:
        return len(self.shape)

    def at(self, *index: Index | int) -> Scalar:
        """Return the entry at an index for every axis."""
        if self.buffer is None:
            return Number(self.number)
        assert len(index) == self.rank, (index, self.shape)
        return Load(self.buffer, tuple(map(as_index, index)))

    def broadcast(self, index: Sequence[Index], axes: Sequence[int] | None = None) -> Scalar:
        """Return the entry that stands at `index` of a result with more axes or longer ones: lined up at the last
        axes, or with axis i of this along axis `axes[i]` of the result."""
        along = range(len(index) - self.rank, len(index)) if axes is None else axes
        places = zip(along, self.shape, strict=True)
        return self.at(*(0 if extent == 1 else index[axis] for axis, extent in places))


@dataclass(frozen=True, slots=True)
class Use:
    """One application of an operator. `results` are the buffers that it has to fill."""

    apply: Apply
    operands: tuple[Source | tuple[Source, ...] | None, ...]
    results: tuple[Buffer, ...]

    @property
    def result(self) -> Buffer:
        """The only result."""
        [result] = self.results
        return result

    def source(self, slot: str) -> Source:
        """Return a tensor operand that is always there."""
        found = self._operand(slot)
        assert isinstance(found, Source), slot
        return found

    def optional(self, slot: str) -> Source | None:
        """Return a tensor operand, None where it is absent."""
        found = self._operand(slot)
        assert not isinstance(found, tuple), slot
        return found

    def sources(self, slot: str) -> tuple[Source, ...]:
        """Return the tensors of a list."""
        found = self._operand(slot)
        assert isinstance(found, tuple), slot
        return found

    def _operand(self, slot: str) -> Source | tuple[Source, ...] | None:
        operator = self.apply.operator
        return self.operands[(operator.inputs + operator.weights).index(slot)]

    def value(self, name: str) -> Static:
        """Return the value of an argument."""
        return self.apply.attribute(name)

    def word(self, name: str) -> str:
        """Return the option that was chosen of an enum."""
        value = self.value(name)
        assert isinstance(value, Symbol), name
        return value.name

    def is_word(self, name: str, word: str) -> bool:
        """Tell whether an argument that may be a word is this one."""
        value = self.value(name)
        return isinstance(value, Symbol) and value.name == word

    def integer(self, name: str) -> int:
        value = self.value(name)
        assert isinstance(value, int), name
        return value

    def number(self, name: str) -> float:
        value = self.value(name)
        assert isinstance(value, int | float), name
        return float(value)

    def integers(self, name: str, rank: int = 1) -> tuple[int, ...]:
        """Return a list of integers, a single one as often as there are axes."""
        value = self.value(name)
        return cast("tuple[int, ...]", value) if isinstance(value, tuple) else (cast(int, value),) * rank

    def axis(self, rank: int, name: str = "axis") -> int:
        """Return an argument that is an axis of a tensor, counted from the first."""
        return self.integer(name) % rank

    def axes(self, rank: int, default: range, name: str = "axis") -> tuple[int, ...]:
        """Return an argument that is several axes, counted from the first; `default` where it is `none`."""
        if self.value(name) is None:
            return tuple(default)
        return tuple(axis % rank for axis in self.integers(name))

    def sides(self, name: str, shape: Sequence[int], reach: Sequence[int], stride: Sequence[int]) -> Sides:
        """Return what a pad adds before and after every axis."""
        pads = sides.function(self.value(name), tuple(shape), tuple(reach), tuple(stride))
        return cast(Sides, pads)

    def temporary(self, shape: Sequence[int], dtype: DType = DType.FLOAT) -> Source:
        """Return a new buffer for what is computed along the way."""
        return source_of(Buffer(tuple(shape), dtype))


Sides = tuple[tuple[int, ...], tuple[int, ...]]
Lowering = Callable[[Use], tuple[Nest, ...]]


def source_of(buffer: Buffer) -> Source:
    """Return a buffer as an operand."""
    return Source(buffer.shape, buffer.dtype, buffer)


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Return by how much the place in row-major order grows along every axis."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def flattened(index: Sequence[Index], shape: Sequence[int]) -> Index:
    """Return the place in row-major order."""
    place = as_index(0)
    for one, stride in zip(index, strides(shape), strict=True):
        place = place + one * stride
    return place


def unflattened(place: Index, shape: Sequence[int]) -> tuple[Index, ...]:
    """Return the index at a place in row-major order."""
    return tuple(place // max(1, stride) % max(1, extent) for stride, extent in zip(strides(shape), shape, strict=True))
