"""Static arithmetic on integers, floats and symbolic sizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import cast

from archc import shapes
from archc.graph.static import Static
from archc.semantics.builtins.builtin import Builtin, StaticError, builtin
from archc.semantics.builtins.takings import NUMBER, NUMBERS, SEQUENCE, VALUE, is_free, is_number, is_sequence, items
from archc.shapes import Scalar


def real(value: Static, function: str) -> float:
    """Return a number as a float; raise StaticError where a size in it is free."""
    number = shapes.to_number(cast("Scalar", value))
    if number is None:
        raise StaticError(f"`{function}` needs a number that is known, and `{value}` is not")
    return float(number)


def _smooth(name: str, function: Callable[[float], float], doc: str) -> Builtin:
    def call(value: Static) -> float:
        try:
            return function(real(value, name))
        except ValueError:
            raise StaticError(f"`{name}({value})` is not a number") from None

    call.__doc__ = doc
    return builtin(name=name, value=NUMBER)(call)


exp = _smooth("exp", math.exp, "The exponential of a number.")
log = _smooth("log", math.log, "The natural logarithm of a positive number.")
sin = _smooth("sin", math.sin, "The sine of an angle in radians.")
cos = _smooth("cos", math.cos, "The cosine of an angle in radians.")


@builtin(value=NUMBER)
def sqrt(value: Static) -> Static:
    """The square root of a number that is not negative; of a free size, a formula."""
    if is_free(value):
        return cast("Static", shapes.power(cast("Scalar", value), 0.5))
    try:
        return math.sqrt(cast("float", value))
    except ValueError:
        raise StaticError(f"`sqrt({value})` is not a number") from None


@builtin(value=NUMBER)
def log2(value: Static) -> Static:
    """The logarithm to base 2 of a positive number: an integer where the number is a power of two."""
    if type(value) is int and value > 0 and value & (value - 1) == 0:
        return value.bit_length() - 1
    try:
        return math.log2(real(value, "log2"))
    except ValueError:
        raise StaticError(f"`log2({value})`: only positive numbers have a logarithm") from None


def _rounding(name: str, function: Callable[[Scalar], Static], doc: str) -> Builtin:
    def call(value: Static) -> Static:
        if is_sequence(value):
            return tuple(call(item) for item in items(value))
        if not is_number(value) or (isinstance(value, float) and not math.isfinite(value)):
            raise StaticError(f"`{name}` takes numbers, and `{value}` is none that has a nearest integer")
        return function(cast("Scalar", value))

    call.__doc__ = doc
    return builtin(name=name, value=VALUE)(call)


def _nearest(value: Scalar) -> Static:
    return round(real(value, "round")) if not isinstance(value, int) else value


floor = _rounding("floor", shapes.floor, "The largest integer at most a number; of a sequence, entry by entry.")
ceil = _rounding("ceil", shapes.ceil, "The smallest integer at least a number; of a sequence, entry by entry.")
round_ = _rounding("round", _nearest, "The nearest integer, the even one of two; of a sequence, entry by entry.")


@builtin(value=NUMBER)
def abs_(value: Static) -> Static:
    """The absolute value of a number."""
    number = cast("Scalar", value)
    return shapes.maximum(number, shapes.negate(number))


def _scalars(values: Static) -> tuple[Scalar, ...]:
    return cast("tuple[Scalar, ...]", items(values))


@builtin(values=NUMBERS)
def sum_(values: Static) -> Static:
    """The sum of a sequence of numbers, 0 of none."""
    start: Scalar = 0
    return reduce(shapes.add, _scalars(values), start)


@builtin(values=NUMBERS)
def prod(values: Static) -> Static:
    """The product of a sequence of numbers, 1 of none."""
    start: Scalar = 1
    return reduce(shapes.mul, _scalars(values), start)


@builtin(values=NUMBERS)
def mean(values: Static) -> Static:
    """The mean of a sequence of known numbers."""
    numbers = [real(value, "mean") for value in items(values)]
    if not numbers:
        raise StaticError("`mean` of an empty sequence is not defined")
    return math.fsum(numbers) / len(numbers)


def _extreme(name: str, function: Callable[..., Scalar], doc: str) -> Builtin:
    def call(*values: Static) -> Static:
        several = items(values[0]) if len(values) == 1 and is_sequence(values[0]) else values
        if not several or not all(map(is_number, several)):
            raise StaticError(f"`{name}` takes numbers, or one sequence of them")
        return function(*several)

    call.__doc__ = doc
    return builtin(name=name, values=VALUE)(call)


min_ = _extreme("min", shapes.minimum, "The smallest of some numbers, or of a sequence.")
max_ = _extreme("max", shapes.maximum, "The largest of some numbers, or of a sequence.")


def _truths(values: Static, name: str) -> tuple[bool, ...]:
    if any(type(value) is not bool for value in items(values)):
        raise StaticError(f"`{name}` takes a sequence of true and false")
    return cast("tuple[bool, ...]", items(values))


@builtin(values=SEQUENCE)
def all_(values: Static) -> Static:
    """Whether every entry of a sequence is true."""
    return all(_truths(values, "all"))


@builtin(values=SEQUENCE)
def any_(values: Static) -> Static:
    """Whether some entry of a sequence is true."""
    return any(_truths(values, "any"))


NUMBER_FUNCTIONS = (
    *(exp, log, sin, cos, sqrt, log2, floor, ceil, round_, abs_),
    *(sum_, prod, mean, min_, max_, all_, any_),
)
