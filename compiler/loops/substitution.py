"""Axes replaced by other indices, and loads by what they would have read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatchmethod

from archc.loops.index import (
    Affine,
    Axis,
    Greatest,
    Index,
    Least,
    Loaded,
    Product,
    Quotient,
    Remainder,
    as_index,
    greatest,
    least,
)
from archc.loops.scalar import Cast, Compute, Load, Position, Scalar, Select, Within, select

Replace = Callable[[Load], Scalar]


def as_it_is(load: Load) -> Scalar:
    """Leave a load."""
    return load


@dataclass(frozen=True, slots=True)
class Substitution:
    """Puts indices in the place of axes, and then what `replace` says in the place of loads.

    Expressions are made anew by the rules of `archc.loops.index`, so that they get simpler where more is known.
    """

    axes: Mapping[Axis, Index]
    replace: Replace = as_it_is

    def index(self, index: Index) -> Index:
        """Return an index with its axes replaced; loads inside of indices stay."""
        match index:
            case Axis():
                return self.axes.get(index, index)
            case Affine(terms, constant):
                total = as_index(constant)
                for term, times in terms:
                    total = total + self.index(term) * times
                return total
            case Product(left, right):
                return self.index(left) * self.index(right)
            case Quotient(inner, divisor):
                return self.index(inner) // divisor
            case Remainder(inner, divisor):
                return self.index(inner) % divisor
            case Least(left, right):
                return least(self.index(left), self.index(right))
            case Greatest(left, right):
                return greatest(self.index(left), self.index(right))
            case Loaded(buffer, inner):
                return Loaded(buffer, tuple(map(self.index, inner)))
            case _:
                raise TypeError(index)

    @singledispatchmethod
    def scalar(self, scalar: Scalar) -> Scalar:
        """Return a scalar with its axes and loads replaced."""
        return scalar

    @scalar.register
    def _(self, scalar: Position) -> Scalar:
        return Position(self.index(scalar.index))

    @scalar.register
    def _(self, scalar: Load) -> Scalar:
        return self.replace(Load(scalar.buffer, tuple(map(self.index, scalar.index))))

    @scalar.register
    def _(self, scalar: Compute) -> Scalar:
        return Compute(scalar.function, tuple(map(self.scalar, scalar.operands)))

    @scalar.register
    def _(self, scalar: Cast) -> Scalar:
        return Cast(scalar.dtype, self.scalar(scalar.operand))

    @scalar.register
    def _(self, scalar: Select) -> Scalar:
        conditions = tuple(Within(self.index(one.index), one.low, one.high) for one in scalar.conditions)
        return select(conditions, self.scalar(scalar.then), self.scalar(scalar.otherwise))
