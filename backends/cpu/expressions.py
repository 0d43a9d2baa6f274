"""Indices and scalars as C++ expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatchmethod
from math import inf, isnan

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
    interval,
)
from archc.loops.nest import Buffer
from archc.loops.scalar import (
    TRUTHS,
    Accumulated,
    Cast,
    Compute,
    Function,
    Load,
    Number,
    Position,
    Scalar,
    Select,
    Within,
    dtype_of,
    wider,
)
from archc.loops.use import flattened

TYPES: Mapping[DType, str] = {
    DType.FLOAT: "float",
    DType.F32: "float",
    DType.F64: "double",
    DType.COMPLEX: "Complex",
    DType.I8: "std::int8_t",
    DType.I32: "std::int32_t",
    DType.I64: "std::int64_t",
    DType.BOOL: "bool",
}
"""The C++ type of an entry. Half floats have none yet."""

INFIX: Mapping[Function, str] = {
    Function.ADD: "+",
    Function.SUB: "-",
    Function.MUL: "*",
    Function.DIV: "/",
    Function.EQUAL: "==",
    Function.NOT_EQUAL: "!=",
    Function.LESS: "<",
    Function.LESS_EQUAL: "<=",
    Function.GREATER: ">",
    Function.GREATER_EQUAL: ">=",
    Function.AND: "&&",
    Function.OR: "||",
}
_CALLED: Mapping[Function, str] = {
    Function.FLOORDIV: "floor_quotient",
    Function.MOD: "floor_remainder",
    Function.POW: "power",
    Function.MINIMUM: "smaller",
    Function.MAXIMUM: "larger",
    Function.ABS: "std::abs",
    Function.SIGN: "sign",
    Function.FLOOR: "std::floor",
    Function.CEIL: "std::ceil",
    Function.ROUND: "std::nearbyint",
    Function.EXP: "std::exp",
    Function.LOG: "std::log",
    Function.SIN: "std::sin",
    Function.COS: "std::cos",
    Function.SQRT: "std::sqrt",
    Function.TANH: "std::tanh",
    Function.ERF: "std::erf",
    Function.REAL: "std::real",
    Function.IMAG: "std::imag",
}


@dataclass(frozen=True, slots=True)
class Printer:
    """Writes the expressions of one nest, in which axes and buffers have names."""

    axes: Mapping[Axis, str]
    buffers: Mapping[Buffer, str]

    @singledispatchmethod
    def index(self, index: Index) -> str:
        """Return an index as a C++ expression that binds like a factor."""
        raise TypeError(index)

    @index.register
    def _(self, index: Axis) -> str:
        return self.axes[index]

    @index.register
    def _(self, index: Affine) -> str:
        text = ""
        for term, times in index.terms:
            sign = " - " if times < 0 else " + "
            factor = "" if abs(times) == 1 else f"{abs(times)} * "
            text += f"{sign}{factor}{self.index(term)}"
        if index.constant or not text:
            text += f"{' - ' if index.constant < 0 else ' + '}{abs(index.constant)}"
        bare = text.removeprefix(" + ") if text.startswith(" + ") else f"-{text.removeprefix(' - ')}"
        return bare if bare.isdigit() else f"({bare})"

    @index.register
    def _(self, index: Product) -> str:
        return f"({self.index(index.left)} * {self.index(index.right)})"

    @index.register
    def _(self, index: Quotient) -> str:
        return self._divided("/", "floor_quotient", index.index, index.divisor)

    @index.register
    def _(self, index: Remainder) -> str:
        return self._divided("%", "floor_remainder", index.index, index.divisor)

    def _divided(self, sign: str, rounded: str, index: Index, divisor: int) -> str:
        """C++ rounds towards zero, which is down where the index cannot be negative."""
        if interval(index)[0] >= 0:
            return f"({self.index(index)} {sign} {divisor})"
        return f"{rounded}<Index>({self.index(index)}, {divisor})"

    @index.register
    def _(self, index: Least) -> str:
        return f"std::min<Index>({self.index(index.left)}, {self.index(index.right)})"

    @index.register
    def _(self, index: Greatest) -> str:
        return f"std::max<Index>({self.index(index.left)}, {self.index(index.right)})"

    @index.register
    def _(self, index: Loaded) -> str:
        return f"Index({self.entry(index.buffer, index.index)})"

    def entry(self, buffer: Buffer, index: tuple[Index, ...]) -> str:
        """Return an entry of a buffer."""
        place = self.index(flattened(index, buffer.shape))
        return f"{self.buffers[buffer]}[{place.removeprefix('(').removesuffix(')') if _is_bracketed(place) else place}]"

    # -- scalars ---------------------------------------------------------------------------------

    def as_type(self, scalar: Scalar, dtype: DType) -> str:
        """Return a scalar converted to a type, where it has another."""
        if isinstance(scalar, Number):
            return number(scalar.value, dtype)
        text = self.scalar(scalar)
        return text if TYPES[dtype_of(scalar)] == TYPES[dtype] else f"{TYPES[dtype]}({text})"

    @singledispatchmethod
    def scalar(self, scalar: Scalar) -> str:
        """Return a scalar as a C++ expression that binds like a factor."""
        raise TypeError(scalar)

    @scalar.register
    def _(self, scalar: Number) -> str:
        return number(scalar.value, dtype_of(scalar))

    @scalar.register
    def _(self, scalar: Position) -> str:
        return f"std::int64_t({self.index(scalar.index)})"

    @scalar.register
    def _(self, scalar: Load) -> str:
        return self.entry(scalar.buffer, scalar.index)

    @scalar.register
    def _(self, scalar: Accumulated) -> str:
        return "total"

    @scalar.register
    def _(self, scalar: Cast) -> str:
        return f"{TYPES[scalar.dtype]}({self.scalar(scalar.operand)})"

    @scalar.register
    def _(self, scalar: Select) -> str:
        dtype = dtype_of(scalar)
        test = " && ".join(map(self.condition, scalar.conditions))
        return f"({test} ? {self.as_type(scalar.then, dtype)} : {self.as_type(scalar.otherwise, dtype)})"

    def condition(self, condition: Within) -> str:
        """Of the two sides of a condition those are written that may fail."""
        low, high = interval(condition.index)
        least, most = condition.limits
        text = self.index(condition.index)
        if least == most:
            return f"{text} == {condition.low}"
        sides = [f"{text} >= {condition.low}"] * (low < least) + [f"{text} < {condition.high}"] * (most < high)
        return " && ".join(sides) or "true"

    @scalar.register
    def _(self, scalar: Compute) -> str:
        dtype = self._operand_type(scalar)
        function, operands = scalar.function, scalar.operands
        if function is Function.CHOOSE:
            then, otherwise = (self.as_type(one, dtype_of(scalar)) for one in operands[1:])
            return f"({self.as_type(operands[0], DType.BOOL)} ? {then} : {otherwise})"
        texts = [self.as_type(one, dtype) for one in operands]
        if function in INFIX:
            return f"({f' {INFIX[function]} '.join(texts)})"
        if function in _PREFIX:
            return f"({_PREFIX[function]}{texts[0]})"
        name = TYPES[DType.COMPLEX] if function is Function.COMPLEX else _CALLED[function]
        return f"{name}({', '.join(texts)})"

    @staticmethod
    def _operand_type(scalar: Compute) -> DType:
        if scalar.function in (Function.AND, Function.OR, Function.NOT):
            return DType.BOOL
        widest = wider(*map(dtype_of, scalar.operands))
        return wider(widest, DType.I64) if widest is DType.BOOL and scalar.function not in TRUTHS else widest


_PREFIX: Mapping[Function, str] = {Function.NEG: "-", Function.NOT: "!"}


def _is_bracketed(text: str) -> bool:
    """Tell whether one pair of brackets stands around all of a text."""
    if not text.startswith("("):
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def number(value: bool | int | float, dtype: DType) -> str:
    """Return a literal of a type."""
    if dtype is DType.BOOL:
        return str(bool(value)).lower()
    if dtype is DType.COMPLEX:
        return f"Complex({number(value, DType.FLOAT)})"
    if dtype in _WHOLE:
        return f"{TYPES[dtype]}({int(value)})"
    if isnan(value):
        return f"std::numeric_limits<{TYPES[dtype]}>::quiet_NaN()"
    if value in (inf, -inf):
        return f"{'-' if value < 0 else ''}std::numeric_limits<{TYPES[dtype]}>::infinity()"
    text = repr(float(value))
    literal = text if dtype is DType.F64 else f"{text}f"
    return f"({literal})" if value < 0 else literal


_WHOLE = (DType.I8, DType.I32, DType.I64)
