"""Exact expressions of free sizes: numbers, symbols, sums, products, powers, and functions of these.

Values that never change, equal where they say the same. A class is called with parts that are in normal form already;
`number`, `product` and `power` bring them there, `polynomial` sums and multiplies, `functions` rounds.

They say what SymPy's say, and SymPy reads them (`sympy.sympify`). SymPy itself is where users meet formulas; it takes
longer to import than a file takes to check, and tens of microseconds a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import sympy

Coefficient = int | Fraction
E = TypeVar("E", bound="Expr")


class Expr:
    """An expression of `args`."""

    __slots__ = ("_hash", "_symbols", "args")

    args: tuple[Expr, ...]

    def __init__(self, *args: Expr) -> None:
        self.args = args
        self._hash = hash((type(self).__name__, args))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(other) is type(self) and self._hash == other._hash and self.args == other.args

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.args))})"

    def __reduce__(self) -> tuple[type[Expr], tuple[object, ...]]:
        return type(self), self.args

    # Arithmetic as it is written; what has no symbol left is Python's own number.

    def __neg__(self) -> Expr:
        return product((number(-1), self))

    def __add__(self, other: Expr | float) -> Any:
        from archc.shapes import algebra

        return algebra.add(self, other)

    __radd__ = __add__

    def __sub__(self, other: Expr | float) -> Any:
        from archc.shapes import algebra

        return algebra.subtract(self, other)

    def __rsub__(self, other: float) -> Any:
        from archc.shapes import algebra

        return algebra.subtract(other, self)

    def __mul__(self, other: Expr | float) -> Any:
        from archc.shapes import algebra

        return algebra.multiply(self, other)

    __rmul__ = __mul__

    def __floordiv__(self, other: Expr | float) -> Any:
        from archc.shapes import algebra

        return algebra.floordiv(self, other)

    def __truediv__(self, other: Expr | float) -> Any:
        from archc.shapes import algebra

        return algebra.divide(self, other)

    def __pow__(self, exponent: int) -> Any:
        from archc.shapes import algebra

        return algebra.power(self, exponent)

    def __int__(self) -> int:
        raise TypeError(f"{self} is no number")

    @property
    def is_whole(self) -> bool:
        """Whether this is a whole number."""
        return False

    @property
    def is_size(self) -> bool:
        """Whether this is plainly a whole number for all sizes."""
        return all(arg.is_size for arg in self.args)

    @property
    def free_symbols(self) -> frozenset[Symbol]:
        """The symbols in it."""
        try:
            return self._symbols
        except AttributeError:
            self._symbols: frozenset[Symbol] = frozenset().union(*[arg.free_symbols for arg in self.args])
            return self._symbols

    def parts(self) -> Iterator[Expr]:
        """Yield this and everything in it, outer ones first."""
        yield self
        for arg in self.args:
            yield from arg.parts()

    def parts_up(self) -> Iterator[Expr]:
        """Yield everything in this and itself, inner ones first."""
        for arg in self.args:
            yield from arg.parts_up()
        yield self

    def atoms(self, kind: type[E]) -> list[E]:
        """Return the parts of a kind, each once, in a fixed order."""
        return sorted({part for part in self.parts() if isinstance(part, kind)}, key=sort_key)

    def _sympy_(self) -> sympy.Expr:
        from archc.shapes.sympy_form import to_sympy

        return to_sympy(self)


class Number(Expr):
    """An exact number; it equals Python's own."""

    __slots__ = ("value",)

    def __init__(self, value: Coefficient) -> None:
        self.args = ()
        self.value = value
        self._hash = hash(value)

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Number) else other)

    __hash__ = Expr.__hash__

    def __reduce__(self) -> tuple[type[Expr], tuple[object, ...]]:
        return Number, (self.value,)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return str(self.value)

    @property
    def is_whole(self) -> bool:
        return self.value.denominator == 1

    @property
    def is_size(self) -> bool:
        return self.is_whole


class Symbol(Expr):
    """A free size: an integer that is at least `least`, which is 0 or 1."""

    __slots__ = ("least", "name")

    def __init__(self, name: str, least: int) -> None:
        self.args = ()
        self.name = name
        self.least = least
        self._hash = hash((name, least))
        self._symbols = frozenset((self,))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Symbol) and self.name == other.name and self.least == other.least)

    __hash__ = Expr.__hash__

    def __reduce__(self) -> tuple[type[Expr], tuple[object, ...]]:
        return Symbol, (self.name, self.least)

    def __repr__(self) -> str:
        return self.name


