"""Expressions of sizes as SymPy's own, with which users go on."""

from __future__ import annotations

from functools import lru_cache

import sympy

from archc.shapes.expression import Expr, Number, Power, Product, Sum, Symbol


class FloorDiv(sympy.Function):  # type: ignore[misc]
    """`a // d`, rounded down as Python does, kept as it is until `a` and `d` are numbers.

    SymPy's own `floor` leans on assumptions that are wrong for some dividends (SymPy 1.14 takes `floor(e / 22)` for
    `e / 22` where `e` is even).
    """

    nargs = 2
    is_integer = True

    @classmethod
    def eval(cls, dividend: sympy.Expr, divisor: sympy.Expr) -> sympy.Expr | None:
        """Return the quotient of two numbers."""
        if dividend.is_Integer and divisor.is_Integer:
            return sympy.Integer(int(dividend) // int(divisor))
        return None


@lru_cache(maxsize=1 << 12)
def to_sympy(expr: Expr) -> sympy.Expr:
    """Return the same expression of SymPy's; its symbols are integers, positive or not negative."""
    from archc.shapes import functions

    if isinstance(expr, Number):
        return sympy.Rational(expr.value.numerator, expr.value.denominator)
    if isinstance(expr, Symbol):
        return sympy.Symbol(expr.name, integer=True, **{"positive" if expr.least else "nonnegative": True})
    made = {
        Sum: sympy.Add,
        Product: sympy.Mul,
        Power: sympy.Pow,
        functions.FloorDiv: FloorDiv,
        functions.Minimum: sympy.Min,
        functions.Maximum: sympy.Max,
    }
    return made[type(expr)](*map(to_sympy, expr.args))
