"""Static arithmetic on integers, floats and symbolic sizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

from archc import shapes
from archc.graph.static import Dim, Static
from archc.semantics.builtins.builtin import Builtin, Function, StaticError, builtin
from archc.semantics.builtins.takings import NUMBER, NUMBERS, SEQUENCE, VALUE, is_dim, is_sequence, items

Number = Dim | float


def real(value: Static, function: str) -> float:
    """Return a number as a float; raise StaticError where a size in it is free or it is too large."""
    try:
        return float(value)  # type: ignore[arg-type]  # what has no float raises, and that is the question
    except (TypeError, OverflowError):
        raise StaticError(f"`{function}` needs a number that is known, and `{value}` is not") from None


def _smooth(name: str, function: Callable[[float], float], doc: str) -> Builtin:
    def call(value: Number) -> float:
        try:
            return function(real(value, name))
        except (ValueError, OverflowError):
            raise StaticError(f"`{name}({value})` is not a finite number") from None

    call.__doc__ = doc
    return builtin(name=name, value=NUMBER)(call)


exp = _smooth("exp", math.exp, "The exponential of a number.")
log = _smooth("log", math.log, "The natural logarithm of a positive number.")
sin = _smooth("sin", math.sin, "The sine of an angle in radians.")
cos = _smooth("cos", math.cos, "The cosine of an angle in radians.")


@builtin(value=NUMBER)
def sqrt(value: Number) -> Number:
    """The square root of a number that is not negative; of a free size, a formula."""
    if hasattr(value, "free_symbols"):
        import sympy

        return sympy.sqrt(value)
    try:
        return math.sqrt(value)
    except (ValueError, OverflowError):
        raise StaticError(f"`sqrt({value})` is not a finite number") from None


@builtin(value=NUMBER)
def log2(value: Number) -> Number:
    """The logarithm to base 2 of a positive number: an integer where the number is a power of two."""
    if type(value) is int and value > 0 and value & (value - 1) == 0:
        return value.bit_length() - 1
    try:
        return math.log2(real(value, "log2"))
    except ValueError:
        raise StaticError(f"`log2({value})`: only positive numbers have a logarithm") from None


def _rounding(name: str, function: Callable[[float], int], doc: str) -> Builtin:
    def call(value: Static) -> Static:
        if is_sequence(value):
            return tuple(call(item) for item in items(value))
        if not isinstance(value, float):
            return whole(value, name)
        if not math.isfinite(value):
            raise StaticError(f"`{name}({value})` is no integer")
        return function(value)

    def whole(value: Static, name: str) -> Static:
        if is_dim(value) and (type(value) is int or value.is_integer):  # type: ignore[union-attr]
            return value
        return function(real(value, name))

    call.__doc__ = doc
    return builtin(name=name, value=VALUE)(call)


floor = _rounding("floor", math.floor, "The largest integer at most a number; of a sequence, entry by entry.")
ceil = _rounding("ceil", math.ceil, "The smallest integer at least a number; of a sequence, entry by entry.")
round_ = _rounding("round", round, "The nearest integer, the even one of two; of a sequence, entry by entry.")


@builtin(name="abs", value=NUMBER)
def absolute(value: Number) -> Number:
    """The absolute value of a number."""
    return shapes.maximum(value, shapes.negate(value)) if hasattr(value, "free_symbols") else abs(value)


def _add(left: Number, right: Number) -> Number:
    if isinstance(left, float) or isinstance(right, float):
        return real(left, "sum") + real(right, "sum")
    return shapes.add(left, right)


def _multiply(left: Number, right: Number) -> Number:
    if isinstance(left, float) or isinstance(right, float):
        return real(left, "prod") * real(right, "prod")
    return shapes.mul(left, right)


@builtin(name="sum", values=NUMBERS)
def sum_(values: Static) -> Number:
    """The sum of a sequence of numbers, 0 of none."""
    return reduce(_add, items(values), 0)  # type: ignore[arg-type]


@builtin(values=NUMBERS)
def prod(values: Static) -> Number:
    """The product of a sequence of numbers, 1 of none."""
    return reduce(_multiply, items(values), 1)  # type: ignore[arg-type]


@builtin(values=NUMBERS)
def mean(values: Static) -> float:
    """The mean of a sequence of numbers that are known."""
    numbers = [real(value, "mean") for value in items(values)]
    if not numbers:
        raise StaticError("`mean` of an empty sequence is not defined")
    return math.fsum(numbers) / len(numbers)


def _extreme(name: str, of_numbers: Function, of_dims: Function, doc: str) -> Builtin:
    def pick(left: Number, right: Number) -> Number:
        if hasattr(left, "free_symbols") or hasattr(right, "free_symbols"):
            return of_dims(left, right)  # type: ignore[return-value]
        return of_numbers(left, right)  # type: ignore[return-value]

    def call(*values: Static) -> Number:
        several = items(values[0]) if len(values) == 1 and is_sequence(values[0]) else values
        if not several or not NUMBERS.accepts(tuple(several)):
            raise StaticError(f"`{name}` takes numbers, or one sequence of them")
        return reduce(pick, several)  # type: ignore[arg-type]

    call.__doc__ = doc
    return builtin(name=name, values=VALUE)(call)


min_ = _extreme("min", min, lambda a, b: shapes.minimum(a, b), "The smallest of some numbers, or of a sequence.")
max_ = _extreme("max", max, lambda a, b: shapes.maximum(a, b), "The largest of some numbers, or of a sequence.")


@builtin(name="all", values=SEQUENCE)
def all_(values: Static) -> bool:
    """Whether every entry of a sequence is true."""
    return all(_truths(values, "all"))


@builtin(name="any", values=SEQUENCE)
def any_(values: Static) -> bool:
    """Whether some entry of a sequence is true."""
    return any(_truths(values, "any"))


def _truths(values: Static, name: str) -> tuple[bool, ...]:
    if any(type(value) is not bool for value in items(values)):
        raise StaticError(f"`{name}` takes a sequence of true and false")
    return items(values)  # type: ignore[return-value]


NUMBER_FUNCTIONS = (
    *(exp, log, sin, cos, sqrt, log2, floor, ceil, round_, absolute),
    *(sum_, prod, mean, min_, max_, all_, any_),
)