class Sum(Expr):
    """A sum of terms, a number in front."""

    __slots__ = ()


class Product(Expr):
    """A product of powers, a number in front."""

    __slots__ = ()


class Power(Expr):
    """A power that is no product: of a symbol, a function, or a sum."""

    __slots__ = ()

    @property
    def base(self) -> Expr:
        return self.args[0]

    @property
    def exponent(self) -> Expr:
        return self.args[1]

    @property
    def is_size(self) -> bool:
        return self.base.is_size and self.exponent.is_whole and int(self.exponent) >= 0


class Function(Expr):
    """A function of sizes that is a size; calling its class works it out as far as it can be."""

    __slots__ = ()

    def __new__(cls, *args: Expr | int) -> Function:  # what it comes to may be anything
        return _applied(cls, tuple([number(arg) if isinstance(arg, int) else arg for arg in args]))  # type: ignore

    def __init__(self, *args: Expr | int) -> None:
        """All was done in `__new__`."""

    worked_out: Callable[..., Expr | None]
    """What the function comes to, None where it stays as it is."""


@lru_cache(maxsize=1 << 16)
def _applied(kind: type[Function], args: tuple[Expr, ...]) -> Expr:
    found = kind.worked_out(*args)
    if found is not None:
        return found
    made = object.__new__(kind)
    Expr.__init__(made, *args)
    return made


ZERO, ONE = Number(0), Number(1)


@lru_cache(maxsize=1 << 14)
def number(value: Coefficient) -> Number:
    """Return an exact number."""
    if value == 1:
        return ONE
    return Number(value.numerator if value.denominator == 1 else value) if value else ZERO


# -- products and powers -----------------------------------------------------------------------------


def split(expr: Expr) -> tuple[Coefficient, Expr]:
    """Return the number in front of a product, and the rest of it."""
    if isinstance(expr, Number):
        return expr.value, ONE
    if isinstance(expr, Product) and isinstance(first := expr.args[0], Number):
        rest = expr.args[1:]
        return first.value, rest[0] if len(rest) == 1 else Product(*rest)
    return 1, expr


def factors(expr: Expr) -> tuple[Expr, ...]:
    """Return the factors of a product; anything else is its own."""
    return expr.args if isinstance(expr, Product) else (expr,)


