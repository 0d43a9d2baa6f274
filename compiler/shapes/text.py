"""Dims as text in the language's own syntax, which is also Python's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from archc.shapes.dims import Scalar

if TYPE_CHECKING:
    import sympy

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


def _render(expr: sympy.Expr, names: Names) -> Text:
    from archc.shapes.functions import FloorDiv, Maximum, Minimum

    if expr.is_Symbol:
        return names.get(expr.name, expr.name), ATOM
    if expr.is_Number:
        return _number(expr)
    if expr.is_Add:
        return _sum(expr, names)
    if expr.is_Pow:
        return _power(expr, names)
    if expr.is_Mul:
        return _product(expr, names)
    if isinstance(expr, FloorDiv):
        return f"{_at(expr.args[0], names, QUOTIENT)} // {_at(expr.args[1], names, POWER)}", QUOTIENT
    if isinstance(expr, Minimum | Maximum):
        inside = ", ".join(sorted(_render(arg, names)[0] for arg in expr.args))
        return f"{'min' if isinstance(expr, Minimum) else 'max'}({inside})", ATOM
    raise TypeError(f"no size: {expr}")


def _at(expr: sympy.Expr, names: Names, least: int) -> str:
    text, binding = _render(expr, names)
    return text if binding >= least else f"({text})"


def _number(number: sympy.Number) -> Text:
    if not number.is_Rational:
        return repr(float(number)), SUM
    if number.q == 1:
        return str(number.p), ATOM if number.p >= 0 else SUM
    return f"{number.p} / {number.q}", PRODUCT if number.p >= 0 else SUM


def _power(expr: sympy.Expr, names: Names) -> Text:
    if expr.exp.is_Rational and expr.exp < 0:
        return f"1 / {_at(expr.base**-expr.exp, names, POWER)}", PRODUCT
    if expr.exp.is_Rational and expr.exp.p == 1 and expr.exp.q == 2:
        return f"sqrt({_render(expr.base, names)[0]})", ATOM
    return f"{_at(expr.base, names, ATOM)} ** {_at(expr.exp, names, ATOM)}", POWER


def _product(expr: sympy.Expr, names: Names) -> Text:
    number, rest = expr.as_coeff_Mul()
    if number < 0:
        return _negated(_render(-expr, names)), SUM
    factors = [] if rest == 1 else sorted(rest.as_ordered_factors(), key=_order)
    above = [_render(factor, names) for factor in factors if not _is_divisor(factor)]
    below = [_at(factor**-1, names, POWER) for factor in factors if _is_divisor(factor)]
    if number.p != 1 or not above:
        above.insert(0, (str(number.p), ATOM))
    texts = [
        text if binding >= (POWER if place else QUOTIENT) else f"({text})"
        for place, (text, binding) in enumerate(above)
    ]
    divisors = [str(number.q), *below] if number.q != 1 else below
    binding = QUOTIENT if above[0][1] == QUOTIENT else PRODUCT
    return " * ".join(texts) + "".join(f" / {divisor}" for divisor in divisors), binding


def _negated(text: Text) -> str:
    return f"-{text[0]}" if text[1] >= PRODUCT else f"-({text[0]})"


def _is_divisor(factor: sympy.Expr) -> bool:
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp < 0)


def _order(expr: sympy.Expr) -> tuple[list[str], str]:
    """Sort factors by the names in them: `H // 4 * W`, and not the plain sizes first."""
    return sorted(symbol.name for symbol in expr.free_symbols), str(expr)


def _sum(expr: sympy.Expr, names: Names) -> Text:
    """Return the terms, positive ones first, with `a % d` for what is written `a - d * (a // d)` inside."""
    rest, remainders = _remainders(expr)
    signed = [(bool(term.as_coeff_Mul()[0] < 0), term) for term in rest.as_ordered_terms() if term != 0]
    parts = [(negative, _render(-term if negative else term, names)) for negative, term in signed]
    for number, floor in remainders:
        text = f"{_at(floor.args[0], names, QUOTIENT)} % {_at(floor.args[1], names, POWER)}"
        parts.append((number < 0, (text, QUOTIENT) if abs(number) == 1 else (f"{abs(number)} * ({text})", PRODUCT)))
    parts.sort(key=lambda part: part[0])
    first = _negated(parts[0][1]) if parts[0][0] else parts[0][1][0]
    more = "".join(f" {'-' if negative else '+'} {text[0]}" for negative, text in parts[1:])
    return first + more, SUM if len(parts) > 1 or parts[0][0] else parts[0][1][1]


def _remainders(expr: sympy.Expr) -> tuple[sympy.Expr, list[tuple[int, FloorDiv]]]:
    """Return what is left of a sum without the remainders in it, and those with their factors."""
    from archc.shapes import polynomial
    from archc.shapes.functions import FloorDiv

    found = []
    for floor in sorted(expr.atoms(FloorDiv), key=_order):
        remainder = polynomial.minus(floor.args[0], polynomial.multiply(floor.args[1], floor))
        pattern = polynomial.terms(remainder)
        pattern.pop(polynomial.ONE, None)
        parts = polynomial.terms(expr)
        factors = {Fraction(parts.get(monomial, 0)) / number for monomial, number in pattern.items()}
        factor = next(iter(factors)) if len(factors) == 1 else 0
        if factor and factor.denominator == 1 and len(pattern) > 1:
            expr = polynomial.minus(expr, polynomial.scaled(remainder, int(factor)))
            found.append((int(factor), floor))
    return expr, found
