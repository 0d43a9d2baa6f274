"""Arithmetic of sizes: Python's own while everything is a number, exact symbolic algebra where a size is free.

Every function may raise an `ArithmeticError`: `ZeroDivisionError`, or `TooLargeError` for what is beyond all use.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from archc.graph.static import Dim
from archc.shapes import algebra
from archc.shapes.expression import Expr, Symbol
from archc.shapes.limits import LARGEST, MOST_BITS, TooLargeError

Scalar = int | float | Expr
Number = TypeVar("Number", Dim, Scalar)


def symbol(name: str, least: int = 1) -> Symbol:
    """Return the free size of that name: an integer that is at least `least` (1, or 0 where it may be empty)."""
    return algebra.symbol(name, least)


def add(left: Number, right: Number) -> Number:
    """Return the sum."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right
    return cast("Number", algebra.add(left, right))


def sub(left: Number, right: Number) -> Number:
    """Return the difference."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left - right
    return cast("Number", algebra.subtract(left, right))


def mul(left: Number, right: Number) -> Number:
    """Return the product."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return cast("Number", _bounded(left * right))
    return cast("Number", algebra.multiply(left, right))


def floordiv(left: Number, right: Number) -> Number:
    """Return the quotient rounded down; where a symbolic divisor is 0 the result means nothing."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left // right
    return cast("Number", algebra.floordiv(left, right))


def mod(left: Number, right: Number) -> Number:
    """Return `left - right * (left // right)`."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left % right
    return cast("Number", algebra.mod(left, right))


def truediv(left: Scalar, right: Scalar) -> Scalar:
    """Return the quotient: a float of two numbers, an exact expression where a symbol takes part."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left / right
    return cast(Scalar, algebra.divide(left, right))


def power(base: Number, exponent: Number) -> Number:
    """Return the power; a negative exponent of an int gives a float, as in Python."""
    if isinstance(base, int | float) and isinstance(exponent, int | float):
        return cast("Number", _number_power(base, exponent))
    return cast("Number", algebra.power(base, exponent))


def minimum(*values: Number) -> Number:
    """Return the least of at least one value."""
    if all(isinstance(value, int | float) for value in values):
        return min(values)  # type: ignore[type-var]
    return cast("Number", algebra.minimum(*values))


def maximum(*values: Number) -> Number:
    """Return the greatest of at least one value."""
    if all(isinstance(value, int | float) for value in values):
        return max(values)  # type: ignore[type-var]
    return cast("Number", algebra.maximum(*values))


def negate(value: Number) -> Number:
    """Return the value with its sign changed."""
    if isinstance(value, int | float):
        return -value
    return cast("Number", algebra.subtract(0, value))


def ceildiv(left: Dim, right: Dim) -> Dim:
    """Return the quotient rounded up, for a positive divisor."""
    return floordiv(sub(add(left, right), 1), right)


def floor(value: Scalar) -> Dim:
    """Return the greatest integer that is not above the value."""
    whole = floordiv(value, 1)
    return int(whole) if isinstance(whole, float) else whole


def ceil(value: Scalar) -> Dim:
    """Return the least integer that is not below the value."""
    return negate(floor(negate(value)))


def product(values: Iterable[Dim]) -> Dim:
    """Return the product of all, 1 of none."""
    result: Dim = 1
    for value in values:
        result = mul(result, value)
    return result


def total(values: Iterable[Dim]) -> Dim:
    """Return the sum of all, 0 of none."""
    result: Dim = 0
    for value in values:
        result = add(result, value)
    return result


def to_number(value: Scalar) -> int | float | None:
    """Return the value as a Python number, None where a free size takes part."""
    if isinstance(value, int | float):
        return value
    number = algebra.plain(value)
    return number if isinstance(number, int | float) else None


def _bounded(value: int | float) -> int | float:
    if -LARGEST < value < LARGEST:
        return value
    raise TooLargeError("a number beyond every size")


def _number_power(base: int | float, exponent: int | float) -> int | float:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > MOST_BITS:
        raise TooLargeError(f"a power with exponent {exponent}")
    result: int | float | complex = base**exponent
    if isinstance(result, complex):
        raise ArithmeticError("a root of a negative number")
    return _bounded(result)
