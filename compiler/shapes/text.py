"""Dims as text in the language's own syntax, which is also Python's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from archc.shapes.dims import Scalar
from archc.shapes.expression import (
    ONE,
    Coefficient,
    Expr,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    as_power,
    factors,
    ordered_terms,
    power,
    split,
)

if TYPE_CHECKING:
    from archc.shapes.functions import FloorDiv

SUM, QUOTIENT, PRODUCT, POWER, ATOM = range(5)
"""How tightly a text binds; a quotient is a product that begins with `//` or `%`, where no minus may stand before."""

Names = Mapping[str, str]
Text = tuple[str, int]


def render(dim: Scalar, names: Names | None = None) -> str:
    """Return a dim as an expression of `+ - * // % **`, `min` and `max`.

    `names` says how to write a free size, as something that needs no brackets: `x.shape[2]`. What is no dim but a
    formula with one may also have `/` and `sqrt`.
    """
    return str(dim) if isinstance(dim, int | float) else _render(dim, names or {})[0]


def _render(expr: Expr, names: Names) -> Text:
    from archc.shapes.functions import FloorDiv, Maximum, Minimum

    if isinstance(expr, Symbol):
        return names.get(expr.name, expr.name), ATOM
    if isinstance(expr, Number):
        return _number(expr.value)
    if isinstance(expr, Sum):
        return _sum(expr, names)
    if isinstance(expr, Power):
        return _power(expr, names)
    if isinstance(expr, Product):
        return _product(expr, names)
    if isinstance(expr, FloorDiv):
        return f"{_at(expr.args[0], names, QUOTIENT)} // {_at(expr.args[1], names, POWER)}", QUOTIENT
    if isinstance(expr, Minimum | Maximum):
        inside = ", ".join(sorted(_render(arg, names)[0] for arg in expr.args))
        return f"{'min' if isinstance(expr, Minimum) else 'max'}({inside})", ATOM
    raise TypeError(f"no size: {expr}")


def _at(expr: Expr, names: Names, least: int) -> str:
    text, binding = _render(expr, names)
    return text if binding >= least else f"({text})"


def _number(value: Coefficient) -> Text:
    if value.denominator == 1:
        return str(value), ATOM if value >= 0 else SUM
    return f"{value.numerator} / {value.denominator}", PRODUCT if value >= 0 else SUM


def _power(expr: Power, names: Names) -> Text:
    if _is_divisor(expr):
        return f"1 / {_at(_upside_down(expr), names, POWER)}", PRODUCT
    if expr.exponent == Fraction(1, 2):
        return f"sqrt({_render(expr.base, names)[0]})", ATOM
    return f"{_at(expr.base, names, ATOM)} ** {_at(expr.exponent, names, ATOM)}", POWER


def _product(expr: Expr, names: Names) -> Text:
    times, rest = split(expr)
    if times < 0:
        return _negated(_render(-expr, names)), SUM
    parts = [] if rest == 1 else sorted(factors(rest), key=_order)
    above = [_render(factor, names) for factor in parts if not _is_divisor(factor)]
    below = [_at(_upside_down(factor), names, POWER) for factor in parts if _is_divisor(factor)]
    if times.numerator != 1 or not above:
        above.insert(0, (str(times.numerator), ATOM))
    texts = [
        text if binding >= (POWER if place else QUOTIENT) else f"({text})"
        for place, (text, binding) in enumerate(above)
    ]
    divisors = [str(times.denominator), *below] if times.denominator != 1 else below
    binding = QUOTIENT if above[0][1] == QUOTIENT else PRODUCT
    return " * ".join(texts) + "".join(f" / {divisor}" for divisor in divisors), binding


def _negated(text: Text) -> str:
    return f"-{text[0]}" if text[1] >= PRODUCT else f"-({text[0]})"


def _is_divisor(factor: Expr) -> bool:
    return isinstance(factor, Power) and isinstance(factor.exponent, Number) and factor.exponent.value < 0


def _upside_down(divisor: Expr) -> Expr:
    base, exponent = as_power(divisor)
    return power(base, -exponent)


def _order(expr: Expr) -> tuple[list[str], str]:
    """Sort factors by the names in them: `H // 4 * W`, and not the plain sizes first."""
    return sorted(symbol.name for symbol in expr.free_symbols), str(expr)


def _sum(expr: Expr, names: Names) -> Text:
    """Return the terms, positive ones first, with `a % d` for what is written `a - d * (a // d)` inside."""
    rest, remainders = _remainders(expr)
    signed = [(split(term)[0] < 0, term) for term in ordered_terms(rest) if term != 0]
    parts = [(negative, _render(-term if negative else term, names)) for negative, term in signed]
    for number, floor in remainders:
        text = f"{_at(floor.args[0], names, QUOTIENT)} % {_at(floor.args[1], names, POWER)}"
        parts.append((number < 0, (text, QUOTIENT) if abs(number) == 1 else (f"{abs(number)} * ({text})", PRODUCT)))
    parts.sort(key=lambda part: part[0])
    first = _negated(parts[0][1]) if parts[0][0] else parts[0][1][0]
    more = "".join(f" {'-' if negative else '+'} {text[0]}" for negative, text in parts[1:])
    return first + more, SUM if len(parts) > 1 or parts[0][0] else parts[0][1][1]


def _remainders(expr: Expr) -> tuple[Expr, list[tuple[int, FloorDiv]]]:
    """Return what is left of a sum without the remainders in it, and those with their factors."""
    from archc.shapes import polynomial
    from archc.shapes.functions import FloorDiv

    found = []
    for floor in sorted(expr.atoms(FloorDiv), key=_order):
        remainder = polynomial.minus(floor.args[0], polynomial.multiply(floor.args[1], floor))
        pattern = polynomial.terms(remainder)
        pattern.pop(ONE, None)
        parts = polynomial.terms(expr)
        ratios = {Fraction(parts.get(monomial, 0)) / number for monomial, number in pattern.items()}
        factor = next(iter(ratios)) if len(ratios) == 1 else 0
        if factor and factor.denominator == 1 and len(pattern) > 1:
            expr = polynomial.minus(expr, polynomial.scaled(remainder, int(factor)))
            found.append((int(factor), floor))
    return expr, found
