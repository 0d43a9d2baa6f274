"""Floor division, minimum and maximum: they only ever take exact steps."""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import TYPE_CHECKING

from archc.shapes import polynomial
from archc.shapes.expression import ONE, ZERO, Expr, Function, Symbol, number, product, sort_key
from archc.shapes.limits import MOST_ARGUMENTS, MOST_SHIFTED, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable


class FloorDiv(Function):
    """`a // d`, rounded down as Python does. Where `d` is 0 it has no value."""

    __slots__ = ()

    @classmethod
    def worked_out(cls, dividend: Expr, divisor: Expr) -> Expr | None:
        if divisor.is_whole:
            return _by_constant(dividend, int(divisor))
        return _by_expression(dividend, divisor)


def _by_constant(dividend: Expr, divisor: int) -> Expr | None:
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


def _of_remainder(whole: Expr, rest: polynomial.Terms, divisor: int, changed: bool) -> Expr | None:
    """Return `whole + rest // divisor`, or None where that is the form it already has."""
    constant = rest.pop(ONE, 0)
    if not rest:
        return whole
    common = reduce(gcd, (int(c) for c in rest.values()), divisor)
    if common > 1:
        reduced = polynomial.collect({**{m: c // common for m, c in rest.items()}, ONE: constant // common})
        return polynomial.plus(whole, FloorDiv(reduced, divisor // common))
    inner = next((m for m, c in rest.items() if c == 1 and isinstance(m, FloorDiv) and m.args[1].is_whole), None)
    if inner is not None:
        del rest[inner]
        outer = polynomial.collect({**rest, ONE: constant})
        dividend = polynomial.plus(polynomial.multiply(outer, inner.args[1]), inner.args[0])
        return polynomial.plus(whole, FloorDiv(dividend, divisor * int(inner.args[1])))
    if not changed:
        return None
    return polynomial.plus(whole, FloorDiv(polynomial.collect({**rest, ONE: constant}), divisor))


def _by_expression(dividend: Expr, divisor: Expr) -> Expr | None:
    if dividend == 0:
        return polynomial.collect({})
    scale = polynomial.denominator([*polynomial.terms(dividend).values(), *polynomial.terms(divisor).values()])
    if scale > 1:
        return FloorDiv(polynomial.multiply(dividend, number(scale)), polynomial.multiply(divisor, number(scale)))
    times = polynomial.content([*polynomial.terms(dividend).values(), *polynomial.terms(divisor).values()])
    common = product((number(times), polynomial.common_monomial((dividend, divisor))))
    if common != 1:
        return FloorDiv(polynomial.divide(dividend, common)[0], polynomial.divide(divisor, common)[0])
    quotient, remainder = polynomial.divide(dividend, divisor)
    if remainder == 0:
        return quotient
    for rounded, rest in ((0, remainder), (-1, polynomial.plus(remainder, divisor))):
        if at_least(rest, 0) and at_least(polynomial.minus(divisor, rest), 1):
            return polynomial.plus(quotient, rounded)
    return polynomial.plus(quotient, FloorDiv(remainder, divisor)) if quotient != 0 else None


class Minimum(Function):
    """The least of its arguments."""

    __slots__ = ()

    @classmethod
    def worked_out(cls, *args: Expr) -> Expr | None:
        return _extreme(cls, args, lambda kept, dropped: at_least(polynomial.minus(dropped, kept), 0))


class Maximum(Function):
    """The greatest of its arguments."""

    __slots__ = ()

    @classmethod
    def worked_out(cls, *args: Expr) -> Expr | None:
        return _extreme(cls, args, lambda kept, dropped: at_least(polynomial.minus(kept, dropped), 0))


def _extreme(kind: type[Function], args: tuple[Expr, ...], beats: Callable[[Expr, Expr], bool]) -> Expr | None:
    flat = [inner for arg in args for inner in (arg.args if isinstance(arg, kind) else (arg,))]
    if len(flat) > MOST_ARGUMENTS:
        raise TooLargeError(f"the extreme of {len(flat)} sizes")
    kept: list[Expr] = []
    for candidate in sorted(set(flat), key=sort_key):
        if any(beats(other, candidate) for other in kept):
            continue
        kept = [other for other in kept if not beats(candidate, other)] + [candidate]
    if len(kept) == 1:
        return kept[0]
    return None if tuple(kept) == args else kind(*kept)


def at_least(expr: Expr, bound: int) -> bool:
    """Return whether `expr >= bound` is plain from the least values of its symbols; False proves nothing."""
    if _has_no_negative(polynomial.minus(expr, bound)):
        return True
    try:
        return _has_no_negative(polynomial.minus(from_least(expr), bound))
    except TooLargeError:
        return False


def _has_no_negative(expr: Expr) -> bool:
    return all(times >= 0 and is_nonnegative(monomial) for monomial, times in polynomial.terms(expr).items())


def from_least(expr: Expr) -> Expr:
    """Replace every symbol outside of functions by its least value plus itself, which is then counted from 0.

    Raises TooLargeError for a polynomial of a degree that would have too many terms.
    """
    if any(sum(polynomial.exponents(monomial).values()) > MOST_SHIFTED for monomial in polynomial.terms(expr)):
        raise TooLargeError("a polynomial of a high degree")
    total: Expr = ZERO
    for monomial, times in polynomial.terms(expr).items():
        part = polynomial.collect({ONE: times})
        for atom, power in polynomial.exponents(monomial).items():
            shifted = polynomial.plus(atom, 1) if isinstance(atom, Symbol) and atom.least else atom
            for _ in range(power):
                part = polynomial.multiply(part, shifted)
        total = polynomial.plus(total, part)
    return total


def is_nonnegative(monomial: Expr) -> bool:
    """Return whether a monomial is plainly never negative; False proves nothing."""
    return all(_counts(atom) or power % 2 == 0 for atom, power in polynomial.exponents(monomial).items())


def _counts(atom: Expr) -> bool:
    if isinstance(atom, Symbol):
        return True
    if isinstance(atom, FloorDiv):
        return at_least(atom.args[0], 0) and at_least(atom.args[1], 1)
    if isinstance(atom, Maximum):
        return any(at_least(arg, 0) for arg in atom.args)
    return isinstance(atom, Minimum) and all(at_least(arg, 0) for arg in atom.args)
