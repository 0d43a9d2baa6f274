"""Static functions on sequences, and initialisers."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.graph.static import Fill, Normal, Row, Static, TruncatedNormal, Uniform
from archc.semantics.builtins import StaticError
from tests.semantics.obligations import call


def test_lengths_and_positions() -> None:
    assert call("len", (4, 5)) == 2
    assert call("len", Row((4, 5, 6))) == 3
    assert call("axes", ("a", "b", "c")) == (0, 1, 2)
    assert call("indexed", ("a", "b")) == (Row((0, "a")), Row((1, "b")))
    assert call("reversed", (1, 2, 3)) == (3, 2, 1)
    assert call("transpose", ((1, 2), (3, 4), Row((5, 6)))) == ((1, 3, 5), (2, 4, 6))


def test_transposing_needs_rows_of_one_length() -> None:
    with pytest.raises(StaticError):
        call("transpose", ((1, 2), (3,)))
    with pytest.raises(StaticError):
        call("transpose", ((1, 2), 3))


@given(st.floats(-10, 10), st.floats(-10, 10), st.integers(0, 20))
def test_linspace_is_numpy_s(start: float, stop: float, n: int) -> None:
    found = call("linspace", start, stop, n)
    numpy.testing.assert_allclose(found, numpy.linspace(start, stop, n), rtol=1e-12, atol=1e-12)


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_permutations_are_numpy_s_and_argsort_inverts(n: int, seed: int) -> None:
    order = call("permutation", n, seed)
    assert order == tuple(numpy.random.RandomState(seed).permutation(n))
    inverse = call("argsort", order)
    assert [order[i] for i in inverse] == list(range(n))  # type: ignore[index, union-attr, call-overload]


def test_argsort_keeps_the_order_of_equals() -> None:
    assert call("argsort", (2, 1, 2, 1.0)) == (1, 3, 0, 2)


@pytest.mark.parametrize("position", range(-4, 4))
def test_insert_is_numpy_s_new_axis(position: int) -> None:
    shape = numpy.expand_dims(numpy.zeros((2, 3, 4)), position).shape
    assert call("insert", (2, 3, 4), position, 1) == shape


@pytest.mark.parametrize("position", [-5, 4])
def test_insert_has_bounds(position: int) -> None:
    with pytest.raises(StaticError):
        call("insert", (2, 3, 4), position, 1)


def test_pick_and_placed() -> None:
    assert call("pick", (4, 5, 6), (-1, 0)) == (6, 4)
    assert call("placed", (4, 5, 6), (-1, 0), (1, 2)) == (2, 5, 1)
    with pytest.raises(StaticError):
        call("pick", (4, 5), (2,))
    with pytest.raises(StaticError):
        call("placed", (4, 5), (0,), (1, 2))


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("normal", (), Normal(1.0)),
        ("normal", (0.02,), Normal(0.02)),
        ("trunc_normal", (0.02,), TruncatedNormal(0.02)),
        ("uniform", (0.5,), Uniform(0.5)),
        ("constant", (3,), Fill(3.0)),
        ("kaiming_uniform", (16,), Uniform(0.25)),
        ("xavier", (1, 5), Uniform(1.0)),
    ],
)
def test_initialisers(name: str, arguments: tuple[Static, ...], expected: Static) -> None:
    assert call(name, *arguments) == expected


@pytest.mark.parametrize(("name", "value"), [("normal", -1), ("uniform", float("nan")), ("kaiming_uniform", 0)])
def test_initialisers_have_finite_spread(name: str, value: Static) -> None:
    with pytest.raises(StaticError):
        call(name, value)
