"""Floor division, minimum and maximum as SymPy functions that only ever take exact steps.

SymPy's own `floor`, `Mod`, `Min` and `Max` are slow on symbols and lean on assumptions that are wrong for some
(SymPy 1.14 takes `floor(e / 22)` for `e / 22` where `e` is even), so none of them is used.
"""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import TYPE_CHECKING

import sympy

from archc.shapes import polynomial
from archc.shapes.limits import MOST_ARGUMENTS, MOST_SHIFTED, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable


class FloorDiv(sympy.Function):  # type: ignore[misc]
    """`a // d`, rounded down as Python does. Where `d` is 0 it has no value."""

    nargs = 2
    is_integer = True

    @classmethod
    def eval(cls, dividend: sympy.Expr, divisor: sympy.Expr) -> sympy.Expr | None:
        if divisor.is_Integer:
            return _by_constant(dividend, int(divisor))
        return _by_expression(dividend, divisor)


def _by_constant(dividend: sympy.Expr, divisor: int) -> sympy.Expr | None:
    if divisor == 0:
        raise ZeroDivisionError("a size is divided by zero")
    if divisor < 0:
        return FloorDiv(polynomial.scaled(dividend, -1), -divisor)
    parts = polynomial.terms(dividend)
    scale = polynomial.denominator(parts.values())
    if scale > 1:
        return FloorDiv(polynomial.collect({m: c * scale for m, c in parts.items()}), divisor * scale)
    if divisor == 1:
        return dividend
    whole = polynomial.collect({m: c // divisor for m, c in parts.items()})
    rest = {m: c % divisor for m, c in parts.items() if c % divisor}
    return _of_remainder(whole, rest, divisor, changed=whole != 0)


def _of_remainder(whole: sympy.Expr, rest: polynomial.Terms, divisor: int, changed: bool) -> sympy.Expr | None:
    """Return `whole + rest // divisor`, or None where that is the form it already has."""
    constant = rest.pop(polynomial.ONE, 0)
    if not rest:
        return whole
    common = reduce(gcd, (int(c) for c in rest.values()), divisor)
    if common > 1:
        reduced = polynomial.collect({**{m: c // common for m, c in rest.items()}, polynomial.ONE: constant // common})
        return polynomial.plus(whole, FloorDiv(reduced, divisor // common))
    inner = next((m for m, c in rest.items() if c == 1 and isinstance(m, FloorDiv) and m.args[1].is_Integer), None)
    if inner is not None:
        del rest[inner]
        outer = polynomial.collect({**rest, polynomial.ONE: constant})
        dividend = polynomial.plus(polynomial.multiply(outer, inner.args[1]), inner.args[0])
        return polynomial.plus(whole, FloorDiv(dividend, divisor * inner.args[1]))
    if not changed:
        return None
    return polynomial.plus(whole, FloorDiv(polynomial.collect({**rest, polynomial.ONE: constant}), divisor))


def _by_expression(dividend: sympy.Expr, divisor: sympy.Expr) -> sympy.Expr | None:
    if dividend == 0:
        return polynomial.collect({})
    scale = polynomial.denominator([*polynomial.terms(dividend).values(), *polynomial.terms(divisor).values()])
    if scale > 1:
        return FloorDiv(
            polynomial.multiply(dividend, sympy.Integer(scale)), polynomial.multiply(divisor, sympy.Integer(scale))
        )
    common = polynomial.common_monomial((dividend, divisor)) * polynomial.content(
        [*polynomial.terms(dividend).values(), *polynomial.terms(divisor).values()]
    )
    if common != 1:
        return FloorDiv(polynomial.divide(dividend, common)[0], polynomial.divide(divisor, common)[0])
    quotient, remainder = polynomial.divide(dividend, divisor)
    if remainder == 0:
        return quotient
    for rounded, rest in ((0, remainder), (-1, polynomial.plus(remainder, divisor))):
        if at_least(rest, 0) and at_least(polynomial.minus(divisor, rest), 1):
            return polynomial.plus(quotient, rounded)
    return polynomial.plus(quotient, FloorDiv(remainder, divisor)) if quotient != 0 else None


class Minimum(sympy.Function):  # type: ignore[misc]
    """The least of its arguments."""

    is_integer = True

    @classmethod
    def eval(cls, *args: sympy.Expr) -> sympy.Expr | None:
        return _extreme(cls, args, lambda kept, dropped: at_least(polynomial.minus(dropped, kept), 0))


class Maximum(sympy.Function):  # type: ignore[misc]
    """The greatest of its arguments."""

    is_integer = True

    @classmethod
    def eval(cls, *args: sympy.Expr) -> sympy.Expr | None:
        return _extreme(cls, args, lambda kept, dropped: at_least(polynomial.minus(kept, dropped), 0))


def _extreme(
    kind: type[sympy.Function], args: tuple[sympy.Expr, ...], beats: Callable[[sympy.Expr, sympy.Expr], bool]
) -> sympy.Expr | None:
    flat = [inner for arg in args for inner in (arg.args if isinstance(arg, kind) else (arg,))]
    if len(flat) > MOST_ARGUMENTS:
        raise TooLargeError(f"the extreme of {len(flat)} sizes")
    kept: list[sympy.Expr] = []
    for candidate in sorted(set(flat), key=sympy.default_sort_key):
        if any(beats(other, candidate) for other in kept):
            continue
        kept = [other for other in kept if not beats(candidate, other)] + [candidate]
    if len(kept) == 1:
        return kept[0]
    return None if tuple(kept) == args else kind(*kept)


def at_least(expr: sympy.Expr, bound: int) -> bool:
    """Return whether `expr >= bound` is plain from the least values of its symbols; False proves nothing."""
    if _has_no_negative(polynomial.minus(expr, bound)):
        return True
    try:
        return _has_no_negative(polynomial.minus(from_least(expr), bound))
    except TooLargeError:
        return False


def _has_no_negative(expr: sympy.Expr) -> bool:
    return all(number >= 0 and is_nonnegative(monomial) for monomial, number in polynomial.terms(expr).items())


def from_least(expr: sympy.Expr) -> sympy.Expr:
    """Replace every symbol outside of functions by its least value plus itself, which is then counted from 0.

    Raises TooLargeError for a polynomial of a degree that would have too many terms.
    """
    if any(sum(polynomial.exponents(monomial).values()) > MOST_SHIFTED for monomial in polynomial.terms(expr)):
        raise TooLargeError("a polynomial of a high degree")
    total = sympy.S.Zero
    for monomial, number in polynomial.terms(expr).items():
        product = polynomial.collect({polynomial.ONE: number})
        for atom, power in polynomial.exponents(monomial).items():
            shifted = polynomial.plus(atom, 1) if atom.is_Symbol and atom.is_positive else atom
            for _ in range(power):
                product = polynomial.multiply(product, shifted)
        total = polynomial.plus(total, product)
    return total


def is_nonnegative(monomial: sympy.Expr) -> bool:
    """Return whether a monomial is plainly never negative; False proves nothing."""
    return all(_counts(atom) or power % 2 == 0 for atom, power in polynomial.exponents(monomial).items())


def _counts(atom: sympy.Expr) -> bool:
    if atom.is_Symbol:
        return bool(atom.is_nonnegative)
    if isinstance(atom, FloorDiv):
        return at_least(atom.args[0], 0) and at_least(atom.args[1], 1)
    if isinstance(atom, Maximum):
        return any(at_least(arg, 0) for arg in atom.args)
    return isinstance(atom, Minimum) and all(at_least(arg, 0) for arg in atom.args)
