"""Where a dim repeats: its period and degree in every size.

A polynomial over floors by constants is a quasi-polynomial: on each class of sizes modulo the periods it is a
polynomial with integer coefficients, so a few values of it per class decide about all sizes at once. (A floor
`p // k` of such a polynomial in `t` is one again for `t` modulo `k`, since every term but the constant one of
`p(k * s + j)` is a multiple of `k`.) Minima and maxima make it piecewise: between the places where their
arguments cross, the same holds.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, lcm

from archc.records import record
from archc.shapes import polynomial
from archc.shapes.expression import Expr, Power, Product, Sum, Symbol
from archc.shapes.functions import FloorDiv, Maximum, Minimum


@record
class Structure:
    """The periods and degrees of a dim in its symbols, in the same order, and the minima and maxima in it."""

    symbols: tuple[Symbol, ...]
    periods: tuple[int, ...]
    degrees: tuple[int, ...]
    extremes: tuple[Expr, ...]


@lru_cache(maxsize=1 << 12)
def structure(expr: Expr) -> Structure | None:
    """Return the structure of a quasi-polynomial, None where a divisor or an exponent is a free size."""
    if not _is_regular(expr):
        return None
    symbols = tuple(sorted(expr.free_symbols, key=lambda symbol: symbol.name))
    extremes = tuple(part for part in expr.parts_up() if isinstance(part, Minimum | Maximum))
    return Structure(
        symbols,
        tuple(period(expr, symbol) for symbol in symbols),
        tuple(degree(expr, symbol) for symbol in symbols),
        tuple(dict.fromkeys(extremes)),
    )


def _is_regular(expr: Expr) -> bool:
    if isinstance(expr, Power):
        return expr.exponent.is_whole and int(expr.exponent) > 0 and _is_regular(expr.base)
    if isinstance(expr, FloorDiv):
        return expr.args[1].is_whole and _is_regular(expr.args[0])
    known = expr.is_whole or isinstance(expr, Symbol | Sum | Product | Minimum | Maximum)
    return known and all(_is_regular(arg) for arg in expr.args)


@lru_cache(maxsize=1 << 14)
def period(expr: Expr, symbol: Symbol) -> int:
    """Return a number of sizes after which a quasi-polynomial is the same polynomial again."""
    inner = lcm(*(period(arg, symbol) for arg in expr.args))
    if not isinstance(expr, FloorDiv) or symbol not in expr.free_symbols:
        return inner
    moving = polynomial.content(c for m, c in polynomial.terms(expr.args[0]).items() if symbol in m.free_symbols)
    divisor = int(expr.args[1])
    return inner * (divisor // gcd(divisor, moving))


@lru_cache(maxsize=1 << 14)
def degree(expr: Expr, symbol: Symbol) -> int:
    """Return the degree of a quasi-polynomial in a symbol."""
    if expr == symbol:
        return 1
    if isinstance(expr, Product):
        return sum(degree(arg, symbol) for arg in expr.args)
    if isinstance(expr, Power):
        return degree(expr.base, symbol) * int(expr.exponent)
    return max((degree(arg, symbol) for arg in expr.args), default=0)
