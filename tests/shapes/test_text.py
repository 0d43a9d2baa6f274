"""What is shown is true, and is Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.shapes import (
    Comparison,
    Context,
    Relation,
    add,
    floordiv,
    mod,
    mul,
    negate,
    power,
    render,
    sub,
    symbol,
    truediv,
)
from tests.shapes.expressions import Tree, trees

H, W, G = symbol("H"), symbol("W"), symbol("g")


@given(trees("HW", size=12), st.integers(1, 200), st.integers(1, 200))
def test_text_is_python_of_the_same_value(tree: Tree, height: int, width: int) -> None:
    sizes = {"H": height, "W": width}
    assert eval(render(tree.dim()), {"min": min, "max": max}, dict(sizes)) == tree.value(sizes)


@given(
    trees("HW", size=10),
    st.tuples(st.integers(1, 12), st.integers(0, 11)),
    st.tuples(st.integers(1, 12), st.integers(0, 11)),
    st.integers(1, 30),
    st.integers(1, 30),
)
def test_a_witness_shows_as_the_size_it_stands_for(
    tree: Tree, of_h: tuple[int, int], of_w: tuple[int, int], h: int, w: int
) -> None:
    context = Context()
    sizes = {}
    for name, step, (modulus, residue) in (("H", h, of_h), ("W", w, of_w)):
        residue %= modulus
        size = symbol(name)
        context = context.assume(Relation(Comparison.EQ, mod(size, modulus), residue))
        sizes[name] = step * modulus + residue
    dim = context.to_witness(tree.dim())
    shown = context.show(dim)
    assert "/" not in shown.replace("//", "")
    assert eval(shown, {"min": min, "max": max}, dict(sizes)) == tree.value(sizes)


def _where(*relations: tuple[object, str, object]) -> Context:
    context = Context()
    for left, kind, right in relations:
        context = context.assume(Relation(Comparison(kind), left, right))  # type: ignore[arg-type]
    return context


BY_32 = _where((mod(H, 32), "==", 0), (mod(W, 32), "==", 0))
ODD = _where((mod(H, 4), "==", 3))
TOKENS = _where((mod(H, 4), "==", 0), (symbol("T"), "==", floordiv(mul(H, W), 4)))


@pytest.mark.parametrize(
    ("context", "dim", "text"),
    [
        (BY_32, floordiv(H, 4), "H // 4"),
        (BY_32, mul(3, floordiv(H, 32)), "3 * (H // 32)"),
        (BY_32, mul(floordiv(H, 4), floordiv(W, 4)), "H // 4 * (W // 4)"),
        (BY_32, mul(H, H), "H ** 2"),
        (BY_32, sub(H, 1), "H - 1"),
        (BY_32, mul(2, H), "2 * H"),
        (ODD, floordiv(add(H, 1), 2), "(H + 1) // 2"),
        (ODD, floordiv(H, 4), "(H + 1) // 4 - 1"),
        (ODD, mul(H, H), "H ** 2"),
        (TOKENS, symbol("T"), "T"),
        (TOKENS, mul(2, symbol("T")), "H // 2 * W"),
    ],
)
def test_names_of_the_author(context: Context, dim: object, text: str) -> None:
    assert context.show(context.to_witness(dim)) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (mod(H, 32), "H % 32"),
        (sub(4, mod(H, 2)), "4 - H % 2"),
        (negate(mod(H, 2)), "-(H % 2)"),
        (negate(floordiv(H, 2)), "-(H // 2)"),
        (negate(mul(floordiv(H, 2), W)), "-(H // 2 * W)"),
        (mul(-3, floordiv(H, 2)), "-3 * (H // 2)"),
        (mul(3, mod(add(H, W), 4)), "3 * ((H + W) % 4)"),
        (mod(H, G), "H % g"),
        (mod(H, add(G, 1)), "H % (g + 1)"),
        (add(mod(H, 2), mod(W, 2)), "H % 2 + W % 2"),
        (power(negate(H), 3), "-H ** 3"),
        (truediv(H, 2), "H / 2"),
        (truediv(1, H), "1 / H"),
        (7, "7"),
    ],
)
def test_spelling(dim: object, text: str) -> None:
    assert render(dim) == text  # type: ignore[arg-type]


def test_names_may_be_replaced_by_code() -> None:
    assert render(floordiv(sub(H, 1), 2), {"H": "x.shape[2]"}) == "(x.shape[2] + 1) // 2 - 1"


def test_shapes_and_relations() -> None:
    assert BY_32.show_shape(tuple(map(BY_32.to_witness, (symbol("B"), 64, floordiv(H, 2))))) == "[B, 64, H // 2]"
    assert BY_32.show_relation(Relation(Comparison.LE, mod(H, 5), mul(2, W))) == "H % 5 <= 2 * W"
    assert Context().show_shape(()) == "[]"
