"""Back from witnesses to the names that the author gave: `8 * h` with `H = 32 * h` is `H // 4` again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import gcd, isqrt, prod

from archc.graph.static import Dim
from archc.records import record
from archc.shapes import algebra, polynomial
from archc.shapes.expression import ONE, Coefficient, Expr, Function, Number, Power, Sum, Symbol, number, power
from archc.shapes.expression import product as product_of
from archc.shapes.knowledge import Knowledge

MOST_CHOICES = 10_000
"""Ways to share a number among sizes that are weighed; beyond, each size in turn takes what it can."""
LARGEST_SPLIT = 10**8


@record
class View:
    """A witness as seen from the author's size: `size == scale * witness + offset`, and `offset < scale`.

    `size` is a free size of the author's, less a number where that is needed to make the offset small.
    """

    size: Dim
    scale: int
    offset: int

    def at(self, witness: int) -> int:
        """Return the author's size at a value of the witness."""
        return self.scale * witness + self.offset

    def times(self, factor: int, plus: int = 0) -> algebra.Result:
        """Return `factor * witness + plus` as one floor division of the author's size; `factor` divides the scale."""
        step = self.scale // factor
        return algebra.floordiv(algebra.add(self.size, plus * step - self.offset), step)

    def quotient(self) -> algebra.Result:
        """Return the witness as an exact fraction of the author's size."""
        return algebra.divide(algebra.subtract(self.size, self.offset), self.scale)


def view(symbol: Symbol, knowledge: Knowledge) -> View:
    """Return how the author sees a symbol of the witnesses; a size without a witness is seen as it is."""
    for witness in knowledge.witnesses if algebra.is_witness(symbol) else ():
        if (
            algebra.is_witness(witness.symbol)
            or isinstance(witness.value, int)
            or witness.value.free_symbols != {symbol}
        ):
            continue
        parts = polynomial.terms(witness.value)
        offset = int(parts.pop(ONE, 0))
        if parts.keys() == {symbol} and parts[symbol] > 0:
            scale = int(parts[symbol])
            return View(algebra.subtract(witness.symbol, offset - offset % scale), scale, offset % scale)
    return View(symbol, 1, 0)


def restore(dim: Dim, knowledge: Knowledge) -> Dim:
    """Return a dim in the author's sizes, equal for all sizes that the knowledge allows.

    A size that `where` defines goes by its name: `T` where `T == H * W // 4`.
    """
    named = (w.symbol for w in knowledge.witnesses if w.value == dim and not algebra.is_witness(w.symbol))
    return spelt(dim, knowledge) if isinstance(dim, int | Symbol) else next(named, spelt(dim, knowledge))


def spelt(dim: Dim, knowledge: Knowledge) -> Dim:
    """Return a dim in the author's sizes, those that `where` defines spelt out."""
    if isinstance(dim, int) or not any(map(algebra.is_witness, dim.free_symbols)):
        return dim
    views: dict[Expr, View] = {symbol: view(symbol, knowledge) for symbol in dim.free_symbols}
    exact = algebra.replace(dim, {symbol: seen.quotient() for symbol, seen in views.items()})
    found: Dim = exact if _is_whole(exact) else algebra.plain(_restored(dim, views))
    return found


def _is_whole(exact: algebra.Operand) -> bool:
    """Return whether the division by every scale came out even, inside of functions too."""
    if isinstance(exact, int | float):
        return isinstance(exact, int)
    return not any(isinstance(part, Number) and not part.is_whole for part in exact.parts())


Views = Mapping[Expr, View]


def _restored(expr: Expr, views: Views) -> Expr:
    affine = _affine(expr, views)
    if affine is not None:
        return affine
    return polynomial.plus(*[_term(monomial, number, views) for monomial, number in polynomial.terms(expr).items()])


def _affine(expr: Expr, views: Views) -> Expr | None:
    """Return `a * h + b` over a size with an offset: `2 * h + 2` where `H == 4 * h + 3` is `(H + 1) // 2`."""
    parts = polynomial.terms(expr)
    constant = parts.pop(ONE, 0)
    if len(parts) != 1:
        return None
    ((symbol, number),) = parts.items()
    if symbol not in views or views[symbol].offset == 0 or number.denominator != 1 or constant.denominator != 1:
        return None
    factor = gcd(int(number), views[symbol].scale)
    outer = int(number) // factor
    plus, rest = divmod(int(constant), outer)
    return polynomial.plus(polynomial.scaled(algebra.expression(views[symbol].times(factor, plus)), outer), rest)


def _term(monomial: Expr, times: Coefficient, views: Views) -> Expr:
    factors = [atom for atom, power in polynomial.exponents(monomial).items() for _ in range(power)]
    seen = [views[factor] for factor in factors if factor in views]
    others = [_atom(factor, views) for factor in factors if factor not in views]
    shares = _shares(abs(times.numerator), [v.scale if v.offset == 0 else 1 for v in seen])
    rest = number(Fraction(times.numerator // prod(shares), times.denominator))
    return product_of(
        [rest, *(algebra.expression(v.times(share)) for v, share in zip(seen, shares, strict=True)), *others]
    )


def _atom(atom: Expr, views: Views) -> Expr:
    if isinstance(atom, Sum):
        return _restored(atom, views)
    if isinstance(atom, Power):
        return power(*[_restored(arg, views) for arg in atom.args])
    return type(atom)(*[_restored(arg, views) for arg in atom.args]) if isinstance(atom, Function) else atom


def _shares(number: int, scales: list[int]) -> list[int]:
    """Return a divisor of every scale so that their product divides the number, as large and as even as possible."""
    divisors = [_divisors(gcd(number, scale)) for scale in scales]
    if prod(map(len, divisors)) > MOST_CHOICES:
        first = gcd(number, scales[0])
        return [first, *_shares(number // first, scales[1:])]
    choices = product(*divisors)
    fitting = (choice for choice in choices if number % prod(choice) == 0)
    return list(max(fitting, key=lambda choice: (prod(choice), -max(choice, default=1))))


def _divisors(number: int) -> list[int]:
    """Return the divisors of a number, or the plain ones of a number that is too large to try."""
    if number > LARGEST_SPLIT:
        return [1, number]
    small = [divisor for divisor in range(1, isqrt(number) + 1) if number % divisor == 0]
    return sorted({*small, *(number // divisor for divisor in small)})
