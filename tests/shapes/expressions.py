"""Random size formulas, each known twice: as a dim, and as what Python's own integers make of it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from hypothesis import strategies as st

from archc.graph.static import Dim
from archc.shapes import (
    Comparison,
    Relation,
    add,
    ceildiv,
    floordiv,
    maximum,
    minimum,
    mod,
    mul,
    sub,
    symbol,
)


@dataclass(frozen=True)
class Operation:
    """A function of two dims and the same function of two integers."""

    name: str
    of_dims: Callable[[Dim, Dim], Dim]
    of_ints: Callable[[int, int], int]


ADD = Operation("+", add, operator.add)
SUB = Operation("-", sub, operator.sub)
MUL = Operation("*", mul, operator.mul)
FLOORDIV = Operation("//", floordiv, operator.floordiv)
MOD = Operation("%", mod, operator.mod)
CEILDIV = Operation("ceildiv", ceildiv, lambda a, b: -(-a // b))
MIN = Operation("min", minimum, min)
MAX = Operation("max", maximum, max)


@dataclass(frozen=True)
class Tree:
    """A formula: a name, a number, or an operation on two formulas."""

    operation: Operation | None
    parts: tuple[Tree, ...] = ()
    leaf: str | int = 0

    def dim(self) -> Dim:
        """Return the formula as the functions under test build it."""
        if self.operation is None:
            return symbol(self.leaf) if isinstance(self.leaf, str) else self.leaf
        return self.operation.of_dims(*(part.dim() for part in self.parts))

    def value(self, sizes: Mapping[str, int]) -> int:
        """Return what Python computes."""
        if self.operation is None:
            return sizes[self.leaf] if isinstance(self.leaf, str) else self.leaf
        return self.operation.of_ints(*(part.value(sizes) for part in self.parts))

    def __str__(self) -> str:
        if self.operation is None:
            return str(self.leaf)
        return f"({self.parts[0]} {self.operation.name} {self.parts[1]})"


def leaf(value: str | int) -> Tree:
    return Tree(None, leaf=value)


def trees(
    names: str, extremes: bool = True, size: int = 8, divisors: tuple[int | str, ...] = (2, 3, 4, 8)
) -> st.SearchStrategy[Tree]:
    """Return formulas in the given one-letter names with floors by the divisors only."""
    leaves = st.sampled_from(names).map(leaf) | st.integers(-6, 9).map(leaf)
    divisor = st.sampled_from(divisors).map(leaf)

    def extend(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        sums = st.tuples(st.sampled_from([ADD, SUB, ADD, MUL]), inner, inner)
        floors = st.tuples(st.sampled_from([FLOORDIV, MOD, CEILDIV]), inner, divisor)
        picks = st.tuples(st.sampled_from([MIN, MAX]), inner, inner)
        options = [sums, floors, picks] if extremes else [sums, floors]
        return st.one_of(options).map(lambda found: Tree(found[0], found[1:]))

    return st.recursive(leaves, extend, max_leaves=size)


def relations(sides: st.SearchStrategy[Tree]) -> st.SearchStrategy[Relation]:
    """Return relations between formulas."""
    return st.builds(lambda k, a, b: Relation(k, a.dim(), b.dim()), st.sampled_from(Comparison), sides, sides)


@lru_cache
def small_points(count: int, last: int) -> list[tuple[int, ...]]:
    """Return all points with coordinates from 1 to `last`, the smallest sum first."""
    return sorted(product(range(1, last + 1), repeat=count), key=lambda point: (sum(point), point))
