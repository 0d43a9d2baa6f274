"""A proof of dominance holds for all legal sizes, and the easy ones are found."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import shapes
from archc.analysis.dominance import Dominance, dim_of, sum_of
from archc.graph.static import Dim
from archc.shapes import Comparison, Context, Relation

B, H, W = (shapes.symbol(name) for name in "BHW")
EMPTY = shapes.symbol("N'", 0)


def known(least: int) -> Context:
    context = Context()
    for symbol in (H, W):
        context = context.assume(Relation(Comparison.GE, symbol, least))
    return context


@st.composite
def sizes(draw: st.DrawFn) -> Dim:
    symbol = draw(st.sampled_from([B, H, W, EMPTY]))
    moved = shapes.add(symbol, draw(st.integers(-3, 5)))
    return draw(st.sampled_from([symbol, shapes.floordiv(moved, draw(st.sampled_from([2, 4, 8])))]))


formulas = st.lists(
    st.tuples(st.integers(-9, 9), st.lists(sizes(), min_size=0, max_size=3).map(shapes.product)), max_size=4
)


@given(formulas, formulas, st.sampled_from([1, 4, 9]))
@settings(max_examples=60, deadline=None)
def test_what_is_proved_is_true_at_every_legal_size(
    one: list[tuple[int, Dim]], other: list[tuple[int, Dim]], least: int
) -> None:
    left, right = sum_of(one), sum_of(other)
    if Dominance(known(least)).at_least(left, right):
        difference = shapes.sub(dim_of(left), dim_of(right))
        for numbers in product((1, 2, 7), (least, least + 1, least + 6), (least, least + 3), (0, 1, 8)):
            assert shapes.substitute(difference, dict(zip(("B", "H", "W", "N'"), numbers, strict=True))) >= 0


@given(formulas)
@settings(max_examples=25, deadline=None)
def test_a_sum_is_the_dim_that_it_stands_for(parts: list[tuple[int, Dim]]) -> None:
    assert dim_of(sum_of(parts)) == shapes.total(shapes.mul(times, dim) for times, dim in parts)


def of(*parts: tuple[int, Dim]) -> Mapping[Dim, int]:
    return sum_of(parts)


AREA = shapes.mul(H, W)
QUARTER = shapes.mul(shapes.floordiv(H, 4), shapes.floordiv(W, 4))
EIGHTH = shapes.mul(shapes.floordiv(H, 8), shapes.floordiv(W, 8))


@pytest.mark.parametrize(
    ("one", "other", "least", "proved"),
    [
        (of((3, AREA)), of((2, AREA)), 1, True),
        (of((2, AREA)), of((3, AREA)), 1, False),
        (of((1, AREA)), of((1, H)), 1, True),
        (of((1, AREA)), of((2, H)), 1, False),
        (of((1, AREA)), of((2, H)), 2, True),
        (of((16, QUARTER)), of((1, AREA)), 100, False),
        (of((1, AREA)), of((16, QUARTER)), 1, True),
        (of((2304, QUARTER)), of((12, AREA), (256, QUARTER)), 32, True),
        (of((2304, QUARTER)), of((4608, EIGHTH)), 32, True),
        (of((2304, QUARTER)), of((4608, EIGHTH)), 1, False),
        (of((5, 1)), of((4, 1)), 1, True),
        (of((1, H)), of((40, 1)), 40, True),
        (of((1, shapes.maximum(H, W))), of((1, H)), 1, False),
        (of((1, EMPTY)), of((1, 1)), 1, False),
        (of((64, EIGHTH), (6, H), (6, W)), of((48, 1)), 1, False),
        (of((1, shapes.mul(H, H))), of((2, H)), 2, True),
        (of((1, shapes.power(H, 3))), of((2, shapes.mul(H, H))), 2, True),
        (of((1, shapes.mul(H, H))), of((1, shapes.power(H, 3))), 1, False),
    ],
)
def test_proofs(one: Mapping[Dim, int], other: Mapping[Dim, int], least: int, proved: bool) -> None:
    assert Dominance(known(least)).at_least(one, other) is proved
