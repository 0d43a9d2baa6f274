"""Expanded polynomials as SymPy holds them: sums of coefficient times monomial.

A monomial is a product of powers of atoms, and an atom is whatever SymPy keeps whole: a symbol, a floor, a minimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cmp_to_key, lru_cache, reduce
from itertools import product
from math import gcd, lcm

import sympy

from archc.shapes.limits import LARGEST, MOST_DEGREE, MOST_TERMS, TooLargeError

Coefficient = int | Fraction
Terms = dict[sympy.Expr, Coefficient]
Exponents = dict[sympy.Expr, int]

ONE = sympy.S.One


def _coefficient(number: sympy.Rational) -> Coefficient:
    return int(number.p) if number.q == 1 else Fraction(int(number.p), int(number.q))


@lru_cache(maxsize=1 << 14)
def _split(expr: sympy.Expr) -> tuple[tuple[sympy.Expr, Coefficient], ...]:
    parts = (term.as_coeff_Mul(rational=True) for term in sympy.Add.make_args(expr))
    return tuple((monomial, _coefficient(number)) for number, monomial in parts)


def terms(expr: sympy.Expr) -> Terms:
    """Return the coefficient of every monomial of an expanded expression; a constant stands under 1."""
    return dict(_split(expr))


def collect(parts: Mapping[sympy.Expr, Coefficient]) -> sympy.Expr:
    """Return the sum of coefficient times monomial, as SymPy itself would build it.

    SymPy's own sum loads its tensor package the first time, which takes longer than checking a file.
    """
    if len(parts) > MOST_TERMS:
        raise TooLargeError(f"a formula of {len(parts)} terms")
    if not all(-LARGEST < number < LARGEST for number in parts.values()):
        raise TooLargeError("a number beyond every size")
    constant = parts.get(ONE, 0)
    summands = [_summand(number, m) for m, number in parts.items() if number and m is not ONE]
    summands.sort(key=_sympy_order)
    if constant:
        summands.insert(0, _rational(constant))
    if len(summands) <= 1:
        return summands[0] if summands else sympy.S.Zero
    return sympy.Add(*summands, evaluate=False)


_sympy_order = cmp_to_key(sympy.Basic.compare)


def _summand(number: Coefficient, monomial: sympy.Expr) -> sympy.Expr:
    if number == 1:
        return monomial
    return sympy.Mul(_rational(number), *sympy.Mul.make_args(monomial), evaluate=False)


def _rational(number: Coefficient) -> sympy.Rational:
    return sympy.Integer(number) if isinstance(number, int) else sympy.Rational(number.numerator, number.denominator)


def plus(*exprs: sympy.Expr | int) -> sympy.Expr:
    """Return the sum of expanded expressions."""
    result: Terms = {}
    for expr in exprs:
        for monomial, number in ((ONE, expr),) if isinstance(expr, int) else _split(expr):
            result[monomial] = result.get(monomial, 0) + number
    return collect(result)


def scaled(expr: sympy.Expr, number: int) -> sympy.Expr:
    """Return an integer multiple of an expanded expression."""
    return collect({monomial: part * number for monomial, part in _split(expr)})


def minus(left: sympy.Expr | int, *others: sympy.Expr | int) -> sympy.Expr:
    """Return what is left of an expanded expression without the others."""
    return plus(left, *[-other if isinstance(other, int) else scaled(other, -1) for other in others])


def multiply(left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
    """Return the expanded product of two expanded expressions."""
    pairs = list(product(_split(left), _split(right)))
    if len(pairs) > MOST_TERMS:
        raise TooLargeError(f"a product of {len(pairs)} terms")
    result: Terms = {}
    for (a, x), (b, y) in pairs:
        monomial, number = _times(a, b)
        result[monomial] = result.get(monomial, 0) + x * y * number
    return collect(result)


@lru_cache(maxsize=1 << 14)
def _times(left: sympy.Expr, right: sympy.Expr) -> tuple[sympy.Expr, Coefficient]:
    """Return the product of two monomials, and a number where roots in them make one."""
    number, monomial = sympy.Mul(left, right).as_coeff_Mul(rational=True)
    if max(exponents(monomial).values(), default=0) > MOST_DEGREE:
        raise TooLargeError("a power beyond every size")
    return monomial, _coefficient(number)


def exponents(monomial: sympy.Expr) -> Exponents:
    """Return the exponent of every atom of a monomial."""
    powers = (factor.as_base_exp() for factor in sympy.Mul.make_args(monomial) if factor is not ONE)
    return {
        base if exponent.is_Integer else base**exponent: int(exponent) if exponent.is_Integer else 1
        for base, exponent in powers
    }


def atoms(expr: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Return the atoms of an expression, in a fixed order."""
    found = {atom for monomial in terms(expr) for atom in exponents(monomial)}
    return tuple(sorted(found, key=sympy.default_sort_key))


def content(numbers: Iterable[Coefficient]) -> int:
    """Return the greatest common divisor of integer coefficients, 0 if there are none."""
    return reduce(gcd, (int(number) for number in numbers), 0)


def denominator(numbers: Iterable[Coefficient]) -> int:
    """Return the least number that makes all coefficients integers."""
    return reduce(lcm, (number.denominator for number in numbers), 1)


def common_monomial(exprs: Iterable[sympy.Expr]) -> sympy.Expr:
    """Return the largest monomial that divides every term of all expressions."""
    shared: Exponents | None = None
    for expr in exprs:
        for monomial in terms(expr):
            powers = exponents(monomial)
            shared = powers if shared is None else {a: min(n, powers[a]) for a, n in shared.items() if a in powers}
    return sympy.Mul(*[atom**n for atom, n in (shared or {}).items() if n > 0])


def divide(dividend: sympy.Expr, divisor: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Return quotient and remainder with integer coefficients: dividend == quotient * divisor + remainder."""
    order = sorted({*atoms(dividend), *atoms(divisor)}, key=sympy.default_sort_key)
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
    for vector, number in by.items():
        key = tuple(a + b for a, b in zip(vector, shift, strict=True))
        value = rest.get(key, 0) - factor * number
        if value:
            rest[key] = value
        else:
            rest.pop(key, None)


def _vector(monomial: sympy.Expr, order: list[sympy.Expr]) -> tuple[int, ...]:
    powers = exponents(monomial)
    return tuple(powers.get(atom, 0) for atom in order)


def _monomials(parts: Mapping[tuple[int, ...], Coefficient], order: list[sympy.Expr]) -> sympy.Expr:
    return collect({sympy.Mul(*[a**n for a, n in zip(order, v, strict=True) if n]): c for v, c in parts.items()})


def is_monomial(expr: sympy.Expr) -> bool:
    """Return whether an expression is a monomial, and not a fraction of two."""
    return not expr.is_Add and all(power > 0 for power in exponents(expr).values())
