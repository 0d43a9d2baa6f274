"""Operators on every element, and choices between two."""

from __future__ import annotations

from collections.abc import Callable

from archc.graph.static import DType
from archc.loops.nest import Nest, nest
from archc.loops.scalar import Cast, Function, Number, Scalar, compute, dtype_of
from archc.loops.use import Lowering, Use


def _unary(function: Callable[[Scalar], Scalar]) -> Lowering:
    def lower(use: Use) -> tuple[Nest, ...]:
        return (nest(use.result, lambda *i: function(use.source("x").at(*i))),)

    return lower


def _binary(function: Callable[[Scalar, Scalar], Scalar]) -> Lowering:
    """Two operands, the second along `axis` of the first where that is given."""

    def lower(use: Use) -> tuple[Nest, ...]:
        a, b = use.source("a"), use.source("b")
        named = dict(use.apply.attributes).get("axis")
        axes = None if named is None else use.axes(a.rank, range(0))
        return (nest(use.result, lambda *i: function(a.broadcast(i), b.broadcast(i, axes))),)

    return lower


def _of(function: Function) -> Callable[..., Scalar]:
    return lambda *operands: compute(function, *operands)


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """Return a power: small whole exponents are products, which are faster and no less exact."""
    if isinstance(exponent, Number) and exponent.value in (1, 2, 3):
        return base if exponent.value == 1 else base * base if exponent.value == 2 else base * base * base
    return compute(Function.POW, base, exponent)


def sigmoid(x: Scalar) -> Scalar:
    """Return 1 / (1 + exp(-x))."""
    return Number(1.0) / (compute(Function.EXP, compute(Function.NEG, x)) + 1.0)


def rsqrt(x: Scalar) -> Scalar:
    """Return 1 / sqrt(x)."""
    return Number(1.0) / compute(Function.SQRT, x)


def _where(use: Use) -> tuple[Nest, ...]:
    condition, a, b = use.source("condition"), use.source("a"), use.source("b")
    return (
        nest(use.result, lambda *i: compute(Function.CHOOSE, condition.broadcast(i), a.broadcast(i), b.broadcast(i))),
    )


def _cast(use: Use) -> tuple[Nest, ...]:
    return (nest(use.result, lambda *i: Cast(use.result.dtype, use.source("x").at(*i))),)


def _clamp(use: Use) -> tuple[Nest, ...]:
    low, high = use.number("low"), use.number("high")
    x = use.source("x")
    return (
        nest(
            use.result,
            lambda *i: compute(Function.MINIMUM, compute(Function.MAXIMUM, x.at(*i), low), high),
        ),
    )


def as_float(scalar: Scalar) -> Scalar:
    """Return an integer or a truth value as a float, others as they are."""
    dtype = dtype_of(scalar)
    whole = dtype in (DType.BOOL, DType.I8, DType.I32, DType.I64)
    return Cast(DType.FLOAT, scalar) if whole else scalar


UNARY: dict[str, Function] = {
    "neg": Function.NEG,
    "abs": Function.ABS,
    "sign": Function.SIGN,
    "floor": Function.FLOOR,
    "ceil": Function.CEIL,
    "round": Function.ROUND,
    "exp": Function.EXP,
    "log": Function.LOG,
    "sin": Function.SIN,
    "cos": Function.COS,
    "sqrt": Function.SQRT,
    "tanh": Function.TANH,
    "erf": Function.ERF,
    "logical_not": Function.NOT,
}
BINARY: dict[str, Function] = {
    "add": Function.ADD,
    "sub": Function.SUB,
    "mul": Function.MUL,
    "div": Function.DIV,
    "floordiv": Function.FLOORDIV,
    "mod": Function.MOD,
    "minimum": Function.MINIMUM,
    "maximum": Function.MAXIMUM,
    "equal": Function.EQUAL,
    "not_equal": Function.NOT_EQUAL,
    "less": Function.LESS,
    "less_equal": Function.LESS_EQUAL,
    "greater": Function.GREATER,
    "greater_equal": Function.GREATER_EQUAL,
    "logical_and": Function.AND,
    "logical_or": Function.OR,
}
POINTWISE: dict[str, Lowering] = {
    **{name: _unary(_of(function)) for name, function in UNARY.items()},
    **{name: _binary(_of(function)) for name, function in BINARY.items()},
    "pow": _binary(power),
    "sigmoid": _unary(sigmoid),
    "rsqrt": _unary(rsqrt),
    "where": _where,
    "cast": _cast,
    "clamp": _clamp,
}
