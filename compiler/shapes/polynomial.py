"""Expanded polynomials: sums of coefficient times monomial.

A monomial is a product of powers of atoms, and an atom is whatever stays whole: a symbol, a floor, a minimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from itertools import product
from math import gcd, lcm

from archc.shapes.expression import (
    ONE,
    ZERO,
    Coefficient,
    Expr,
    Number,
    Product,
    Sum,
    as_power,
    factors,
    number,
    power,
    sort_key,
    split,
    summands,
)
from archc.shapes.expression import (
    product as product_of,
)
from archc.shapes.limits import LARGEST, MOST_DEGREE, MOST_TERMS, TooLargeError

Terms = dict[Expr, Coefficient]
Exponents = dict[Expr, int]


@lru_cache(maxsize=1 << 14)
def _split(expr: Expr) -> tuple[tuple[Expr, Coefficient], ...]:
    parts = (split(term) for term in summands(expr))
    return tuple((monomial, times) for times, monomial in parts)


def terms(expr: Expr) -> Terms:
    """Return the coefficient of every monomial of an expanded expression; a constant stands under 1."""
    return dict(_split(expr))


def collect(parts: Mapping[Expr, Coefficient]) -> Expr:
    """Return the sum of coefficient times monomial."""
    if len(parts) > MOST_TERMS:
        raise TooLargeError(f"a formula of {len(parts)} terms")
    if not all(-LARGEST < times < LARGEST for times in parts.values()):
        raise TooLargeError("a number beyond every size")
    constant = parts.get(ONE, 0)
    terms = [_term(times, m) for m, times in parts.items() if times and m is not ONE]
    terms.sort(key=sort_key)
    if constant:
        terms.insert(0, number(constant))
    if len(terms) <= 1:
        return terms[0] if terms else ZERO
    return Sum(*terms)


def _term(times: Coefficient, monomial: Expr) -> Expr:
    return monomial if times == 1 else Product(number(times), *factors(monomial))


def plus(*exprs: Expr | int) -> Expr:
    """Return the sum of expanded expressions."""
    result: Terms = {}
    for expr in exprs:
        for monomial, times in ((ONE, expr),) if isinstance(expr, int) else _split(expr):
            result[monomial] = result.get(monomial, 0) + times
    return collect(result)


def scaled(expr: Expr, times: int) -> Expr:
    """Return an integer multiple of an expanded expression."""
    return collect({monomial: part * times for monomial, part in _split(expr)})


def minus(left: Expr | int, *others: Expr | int) -> Expr:
    """Return what is left of an expanded expression without the others."""
    return plus(left, *[-other if isinstance(other, int) else scaled(other, -1) for other in others])


def multiply(left: Expr, right: Expr) -> Expr:
    """Return the expanded product of two expanded expressions."""
    pairs = list(product(_split(left), _split(right)))
    if len(pairs) > MOST_TERMS:
        raise TooLargeError(f"a product of {len(pairs)} terms")
    result: Terms = {}
    for (a, x), (b, y) in pairs:
        for monomial, times in _times(a, b):
            result[monomial] = result.get(monomial, 0) + x * y * times
    return collect(result)


@lru_cache(maxsize=1 << 14)
def _times(left: Expr, right: Expr) -> tuple[tuple[Expr, Coefficient], ...]:
    """Return the product of two monomials as terms: one, unless roots of sums in them make a sum."""
    times, monomial = split(product_of((left, right)))
    if max(exponents(monomial).values(), default=0) > MOST_DEGREE:
        raise TooLargeError("a power beyond every size")
    sums = [factor for factor in factors(monomial) if isinstance(factor, Sum)]
    if not sums:
        return ((monomial, times),)
    rest = product_of([number(times), *(factor for factor in factors(monomial) if factor not in sums)])
    return _split(reduce(multiply, sums, rest))


def exponents(monomial: Expr) -> Exponents:
    """Return the exponent of every atom of a monomial."""
    found: Exponents = {}
    for factor in factors(monomial) if monomial is not ONE else ():
        base, exponent = as_power(factor)
        whole = isinstance(exponent, Number) and exponent.is_whole
        found[base if whole else factor] = int(exponent) if whole else 1
    return found


def atoms(expr: Expr) -> tuple[Expr, ...]:
    """Return the atoms of an expression, in a fixed order."""
    found = {atom for monomial in terms(expr) for atom in exponents(monomial)}
    return tuple(sorted(found, key=sort_key))


def content(numbers: Iterable[Coefficient]) -> int:
    """Return the greatest common divisor of integer coefficients, 0 if there are none."""
    return reduce(gcd, (int(number) for number in numbers), 0)


def denominator(numbers: Iterable[Coefficient]) -> int:
    """Return the least number that makes all coefficients integers."""
    return reduce(lcm, (number.denominator for number in numbers), 1)


def common_monomial(exprs: Iterable[Expr]) -> Expr:
    """Return the largest monomial that divides every term of all expressions."""
    shared: Exponents | None = None
    for expr in exprs:
        for monomial in terms(expr):
            powers = exponents(monomial)
            shared = powers if shared is None else {a: min(n, powers[a]) for a, n in shared.items() if a in powers}
    return product_of(power(atom, number(n)) for atom, n in (shared or {}).items() if n > 0)


def divide(dividend: Expr, divisor: Expr) -> tuple[Expr, Expr]:
    """Return quotient and remainder with integer coefficients: dividend == quotient * divisor + remainder."""
    order = sorted({*atoms(dividend), *atoms(divisor)}, key=sort_key)
    rest = {_vector(m, order): c for m, c in terms(dividend).items()}
    by = {_vector(m, order): c for m, c in terms(divisor).items()}
    lead = max(by)
    quotient: dict[tuple[int, ...], Coefficient] = {}
    remainder: dict[tuple[int, ...], Coefficient] = {}
    while rest:
        top = max(rest)
        shift = tuple(a - b for a, b in zip(top, lead, strict=True))
        factor = rest[top] // by[lead] if min(shift, default=0) >= 0 else 0
        if factor:
            quotient[shift] = factor
            _subtract(rest, by, shift, factor)
        if top in rest:
            remainder[top] = rest.pop(top)
    return _monomials(quotient, order), _monomials(remainder, order)


def _subtract(
    rest: dict[tuple[int, ...], Coefficient],
    by: Mapping[tuple[int, ...], Coefficient],
    shift: tuple[int, ...],
    factor: Coefficient,
) -> None:
    for vector, times in by.items():
        key = tuple(a + b for a, b in zip(vector, shift, strict=True))
        value = rest.get(key, 0) - factor * times
        if value:
            rest[key] = value
        else:
            rest.pop(key, None)


def _vector(monomial: Expr, order: list[Expr]) -> tuple[int, ...]:
    powers = exponents(monomial)
    return tuple(powers.get(atom, 0) for atom in order)


def _monomials(parts: Mapping[tuple[int, ...], Coefficient], order: list[Expr]) -> Expr:
    return collect(
        {product_of(power(a, number(n)) for a, n in zip(order, v, strict=True) if n): c for v, c in parts.items()}
    )


def is_monomial(expr: Expr) -> bool:
    """Return whether an expression is a monomial, and not a fraction of two."""
    return not isinstance(expr, Sum) and all(times > 0 for times in exponents(expr).values())
