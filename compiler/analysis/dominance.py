"""Sums of products of sizes, and cheap proofs that one is never less than another.

Peak memory compares thousands of such sums. A size counts from its least legal value on, `H // 4` lies between
`(H - 3) / 4` and `H / 4`: what is left is a polynomial in numbers that are not negative, and it is not negative
itself where none of its coefficients is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from archc import shapes
from archc.graph.static import Dim
from archc.shapes import Context
from archc.shapes.expression import ONE, Symbol, as_power, factors, ordered_terms, split
from archc.shapes.functions import FloorDiv

Sum = Mapping[Dim, int]
"""Coefficients by product of sizes; a number stands under 1."""
_Polynomial = dict[tuple[Symbol, ...], Fraction]
"""Coefficients by product of symbols, each less its least value."""


def sum_of(parts: Iterable[tuple[int, Dim]]) -> Sum:
    """Return the sum of dims, each so many times."""
    total: dict[Dim, int] = {}
    for times, dim in parts:
        for product, number in _terms(dim):
            total[product] = total.get(product, 0) + times * number
    return total


@lru_cache(maxsize=1 << 14)
def _terms(dim: Dim) -> tuple[tuple[Dim, int], ...]:
    if isinstance(dim, int):
        return ((1, dim),) if dim else ()
    parts = (split(term) for term in ordered_terms(dim))
    return tuple((1 if product is ONE else product, int(number)) for number, product in parts)


def dim_of(total: Sum) -> Dim:
    """Return a sum as a dim."""
    return shapes.total(shapes.mul(number, product) for product, number in total.items())


class Dominance:
    """Proves inequalities for the legal sizes of a context."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._lower: dict[Dim, _Polynomial] = {}
        self._upper: dict[Dim, _Polynomial | None] = {}

    def at_least(self, one: Sum, other: Sum) -> bool:
        """Say whether the first sum is proved to be no less than the second; False proves nothing."""
        difference = sum_of([*((n, p) for p, n in one.items()), *((-n, p) for p, n in other.items())])
        if all(number >= 0 for number in difference.values()):
            return True
        least = self._least(difference.items())
        return least is not None and all(number >= 0 for number in least.values())

    def _least(self, terms: Iterable[tuple[Dim, int]]) -> _Polynomial | None:
        """Return a polynomial that the sum is never below; None where nothing is known."""
        total: _Polynomial = {}
        for product, number in terms:
            bound = self.lower(product) if number >= 0 else self.upper(product)
            if bound is None:
                return None
            for key, factor in bound.items():
                total[key] = total.get(key, Fraction(0)) + number * factor
        return total

    def lower(self, product: Dim) -> _Polynomial:
        """Return a polynomial without negative coefficients that a product of sizes is never below."""
        if product not in self._lower:
            bound: _Polynomial = {(): Fraction(1)}
            for factor, power in _factors(product):
                for _ in range(power):
                    bound = _times(bound, self._lower_of(factor))
            self._lower[product] = bound
        return self._lower[product]

    def upper(self, product: Dim) -> _Polynomial | None:
        """Return a polynomial that a product of sizes is never above; None where none is known."""
        if product not in self._upper:
            bound: _Polynomial | None = {(): Fraction(1)}
            for factor, power in _factors(product):
                for _ in range(power):
                    above = self._upper_of(factor)
                    bound = None if bound is None or above is None else _times(bound, above)
            self._upper[product] = bound
        return self._upper[product]

    def _lower_of(self, factor: Dim) -> _Polynomial:
        if isinstance(factor, int | Symbol):
            return self._exact(factor)
        floor = _floor(factor)
        bound = self._least(_terms(floor[0])) if floor else None
        if floor is None or bound is None:
            return {}
        bound[()] = bound.get((), Fraction(0)) - (floor[1] - 1)
        return {key: number / floor[1] for key, number in bound.items()} if _is_positive(bound) else {}

    def _upper_of(self, factor: Dim) -> _Polynomial | None:
        if isinstance(factor, int | Symbol):
            return self._exact(factor)
        floor = _floor(factor)
        below = self._least((product, -number) for product, number in _terms(floor[0])) if floor else None
        return None if floor is None or below is None else {key: -number / floor[1] for key, number in below.items()}

    def _exact(self, factor: Dim) -> _Polynomial:
        if isinstance(factor, int):
            return {(): Fraction(factor)}
        assert isinstance(factor, Symbol)
        return {(factor,): Fraction(1), (): Fraction(self.context.knowledge.range(factor).first)}


def _factors(product: Dim) -> tuple[tuple[Dim, int], ...]:
    """Return the factors of a product with their powers."""
    if isinstance(product, int):
        return ((product, 1),)
    powers = ((factor, *as_power(factor)) for factor in factors(product))
    return tuple((base, int(times)) if times.is_whole and int(times) > 0 else (one, 1) for one, base, times in powers)


def _floor(factor: Dim) -> tuple[Dim, int] | None:
    """Return dividend and divisor of a floor division by a number."""
    if not isinstance(factor, FloorDiv) or not factor.args[1].is_whole:
        return None
    return factor.args[0], int(factor.args[1])


def _times(one: _Polynomial, other: _Polynomial) -> _Polynomial:
    result: _Polynomial = {}
    for left, a in one.items():
        for right, b in other.items():
            key = tuple(sorted((*left, *right), key=str))
            result[key] = result.get(key, Fraction(0)) + a * b
    return result


def _is_positive(bound: _Polynomial) -> bool:
    return all(number >= 0 for number in bound.values())
