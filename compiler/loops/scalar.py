"""What a loop computes at one place.

Scalar = Number                                a constant
       | Position(index)                       an index as a number
       | Load(buffer, index)                   one entry of a buffer, an index for every axis
       | Compute(function, operands)           arithmetic and named functions
       | Cast(dtype, operand)                  another type; a float becomes the integer towards zero
       | Select(conditions, then, otherwise)   `then` where all conditions hold; only the chosen one is computed
       | Accumulated()                         in the epilogue of a nest: what its reduction came to
"""

from __future__ import annotations

from enum import auto
from functools import singledispatch
from math import inf
from typing import TYPE_CHECKING

from archc.graph.static import DTYPE_ORDER, DType
from archc.loops.index import Index, interval
from archc.records import Word, record

if TYPE_CHECKING:
    from archc.loops.nest import Buffer


class Function(Word):
    """Functions of numbers. Comparisons give truth values; all others have the widest type of their operands."""

    ADD = auto()
    SUB = auto()
    MUL = auto()
    DIV = auto()
    FLOORDIV = auto()
    MOD = auto()
    POW = auto()
    MINIMUM = auto()
    MAXIMUM = auto()
    EQUAL = auto()
    NOT_EQUAL = auto()
    LESS = auto()
    LESS_EQUAL = auto()
    GREATER = auto()
    GREATER_EQUAL = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEG = auto()
    ABS = auto()
    SIGN = auto()
    FLOOR = auto()
    CEIL = auto()
    ROUND = auto()
    EXP = auto()
    LOG = auto()
    SIN = auto()
    COS = auto()
    SQRT = auto()
    TANH = auto()
    ERF = auto()
    CHOOSE = auto()  # the second operand where the first holds, else the third; both are computed
    COMPLEX = auto()  # of a real and an imaginary part
    REAL = auto()
    IMAG = auto()


TRUTHS = frozenset(
    {
        Function.EQUAL,
        Function.NOT_EQUAL,
        Function.LESS,
        Function.LESS_EQUAL,
        Function.GREATER,
        Function.GREATER_EQUAL,
        Function.AND,
        Function.OR,
        Function.NOT,
    }
)


class Scalar:
    """A number that depends on loop variables."""

    __slots__ = ()

    def __add__(self, other: Scalar | float) -> Scalar:
        return compute(Function.ADD, self, other)

    def __sub__(self, other: Scalar | float) -> Scalar:
        return compute(Function.SUB, self, other)

    def __mul__(self, other: Scalar | float) -> Scalar:
        return compute(Function.MUL, self, other)

    def __truediv__(self, other: Scalar | float) -> Scalar:
        return compute(Function.DIV, self, other)


@record
class Number(Scalar):
    value: bool | int | float


@record
class Position(Scalar):
    index: Index


@record
class Load(Scalar):
    buffer: Buffer
    index: tuple[Index, ...]


@record
class Compute(Scalar):
    function: Function
    operands: tuple[Scalar, ...]


@record
class Cast(Scalar):
    dtype: DType
    operand: Scalar


@record
class Within:
    """The condition low <= index < high; None is no limit."""

    index: Index
    low: int | None
    high: int | None

    @property
    def limits(self) -> tuple[float, float]:
        """The smallest and the largest index for which it holds."""
        return -inf if self.low is None else self.low, inf if self.high is None else self.high - 1


@record
class Select(Scalar):
    conditions: tuple[Within, ...]
    then: Scalar
    otherwise: Scalar


@record
class Accumulated(Scalar):
    dtype: DType = DType.FLOAT


def compute(function: Function, *operands: Scalar | float) -> Scalar:
    """Return a function of operands, numbers included."""
    return Compute(function, tuple(one if isinstance(one, Scalar) else Number(one) for one in operands))


def select(conditions: tuple[Within, ...], then: Scalar, otherwise: Scalar) -> Scalar:
    """Return a choice without the conditions that always hold."""
    open_ = tuple(one for one in conditions if not _always(one))
    return Select(open_, then, otherwise) if open_ else then


def _always(condition: Within) -> bool:
    low, high = interval(condition.index)
    least, most = condition.limits
    return least <= low and high <= most


# -- types ---------------------------------------------------------------------------------------


def wider(*dtypes: DType) -> DType:
    """Return the type that holds the numbers of all of these."""
    return max(dtypes, key=DTYPE_ORDER.index)


@singledispatch
def dtype_of(scalar: Scalar) -> DType:
    """Return the type of a scalar."""
    raise TypeError(scalar)


@dtype_of.register
def _(scalar: Number) -> DType:
    kinds = {bool: DType.BOOL, int: DType.I64, float: DType.FLOAT}
    return kinds[type(scalar.value)]


@dtype_of.register
def _(scalar: Position) -> DType:
    return DType.I64


@dtype_of.register
def _(scalar: Load) -> DType:
    return scalar.buffer.dtype


@dtype_of.register
def _(scalar: Cast) -> DType:
    return scalar.dtype


@dtype_of.register
def _(scalar: Accumulated) -> DType:
    return scalar.dtype


@dtype_of.register
def _(scalar: Select) -> DType:
    return wider(dtype_of(scalar.then), dtype_of(scalar.otherwise))


@dtype_of.register
def _(scalar: Compute) -> DType:
    if scalar.function in TRUTHS:
        return DType.BOOL
    if scalar.function is Function.COMPLEX:
        return DType.COMPLEX
    operands = scalar.operands[1:] if scalar.function is Function.CHOOSE else scalar.operands
    widest = wider(*map(dtype_of, operands))
    real = scalar.function in (Function.REAL, Function.IMAG, Function.ABS) and widest is DType.COMPLEX
    return DType.FLOAT if real else widest
