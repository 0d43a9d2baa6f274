"""SymPy 1.14 divides even symbols wrongly: `(e / 22).is_integer` is True. Nothing here may lean on it."""

from __future__ import annotations

import sympy

from archc.shapes import Comparison, Context, Relation, floordiv, mod, mul, substitute, symbol
from archc.shapes.functions import FloorDiv


def test_an_even_symbol_is_no_multiple_of_22() -> None:
    even = sympy.Symbol("e", even=True, positive=True)
    assert FloorDiv(even, 22).subs(even, 2) == 0
    assert floordiv(even, 22) != even / 22
    assert substitute(floordiv(even, 22), {"e": 2}) == 0


def test_no_symbol_of_ours_is_even_or_odd() -> None:
    context = Context().assume(Relation(Comparison.EQ, mod(symbol("H"), 2), 0))
    context = context.assume(Relation(Comparison.EQ, mod(symbol("W"), 2), 1))
    for size in (symbol("H"), symbol("W"), symbol("P", least=0)):
        for free in sympy.sympify(context.to_witness(size)).free_symbols:
            assert free.is_even is None
            assert free.is_odd is None
    assert substitute(context.from_witness(floordiv(context.to_witness(symbol("H")), 22)), {"H": 2}) == 0


def test_sympys_own_rounding_is_not_used() -> None:
    size = symbol("H")
    for dim in (floordiv(size, 3), mod(mul(size, size), 5), floordiv(size, floordiv(size, 2))):
        assert not dim.atoms(sympy.floor, sympy.ceiling, sympy.Mod, sympy.Max, sympy.Min)