def summands(expr: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum; anything else is its own."""
    return expr.args if isinstance(expr, Sum) else (expr,)


def as_power(expr: Expr) -> tuple[Expr, Expr]:
    """Return base and exponent."""
    return (expr.args[0], expr.args[1]) if isinstance(expr, Power) else (expr, ONE)


def product(parts: Iterable[Expr]) -> Expr:
    """Return a product of expressions; sums in it stay whole."""
    coefficient: Coefficient = 1
    powers: dict[Expr, Expr] = {}
    for part in parts:
        times, rest = split(part)
        coefficient *= times
        for factor in factors(rest) if rest is not ONE else ():
            base, exponent = as_power(factor)
            powers[base] = _added(powers[base], exponent) if base in powers else exponent
    made: list[Expr] = []
    for base, exponent in powers.items():
        times, rest = split(power(base, exponent))
        coefficient *= times
        made.extend(factors(rest) if rest is not ONE else ())
    return _product(coefficient, made)


def _product(coefficient: Coefficient, parts: list[Expr]) -> Expr:
    if coefficient == 0 or not parts:
        return number(coefficient)
    parts.sort(key=sort_key)
    if coefficient == 1:
        return parts[0] if len(parts) == 1 else Product(*parts)
    if len(parts) == 1 and isinstance(parts[0], Sum):
        return Sum(*[product((number(coefficient), term)) for term in parts[0].args])
    return Product(number(coefficient), *parts)


def _added(one: Expr, other: Expr) -> Expr:
    if isinstance(one, Number) and isinstance(other, Number):
        return number(one.value + other.value)
    from archc.shapes import polynomial

    return polynomial.plus(one, other)


def power(base: Expr, exponent: Expr) -> Expr:
    """Return a power; of a product, that of its factors where this is the same for all sizes."""
    if not isinstance(exponent, Number):
        return Power(base, exponent)
    if exponent.value == 0:
        return ONE
    if exponent is ONE:
        return base
    whole = exponent.is_whole
    if isinstance(base, Number):
        return _power_of_number(base.value, exponent.value)
    if isinstance(base, Power) and (whole or _is_nonnegative(base.base)):
        from archc.shapes import polynomial

        return power(base.base, polynomial.multiply(base.exponent, exponent))
    if isinstance(base, Product):
        apart = [one for one in base.args if whole or _is_nonnegative(one)]
        inside = [one for one in base.args if one not in apart]
        if apart:
            rest = [power(_product(1, inside), exponent)] if inside else []
            return product([*(power(one, exponent) for one in apart), *rest])
    return Power(base, exponent)


def _is_nonnegative(expr: Expr) -> bool:
    """Say whether an expression is plainly never negative, so that roots of products with it may be drawn apart."""
    if isinstance(expr, Power):
        return _is_nonnegative(expr.base)
    return isinstance(expr, Symbol) or (isinstance(expr, Number) and expr.value >= 0)


def _power_of_number(base: Coefficient, exponent: Coefficient) -> Expr:
    whole = exponent.numerator // exponent.denominator
    outer = Fraction(base) ** whole
    root = Fraction(exponent) - whole
    if root == 0:
        return number(outer)
    if base < 0:
        raise ArithmeticError("a root of a negative number")
    # The root of a fraction is that of a whole number over its denominator, and what is a whole power comes out of it.
    inside = base.numerator * base.denominator ** (root.denominator - 1)
    inside, outer = inside**root.numerator, outer / base.denominator**root.numerator
    out = _largest_root(inside, root.denominator)
    inside //= out**root.denominator
    left = outer * out
    # The parts stand as `product` would put them: it simplifies the powers in it, and so would come back here.
    return (
        number(left) if inside == 1 else _product(left, [Power(number(inside), number(Fraction(1, root.denominator)))])
    )


MOST_TRIED = 1 << 12
"""Numbers that are tried as factors of what is under a root."""


def _largest_root(value: int, degree: int) -> int:
    """Return the largest number, of those that are tried, whose power goes into a value."""
    best = 1
    for candidate in range(2, MOST_TRIED):
        while value % candidate**degree == 0 and value:
            best *= candidate
            value //= candidate**degree
        if candidate**degree > value:
            break
    return best


# -- order -------------------------------------------------------------------------------------------

Key = tuple[object, ...]

_RANKS: dict[type, tuple[int, int, str]] = {
    Number: (1, 0, ""),
    Symbol: (2, 0, ""),
    Product: (3, 0, ""),
    Sum: (3, 1, ""),
    Power: (3, 2, ""),
}


@lru_cache(maxsize=1 << 16)
def sort_key(expr: Expr) -> Key:
    """Return a key for a fixed order: numbers, symbols by name, products, sums, functions."""
    coefficient, rest = split(expr)
    if rest is ONE:
        return (1, 0, ""), (), (), coefficient
    base, exponent = as_power(rest)
    rank = _RANKS.get(type(base)) or (4, 0, type(base).__name__)
    inside: Key = (base.name, base.least) if isinstance(base, Symbol) else (len(base.args), *map(sort_key, base.args))
    return rank, inside, () if exponent is ONE else sort_key(exponent), coefficient


def ordered_terms(expr: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum as people write it: by the powers of one base after the other, greater ones first."""
    terms = summands(expr)
    if len(terms) == 2:
        first, second = sorted(terms, key=lambda term: not isinstance(term, Number))
        if isinstance(first, Number) and first.value > 0 and split(second)[0] < 0 and len(factors(second)) == 2:
            return first, second
    degrees = [_degrees(term) for term in terms]
    bases = sorted({base for each in degrees for base in each}, key=sort_key)
    places = sorted(range(len(terms)), key=lambda place: [-degrees[place].get(base, 0) for base in bases])
    return tuple(terms[place] for place in places)


def _degrees(term: Expr) -> dict[Expr, int]:
    """Return the whole exponents of a term; the base of a root is the root."""
    degrees: dict[Expr, int] = {}
    for factor in factors(split(term)[1]):
        base, exponent = as_power(factor)
        if isinstance(exponent, Number):
            value = Fraction(exponent.value)
            root = base if value.denominator == 1 else power(base, number(Fraction(1, value.denominator)))
            degrees[root] = value.numerator
        elif factor is not ONE:
            degrees[factor] = 1
    degrees.pop(ONE, None)
    return degrees
