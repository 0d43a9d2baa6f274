"""The arithmetic of dims once a symbol takes part: every result is an expanded polynomial over exact atoms.

Operands are ints, floats or expressions; a result without a symbol is an int or a float again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any

from archc.shapes import polynomial
from archc.shapes.expression import Expr, Function, Number, Power, Product, Sum, Symbol, number
from archc.shapes.expression import power as power_of
from archc.shapes.functions import FloorDiv, Maximum, Minimum
from archc.shapes.limits import MOST_DEGREE, MOST_NESTED, TooLargeError

Operand = int | float | Expr
Result = Any
"""An int or an expression of such, else perhaps a float."""

NICEST = 10**6
"""A float that is a fraction with a smaller denominator stands for that fraction: 0.1 is one tenth."""


@lru_cache(maxsize=1 << 12)
def symbol(name: str, least: int) -> Symbol:
    return Symbol(name, least)


def witness_symbol(base: Symbol, modulus: int, least: int) -> Symbol:
    """Return the symbol for `base` divided by a number."""
    return symbol(f"{base.name}{_OF_WITNESS}{modulus}", least)


def is_witness(candidate: Symbol) -> bool:
    """Return whether a symbol was made here and is no name of an author's."""
    return _OF_WITNESS in candidate.name


_OF_WITNESS = "/"
"""Stands in the names of witnesses, and in no name of the language."""


def expression(operand: Operand) -> Expr:
    """Return a number as an exact one, an expression as it is. Raises TooLargeError for an infinite one."""
    if isinstance(operand, int):
        return number(operand)
    if isinstance(operand, float):
        if not isfinite(operand):
            raise TooLargeError("infinity")
        exact = Fraction(operand)
        nice = exact.limit_denominator(NICEST)
        return number(nice if float(nice) == operand else exact)
    return operand


def _shallow(operand: Operand) -> Expr:
    expr = expression(operand)
    if _nesting(expr) > MOST_NESTED:
        raise TooLargeError(f"a formula nested {_nesting(expr)} deep")
    return expr


@lru_cache(maxsize=1 << 14)
def _nesting(expr: Expr) -> int:
    return max((_nesting(arg) for arg in expr.args), default=0) + int(isinstance(expr, Function))


def plain(expr: Expr) -> Result:
    """Return a number without a symbol as int or float, anything else as it is."""
    if expr.is_whole:
        return int(expr)
    return float(expr) if isinstance(expr, Number) else expr


@lru_cache(maxsize=1 << 16)
def add(left: Operand, right: Operand) -> Result:
    return plain(polynomial.plus(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def subtract(left: Operand, right: Operand) -> Result:
    return plain(polynomial.minus(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def multiply(left: Operand, right: Operand) -> Result:
    return plain(polynomial.multiply(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def floordiv(left: Operand, right: Operand) -> Result:
    return plain(FloorDiv(_shallow(left), _shallow(right)))


@lru_cache(maxsize=1 << 16)
def mod(left: Operand, right: Operand) -> Result:
    return subtract(left, multiply(right, floordiv(left, right)))


@lru_cache(maxsize=1 << 14)
def divide(left: Operand, right: Operand) -> Result:
    dividend, divisor = expression(left), expression(right)
    if divisor == 0:
        raise ZeroDivisionError("division by zero")
    quotient, remainder = polynomial.divide(dividend, divisor)
    if remainder == 0:
        return plain(quotient)
    return plain(polynomial.multiply(dividend, power_of(divisor, number(-1))))


@lru_cache(maxsize=1 << 14)
def power(base: Operand, exponent: Operand) -> Result:
    if isinstance(exponent, float) and exponent.is_integer():
        exponent = int(exponent)
    if isinstance(exponent, int | float) and abs(exponent) > MOST_DEGREE:
        raise TooLargeError(f"a power with exponent {exponent}")
    if not isinstance(exponent, int) or exponent < 0:
        return plain(power_of(expression(base), expression(exponent)))
    result: Result = 1
    for _ in range(exponent):
        result = multiply(result, base)
    return result


@lru_cache(maxsize=1 << 14)
def minimum(*operands: Operand) -> Result:
    return plain(Minimum(*map(_shallow, operands)))


@lru_cache(maxsize=1 << 14)
def maximum(*operands: Operand) -> Result:
    return plain(Maximum(*map(_shallow, operands)))


_RULES: dict[type[Expr], Callable[..., Result]] = {
    FloorDiv: floordiv,
    Minimum: minimum,
    Maximum: maximum,
    Power: power,
}


def replace(operand: Operand, values: Mapping[Any, Operand]) -> Result:
    """Return `operand` with symbols or functions replaced, in normal form again."""
    if isinstance(operand, int | float | Number):
        return int(operand) if isinstance(operand, Number) and operand.is_whole else operand
    if operand in values:
        return values[operand]
    known = all(isinstance(key, Symbol) for key in values)
    if isinstance(operand, Symbol) or (known and values.keys().isdisjoint(operand.free_symbols)):
        return operand
    parts = [replace(arg, values) for arg in operand.args]
    if isinstance(operand, Sum | Product):
        step = add if isinstance(operand, Sum) else multiply
        result = parts[0]
        for part in parts[1:]:
            result = step(result, part)
        return result
    return _RULES[type(operand)](*parts)
