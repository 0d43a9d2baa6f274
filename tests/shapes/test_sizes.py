"""Legal sizes, smallest first."""

from __future__ import annotations

from itertools import islice

from hypothesis import assume, given, settings

from archc.shapes import (
    Comparison,
    Conditional,
    Context,
    Relation,
    add,
    decide,
    floordiv,
    is_legal,
    legal_sizes,
    mod,
    mul,
    symbol,
)
from tests.shapes.expressions import relations, small_points, trees

H, W, T, N = map(symbol, "HWTN")


def test_smallest_first() -> None:
    context = Context().assume(Relation(Comparison.EQ, mod(H, 32), 0)).assume(Relation(Comparison.EQ, mod(W, 16), 0))
    assert list(islice(legal_sizes(context, [1, 3, H, W]), 4)) == [
        {"H": 32, "W": 16},
        {"H": 32, "W": 32},
        {"H": 32, "W": 48},
        {"H": 64, "W": 16},
    ]


def test_sizes_that_others_limit() -> None:
    context = Context().assume(Relation(Comparison.EQ, T, floordiv(mul(H, W), 4)))
    context = context.assume(Relation(Comparison.LE, N, T))
    assert next(legal_sizes(context, [N, T])) == {"N": 1, "T": 1}
    assert next(legal_sizes(context, [H, W, T])) == {"H": 2, "T": 1, "W": 2}
    assert is_legal(context, {"H": 4, "W": 4, "T": 4, "N": 3})
    assert not is_legal(context, {"H": 4, "W": 4, "T": 4, "N": 5})
    assert not is_legal(context, {"H": 0})


def test_a_size_defined_by_a_difference_stays_positive() -> None:
    context = Context().assume(Relation(Comparison.EQ, add(T, H), floordiv(W, 2)))
    assert next(legal_sizes(context, [H, T, W])) == {"H": 1, "T": 1, "W": 4}
    for sizes in legal_sizes(context, [H, T, W], candidates=50):
        assert is_legal(context, sizes)
    verdict = decide(Relation(Comparison.EQ, H, T), context)
    assert isinstance(verdict, Conditional)
    assert is_legal(context, dict(verdict.counterexample.sizes))


def test_the_search_ends() -> None:
    context = Context().assume(Relation(Comparison.EQ, mul(H, W), 7919 * 7907))
    assert list(legal_sizes(context, [H, W], candidates=500)) == []
    limited = Context().assume(Relation(Comparison.LE, H, 3))
    assert [sizes["H"] for sizes in legal_sizes(limited, [H])] == [1, 2, 3]
    assert list(legal_sizes(Context(), [3, 5])) == [{}]


@settings(deadline=None, max_examples=40)
@given(relations(trees("HW", size=4, extremes=False, divisors=(2, 3))))
def test_all_legal_sizes_and_no_others(relation: Relation) -> None:
    context = Context().assume(relation)
    assume(context.contradiction is None)
    found = [(sizes["H"], sizes["W"]) for sizes in legal_sizes(context, [H, W], candidates=200)]
    expected = [(h, w) for h, w in small_points(2, 6) if relation.holds({"H": h, "W": w})]
    assert [point for point in found if max(point) <= 6] == sorted(expected, key=lambda point: (sum(point), point))
