"""What a context understands of `where`, and that it loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.graph.static import Dim
from archc.shapes import (
    Comparison,
    Conditional,
    Context,
    Proven,
    Relation,
    add,
    decide,
    floordiv,
    is_legal,
    legal_sizes,
    mod,
    mul,
    sub,
    substitute,
    symbol,
)
from tests.shapes.expressions import Tree, small_points, trees

B, H, W, T, N, P = symbol("B"), symbol("H"), symbol("W"), symbol("T"), symbol("N"), symbol("P", least=0)
EMPTY = Context()


def where(*relations: tuple[Dim, str, Dim]) -> Context:
    context = EMPTY
    for left, kind, right in relations:
        context = context.assume(Relation(Comparison(kind), left, right))
    return context


def holds(context: Context, left: Dim, kind: str, right: Dim) -> bool:
    return decide(Relation(Comparison(kind), left, right), context) == Proven()


def test_divisibility_makes_floors_vanish() -> None:
    context = where((mod(H, 32), "==", 0))
    height = context.to_witness(H)
    assert mul(floordiv(height, 32), 32) == height
    assert context.from_witness(height) == H


@pytest.mark.parametrize(
    ("relations", "size", "modulus", "residue"),
    [
        ([(mod(H, 4), "==", 0), (mod(H, 6), "==", 0)], H, 12, 0),
        ([(mod(H, 4), "==", 3), (mod(H, 3), "==", 1)], H, 12, 7),
        ([(mod(mul(6, H), 4), "==", 2)], H, 2, 1),
        ([(mod(mul(3, H), 7), "==", 2)], H, 7, 3),
        ([(mul(8, floordiv(H, 8)), "==", H)], H, 8, 0),
        ([(mod(add(H, 3), 5), "==", 1)], H, 5, 3),
        ([(mod(H, 10**6), "==", 17)], H, 10**6, 17),
        ([(mul(2, W), "==", mul(3, H))], H, 2, 0),
        ([(mul(2, W), "==", mul(3, H))], W, 3, 0),
        ([(mod(mul(H, H), 9), "==", 0)], H, 3, 0),
        ([(W, "==", H), (mod(W, 4), "==", 0), (mod(H, 6), "==", 0)], W, 12, 0),
    ],
)
def test_congruences_combine(relations: list[tuple[Dim, str, Dim]], size: Dim, modulus: int, residue: int) -> None:
    assert holds(where(*relations), mod(size, modulus), "==", residue)


@pytest.mark.parametrize(
    "relations",
    [
        [(mod(H, 4), "==", 0), (mod(H, 2), "==", 1)],
        [(mod(H, 4), "==", 1), (mod(H, 6), "==", 2)],
        [(mod(mul(2, H), 4), "==", 1)],
        [(mod(H, 4), "==", 4)],
        [(H, "<=", 7), (H, ">=", 8)],
        [(H, "<", 1)],
        [(H, "<=", 31), (mod(H, 32), "==", 0)],
        [(H, "==", W), (H, "==", add(W, 1))],
        [(W, "<=", H), (H, "<", W)],
        [(T, "==", floordiv(H, 4)), (T, ">=", 5), (H, "<=", 19)],
        [(H, "==", 7), (H, "==", 8)],
        [(3, "==", 4)],
        [(mul(2, H), "==", add(mul(2, W), 1))],
    ],
)
def test_contradictions_are_values(relations: list[tuple[Dim, str, Dim]]) -> None:
    assert where(*relations[:-1]).contradiction is None
    context = where(*relations)
    left, kind, right = relations[-1]
    assert context.contradiction == Relation(Comparison(kind), left, right)
    assert context.assume(Relation(Comparison.EQ, B, B)).contradiction == context.contradiction


def test_ranges() -> None:
    context = where((H, ">=", 10), (H, "<=", 100), (mod(H, 8), "==", 0))
    assert holds(context, H, ">=", 16)
    assert holds(context, H, "<=", 96)
    assert not holds(context, H, ">=", 17)
    assert holds(where((H, ">=", 7), (H, "<=", 7)), mul(H, 2), "==", 14)


def test_an_equality_binds() -> None:
    context = where((mod(H, 4), "==", 0), (T, "==", floordiv(mul(H, W), 4)))
    assert holds(context, mul(4, T), "==", mul(H, W))
    assert holds(context, floordiv(mul(H, W), T), "==", 4)
    assert context.show(context.to_witness(T)) == "T"
    square = where((W, "==", H))
    assert square.to_witness(mul(H, W)) == mul(H, H)
    assert holds(where((N, "==", mul(2, B))), mod(N, 2), "==", 0)


def test_a_bound_size_keeps_its_least_value() -> None:
    context = where((T, "==", sub(H, 3)))
    assert holds(context, H, ">=", 4)
    assert holds(where((T, "==", floordiv(H, 4))), H, ">=", 4)


def test_facts_about_several_sizes() -> None:
    context = where((mod(mul(H, W), 4), "==", 0), (N, "<=", H))
    assert holds(context, mul(4, floordiv(mul(H, W), 4)), "==", mul(H, W))
    assert holds(context, floordiv(N, 3), "<=", H)
    assert holds(where((mod(add(H, W), 2), "==", 0), (mod(H, 2), "==", 0)), mod(W, 2), "==", 0)


def test_a_size_may_be_empty() -> None:
    assert not holds(EMPTY, P, ">=", 1)
    assert holds(EMPTY, P, ">=", 0)
    verdict = decide(Relation(Comparison.GE, P, 1), EMPTY)
    assert isinstance(verdict, Conditional)
    assert dict(verdict.counterexample.sizes) == {"P": 0}
    assert holds(where((mod(P, 4), "==", 0)), mul(4, floordiv(P, 4)), "==", P)
    assert list(legal_sizes(where((mod(P, 4), "==", 0)), [P], 3)) == [{"P": 0}, {"P": 4}, {"P": 8}]
    assert not is_legal(where((mod(H, 2), "==", 0)), {"H": 0})


def test_relations_may_be_in_witnesses() -> None:
    context = where((mod(H, 32), "==", 0))
    height = context.to_witness(H)
    verdict = decide(Relation(Comparison.EQ, mul(64, floordiv(height, 64)), height), context)
    assert isinstance(verdict, Conditional)
    assert dict(verdict.counterexample.sizes) == {"H": 32}
    assert list(map(context.show_relation, verdict.condition)) == ["H % 64 == 0"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            trees("HW", size=3, extremes=False, divisors=(2, 3)),
            st.sampled_from(["==", "<=", ">", "!="]),
            st.integers(0, 9),
        ),
        max_size=3,
    ),
    trees("HW", size=6),
)
def test_witnesses_change_no_value(assumed: list[tuple[Tree, str, int]], tree: Tree) -> None:
    context = where(*[(left.dim(), kind, right) for left, kind, right in assumed])
    back = context.from_witness(context.to_witness(tree.dim()))
    for height, width in small_points(2, 9):
        sizes = {"H": height, "W": width}
        if is_legal(context, sizes):
            assert substitute(back, sizes) == tree.value(sizes)
