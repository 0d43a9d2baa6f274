"""The arithmetic of dims once a symbol takes part: every result is an expanded polynomial over exact atoms.

Operands are ints, floats or SymPy expressions; a result without a symbol is an int or a float again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Union

import sympy

from archc.shapes import polynomial
from archc.shapes.functions import FloorDiv, Maximum, Minimum
from archc.shapes.limits import MOST_DEGREE, MOST_NESTED, TooLargeError

Operand = Union[int, float, "sympy.Expr"]

NICEST = 10**6
"""A float that is a fraction with a smaller denominator stands for that fraction: 0.1 is one tenth."""


@lru_cache(maxsize=1 << 12)
def symbol(name: str, least: int) -> sympy.Symbol:
    return (
        sympy.Symbol(name, integer=True, positive=True) if least else sympy.Symbol(name, integer=True, nonnegative=True)
    )


def witness_symbol(base: sympy.Symbol, modulus: int, least: int) -> sympy.Symbol:
    """Return the symbol for `base` divided by a number."""
    return symbol(f"{base.name}{_OF_WITNESS}{modulus}", least)


def is_witness(candidate: sympy.Symbol) -> bool:
    """Return whether a symbol was made here and is no name of an author's."""
    return _OF_WITNESS in candidate.name


_OF_WITNESS = "/"
"""Stands in the names of witnesses, and in no name of the language."""


def expression(operand: Operand) -> sympy.Expr:
    """Return a number as an exact SymPy number, an expression as it is. Raises TooLargeError for an infinite one."""
    if isinstance(operand, int):
        return sympy.Integer(operand)
    if isinstance(operand, float):
        if not isfinite(operand):
            raise TooLargeError("infinity")
        exact = Fraction(operand)
        nice = exact.limit_denominator(NICEST)
        chosen = nice if float(nice) == operand else exact
        return sympy.Rational(chosen.numerator, chosen.denominator)
    return operand


def _shallow(operand: Operand) -> sympy.Expr:
    expr = expression(operand)
    if _nesting(expr) > MOST_NESTED:
        raise TooLargeError(f"a formula nested {_nesting(expr)} deep")
    return expr


@lru_cache(maxsize=1 << 14)
def _nesting(expr: sympy.Expr) -> int:
    return max((_nesting(arg) for arg in expr.args), default=0) + int(expr.is_Function)


def plain(expr: sympy.Expr) -> Operand:
    """Return a number without a symbol as int or float, anything else as it is."""
    if expr.is_Integer:
        return int(expr)
    return float(expr) if expr.is_Number else expr


@lru_cache(maxsize=1 << 16)
def add(left: Operand, right: Operand) -> Operand:
    return plain(polynomial.plus(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def subtract(left: Operand, right: Operand) -> Operand:
    return plain(polynomial.minus(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def multiply(left: Operand, right: Operand) -> Operand:
    return plain(polynomial.multiply(expression(left), expression(right)))


@lru_cache(maxsize=1 << 16)
def floordiv(left: Operand, right: Operand) -> Operand:
    return plain(FloorDiv(_shallow(left), _shallow(right)))


@lru_cache(maxsize=1 << 16)
def mod(left: Operand, right: Operand) -> Operand:
    return subtract(left, multiply(right, floordiv(left, right)))


@lru_cache(maxsize=1 << 14)
def divide(left: Operand, right: Operand) -> Operand:
    dividend, divisor = expression(left), expression(right)
    if divisor == 0:
        raise ZeroDivisionError("division by zero")
    quotient, remainder = polynomial.divide(dividend, divisor)
    if remainder == 0:
        return plain(quotient)
    return plain(polynomial.multiply(dividend, sympy.Pow(divisor, -1)))


@lru_cache(maxsize=1 << 14)
def power(base: Operand, exponent: Operand) -> Operand:
    if isinstance(exponent, float) and exponent.is_integer():
        exponent = int(exponent)
    if isinstance(exponent, int | float) and abs(exponent) > MOST_DEGREE:
        raise TooLargeError(f"a power with exponent {exponent}")
    if isinstance(exponent, int) and exponent >= 0:
        result: Operand = 1
        for _ in range(exponent):
            result = multiply(result, base)
        return result
    made = sympy.Pow(expression(base), expression(exponent))
    if made.has(sympy.zoo, sympy.nan):
        raise ZeroDivisionError("a power of zero")
    if made.has(sympy.I):
        raise ArithmeticError("a root of a negative number")
    return plain(made)


@lru_cache(maxsize=1 << 14)
def minimum(*operands: Operand) -> Operand:
    return plain(Minimum(*map(_shallow, operands)))


@lru_cache(maxsize=1 << 14)
def maximum(*operands: Operand) -> Operand:
    return plain(Maximum(*map(_shallow, operands)))


_RULES: tuple[tuple[type, Callable[..., Operand]], ...] = (
    (FloorDiv, floordiv),
    (Minimum, minimum),
    (Maximum, maximum),
    (sympy.Pow, power),
)


def replace(operand: Operand, values: Mapping[sympy.Expr, Operand]) -> Operand:
    """Return `operand` with symbols or functions replaced, in normal form again."""
    if isinstance(operand, int | float) or operand.is_Number:
        return int(operand) if isinstance(operand, sympy.Integer) else operand
    if operand in values:
        return values[operand]
    if operand.is_Symbol or (all(key.is_Symbol for key in values) and values.keys().isdisjoint(operand.free_symbols)):
        return operand
    parts = [replace(arg, values) for arg in operand.args]
    if operand.is_Add or operand.is_Mul:
        step = add if operand.is_Add else multiply
        result = parts[0]
        for part in parts[1:]:
            result = step(result, part)
        return result
    rule = next((rule for kind, rule in _RULES if isinstance(operand, kind)), None)
    return rule(*parts) if rule is not None else plain(operand.func(*map(expression, parts)))
