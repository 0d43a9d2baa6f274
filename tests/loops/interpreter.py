"""Loop nests on NumPy arrays: every loop is an axis of an array, and an index outside of a buffer is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatchmethod
from math import erf
from typing import Any

import numpy as np

from archc.graph.static import DType
from archc.loops.index import Affine, Axis, Greatest, Index, Least, Loaded, Product, Quotient, Remainder
from archc.loops.nest import Buffer, Combine, Nest, Program
from archc.loops.scalar import Accumulated, Cast, Compute, Function, Load, Number, Position, Scalar, Select

Array = np.ndarray[Any, Any]

TYPES = {
    DType.FLOAT: np.float64,
    DType.F32: np.float32,
    DType.F64: np.float64,
    DType.COMPLEX: np.complex128,
    DType.I32: np.int32,
    DType.I64: np.int64,
    DType.BOOL: np.bool_,
}
COMBINE: dict[Combine, Any] = {
    Combine.SUM: (np.add, 0),
    Combine.PROD: (np.multiply, 1),
    Combine.MAX: (np.maximum, -np.inf),
    Combine.MIN: (np.minimum, np.inf),
}
FUNCTIONS: dict[Function, Callable[..., Any]] = {
    Function.ADD: np.add,
    Function.SUB: np.subtract,
    Function.MUL: np.multiply,
    Function.DIV: np.true_divide,
    Function.FLOORDIV: np.floor_divide,
    Function.MOD: np.mod,
    Function.POW: np.power,
    Function.MINIMUM: np.minimum,
    Function.MAXIMUM: np.maximum,
    Function.EQUAL: np.equal,
    Function.NOT_EQUAL: np.not_equal,
    Function.LESS: np.less,
    Function.LESS_EQUAL: np.less_equal,
    Function.GREATER: np.greater,
    Function.GREATER_EQUAL: np.greater_equal,
    Function.AND: np.logical_and,
    Function.OR: np.logical_or,
    Function.NOT: np.logical_not,
    Function.NEG: np.negative,
    Function.ABS: np.abs,
    Function.SIGN: np.sign,
    Function.FLOOR: np.floor,
    Function.CEIL: np.ceil,
    Function.ROUND: np.round,
    Function.EXP: np.exp,
    Function.LOG: np.log,
    Function.SIN: np.sin,
    Function.COS: np.cos,
    Function.SQRT: np.sqrt,
    Function.TANH: np.tanh,
    Function.ERF: np.vectorize(erf, otypes=[float]),
    Function.CHOOSE: np.where,
    Function.COMPLEX: lambda re, im: re + 1j * im,
    Function.REAL: np.real,
    Function.IMAG: np.imag,
}


def run(program: Program, inputs: tuple[Array, ...], weights: Mapping[str, Array]) -> tuple[Array, ...]:
    """Return what a program computes in float64."""
    memory: dict[Buffer, Array] = dict(zip(program.inputs, inputs, strict=True))
    memory.update((buffer, weights[path]) for path, buffer in program.weights)
    with np.errstate(all="ignore"):
        for nest in program.nests:
            memory[nest.output] = _Run(nest, memory).result()
    return tuple(memory[buffer] for buffer in program.outputs)


class _Run:
    def __init__(self, nest: Nest, memory: Mapping[Buffer, Array]) -> None:
        self.nest = nest
        self.memory = memory
        self.total: Any = 0
        every = (*nest.axes, *nest.reduced)
        self.places = {axis: self._place(number, axis, len(every)) for number, axis in enumerate(every)}
        self.rank = len(nest.axes)

    @staticmethod
    def _place(number: int, axis: Axis, rank: int) -> Array:
        return np.arange(axis.extent).reshape([-1 if at == number else 1 for at in range(rank)])

    def result(self) -> Array:
        nest = self.nest
        shape = nest.output.shape
        if nest.body is not None and nest.combine is not None:
            function, start = COMBINE[nest.combine]
            whole = (*shape, *(axis.extent for axis in nest.reduced))
            body = np.broadcast_to(self.scalar(nest.body, np.True_), whole)
            axes = tuple(range(self.rank, len(whole)))
            initial = None if body.dtype.kind in "bi" and body.size and np.isinf(start) else start
            total = function.reduce(body, axis=axes, initial=np._NoValue if initial is None else initial)
            self.total = np.asarray(total).reshape((*shape, *(1 for _ in axes)))
        full = np.broadcast_to(self.scalar(nest.epilogue, np.True_), (*shape, *(1 for _ in nest.reduced)))
        return full.reshape(shape).astype(TYPES[nest.output.dtype])

    def buffer(self, buffer: Buffer) -> Array:
        if buffer.values is not None:
            return np.array(buffer.values, TYPES[buffer.dtype]).reshape(buffer.shape)
        return self.memory[buffer]

    def load(self, buffer: Buffer, index: tuple[Index, ...], mask: Any) -> Any:
        array = self.buffer(buffer)
        if not index:
            return array[()]
        places = np.broadcast_arrays(*(self.index(one, mask) for one in index), mask)[:-1]
        inside = np.ones(places[0].shape, bool)
        for place, extent in zip(places, array.shape, strict=True):
            inside = inside & (place >= 0) & (place < extent)
        if not (inside | ~np.broadcast_to(mask, inside.shape)).all():
            raise IndexError(f"{self.nest.operator} reads outside of {buffer}")
        if not array.size:
            return np.zeros(inside.shape, array.dtype)
        return array[tuple(np.where(inside, place, 0) for place in places)]

    def index(self, index: Index, mask: Any) -> Any:
        match index:
            case Axis():
                return self.places[index]
            case Affine(terms, constant):
                return sum((self.index(term, mask) * times for term, times in terms), np.int64(constant))
            case Product(left, right):
                return self.index(left, mask) * self.index(right, mask)
            case Quotient(inner, divisor):
                return self.index(inner, mask) // divisor
            case Remainder(inner, divisor):
                return self.index(inner, mask) % divisor
            case Least(left, right):
                return np.minimum(self.index(left, mask), self.index(right, mask))
            case Greatest(left, right):
                return np.maximum(self.index(left, mask), self.index(right, mask))
            case Loaded(buffer, inner):
                return self.load(buffer, inner, mask)
            case _:
                raise TypeError(index)

    @singledispatchmethod
    def scalar(self, scalar: Scalar, mask: Any) -> Any:
        raise TypeError(scalar)

    @scalar.register
    def _(self, scalar: Number, mask: Any) -> Any:
        return scalar.value

    @scalar.register
    def _(self, scalar: Position, mask: Any) -> Any:
        return self.index(scalar.index, mask)

    @scalar.register
    def _(self, scalar: Load, mask: Any) -> Any:
        return self.load(scalar.buffer, scalar.index, mask)

    @scalar.register
    def _(self, scalar: Compute, mask: Any) -> Any:
        return FUNCTIONS[scalar.function](*(self.scalar(one, mask) for one in scalar.operands))

    @scalar.register
    def _(self, scalar: Cast, mask: Any) -> Any:
        value = np.asarray(self.scalar(scalar.operand, mask))
        return value.astype(TYPES[scalar.dtype])

    @scalar.register
    def _(self, scalar: Select, mask: Any) -> Any:
        holds = mask
        for condition in scalar.conditions:
            low, high = condition.limits
            place = self.index(condition.index, holds)
            holds = holds & (low <= place) & (place <= high)
        then = self.scalar(scalar.then, holds)
        return np.where(holds, then, self.scalar(scalar.otherwise, mask & ~holds))

    @scalar.register
    def _(self, scalar: Accumulated, mask: Any) -> Any:
        return self.total
