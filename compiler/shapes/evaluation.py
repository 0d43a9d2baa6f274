"""Dims at given sizes, in exact Python integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import cast

from archc.graph.static import Dim
from archc.shapes.dims import Scalar
from archc.shapes.expression import Expr, Number, Power, Product, Sum, Symbol
from archc.shapes.limits import MOST_BITS, TooLargeError

Evaluator = Callable[[Sequence[int]], int]
Formula = Callable[[Sequence[int]], int | Fraction | float]


def free_symbols(*dims: Dim) -> tuple[str, ...]:
    """Return the names of the free sizes in the dims, sorted."""
    return tuple(sorted({symbol.name for dim in dims if not isinstance(dim, int) for symbol in dim.free_symbols}))


def substitute(dim: Dim, sizes: Mapping[str, int]) -> int:
    """Return the value of a dim at given sizes.

    A free size that is not given raises KeyError, a division by 0 ZeroDivisionError, what is no size ArithmeticError.
    """
    if isinstance(dim, int):
        return dim
    names = free_symbols(dim)
    return compile_dim(dim, names)([sizes[name] for name in names])


def with_sizes(dim: Dim, sizes: Mapping[str, int]) -> Dim:
    """Return a dim with some free sizes given, in the others."""
    from archc.shapes.algebra import replace

    if isinstance(dim, int):
        return dim
    return cast(Dim, replace(dim, {symbol: sizes[symbol.name] for symbol in dim.free_symbols if symbol.name in sizes}))


def evaluate(value: Scalar, sizes: Mapping[str, int]) -> int | float:
    """Return the value of a formula with dims in it, such as `1 / sqrt(D)`; it raises what `substitute` does."""
    if isinstance(value, int | float):
        return value
    names = free_symbols(value)
    result = _compile(value, names)([sizes[name] for name in names])
    if isinstance(result, Fraction):
        return result.numerator if result.denominator == 1 else float(result)
    return result


def compile_dim(dim: Dim, names: Sequence[str]) -> Evaluator:
    """Return a function from the sizes in the order of `names` to the dim's value.

    It works in Python integers, and raises ZeroDivisionError where a divisor is 0, and any ArithmeticError where there
    is no value or none of any use.
    """
    if isinstance(dim, int):
        return lambda sizes: dim
    return cast(Evaluator, _compile(dim, tuple(names)))


@lru_cache(maxsize=1 << 12)
def _compile(expr: Expr, names: tuple[str, ...]) -> Formula:
    from archc.shapes.functions import FloorDiv, Maximum, Minimum

    if expr.is_whole:
        number = int(expr)
        return lambda sizes: number
    if isinstance(expr, Number):
        value = expr.value
        return lambda sizes: value
    if isinstance(expr, Symbol):
        place = names.index(expr.name)
        return lambda sizes: sizes[place]
    parts = [_compile(arg, names) for arg in expr.args]
    if isinstance(expr, Sum):
        return lambda sizes: sum([part(sizes) for part in parts])
    if isinstance(expr, Product):
        return _product(parts)
    if len(parts) == 2 and isinstance(expr, Power | FloorDiv):
        left, right = parts
        if isinstance(expr, Power):
            return lambda sizes: power(left(sizes), right(sizes))
        return lambda sizes: left(sizes) // right(sizes)
    if isinstance(expr, Minimum | Maximum):
        best = min if isinstance(expr, Minimum) else max
        return lambda sizes: best([part(sizes) for part in parts])
    raise TypeError(f"no size: {expr}")


def power(base: int | Fraction | float, exponent: int | Fraction | float) -> int | Fraction | float:
    """Return a power; raises ArithmeticError where it is no real number, or none of any use."""
    bits = max(number.bit_length() for number in Fraction(base).as_integer_ratio())
    if not -MOST_BITS <= exponent * bits <= MOST_BITS:
        raise TooLargeError(f"a power with exponent {exponent}")
    result: int | Fraction | float | complex = base**exponent
    if isinstance(result, complex):
        raise ArithmeticError("a root of a negative number")
    return result


def _product(parts: Sequence[Formula]) -> Formula:
    if len(parts) == 2:
        left, right = parts
        return lambda sizes: left(sizes) * right(sizes)

    def product(sizes: Sequence[int]) -> int | Fraction | float:
        result: int | Fraction | float = 1
        for part in parts:
            result *= part(sizes)
        return result

    return product
