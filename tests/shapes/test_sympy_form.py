"""What users get of sizes as SymPy's own expressions."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from archc import shapes
from archc.shapes import Comparison, Context, Relation, floordiv, mod, substitute, symbol
from archc.shapes.sympy_form import FloorDiv
from tests.shapes.expressions import Tree, trees


@given(trees("HW"), st.fixed_dictionaries({"H": st.integers(1, 40), "W": st.integers(1, 40)}))
def test_it_has_the_same_value(tree: Tree, sizes: dict[str, int]) -> None:
    try:
        dim = tree.dim()
        value = substitute(dim, sizes)
    except ArithmeticError:
        return
    found = sympy.sympify(dim)
    by_name = {free.name: free for free in found.free_symbols}
    assert found.subs({by_name[name]: size for name, size in sizes.items() if name in by_name}) == value


@given(trees("HW", extremes=False, size=8))
def test_sympy_expands_nothing_further(tree: Tree) -> None:
    found = sympy.sympify(tree.dim())
    assert sympy.expand(found) == found


@pytest.mark.parametrize("least", [0, 1])
def test_symbols_are_what_they_were(least: int) -> None:
    (free,) = sympy.sympify(symbol("H", least)).free_symbols
    assert free == sympy.Symbol("H", integer=True, **{"positive" if least else "nonnegative": True})


def test_an_even_symbol_is_no_multiple_of_22() -> None:
    """SymPy 1.14 divides even symbols wrongly: `(e / 22).is_integer` is True. Nothing here may lean on it."""
    even = sympy.Symbol("e", even=True, positive=True)
    assert FloorDiv(even, 22).subs(even, 2) == 0
    context = Context().assume(Relation(Comparison.EQ, mod(symbol("H"), 2), 0))
    for free in sympy.sympify(context.to_witness(symbol("H"))).free_symbols:
        assert (free.is_even, free.is_odd) == (None, None)
    assert substitute(context.from_witness(floordiv(context.to_witness(symbol("H")), 22)), {"H": 2}) == 0


def test_sympy_is_loaded_when_it_is_asked_for() -> None:
    code = """
        import sys
        from archc.shapes import *
        context = Context().assume(Relation(Comparison.EQ, mod(symbol("H"), 32), 0))
        decide(Relation(Comparison.EQ, mod(symbol("H"), 48), 0), context)
        print(context.show_shape((symbol("H"), 2, 3)), "sympy" in sys.modules)
    """
    lines = "\n".join(line.strip() for line in code.splitlines())
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "[H, 2, 3] False\n"


def test_formulas_are_sympys() -> None:
    assert sympy.sympify(shapes.product([3, symbol("H"), symbol("W")])).as_coeff_Mul()[0] == 3
