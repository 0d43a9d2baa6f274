"""Static arithmetic beyond the signs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.graph.static import Row, Static
from archc.semantics.builtins import LIMIT, StaticError
from archc.shapes import substitute, symbol
from tests.semantics.obligations import call

H = symbol("H")
INTEGERS = st.integers(-(10**6), 10**6)
NUMBERS = INTEGERS | st.floats(-1e6, 1e6)


@given(NUMBERS)
def test_roundings_are_python_s(value: float) -> None:
    assert call("floor", value) == math.floor(value)
    assert call("ceil", value) == math.ceil(value)
    assert call("round", value) == round(value)
    assert call("abs", value) == abs(value)


def test_roundings_of_sequences_go_entry_by_entry() -> None:
    assert call("floor", (1.5, -1.5, 2)) == (1, -2, 2)
    assert call("round", (0.5, 1.5, 2.5)) == (0, 2, 2)


@given(st.integers(1, 40), st.integers(1, 9))
def test_roundings_of_free_sizes(size: int, divisor: int) -> None:
    assert substitute(call("floor", H / divisor), {"H": size}) == size // divisor  # type: ignore[arg-type]
    assert substitute(call("ceil", H / divisor), {"H": size}) == -(-size // divisor)  # type: ignore[arg-type]


@given(st.lists(INTEGERS, min_size=1))
def test_sums_products_and_extremes(values: list[int]) -> None:
    sequence = tuple(values)
    assert call("sum", sequence) == sum(values)
    assert call("min", sequence) == min(values) == call("min", *values)
    assert call("max", sequence) == max(values) == call("max", *values)
    assert call("mean", sequence) == pytest.approx(sum(values) / len(values))


def test_products() -> None:
    assert call("prod", ()) == 1
    assert call("prod", (2, 3, 0.5)) == 3.0
    assert call("sum", ()) == 0
    assert call("prod", Row((H, H))) == H * H
    assert call("sum", (H, 1, H)) == 2 * H + 1


def test_extremes_of_free_sizes() -> None:
    assert substitute(call("max", H, 8), {"H": 5}) == 8  # type: ignore[arg-type]
    assert substitute(call("min", (H, 8)), {"H": 5}) == 5  # type: ignore[arg-type]


def test_truths() -> None:
    assert call("all", ()) is True
    assert call("all", (True, False)) is False
    assert call("any", (True, False)) is True
    assert call("any", ()) is False


@pytest.mark.parametrize("exponent", range(12))
def test_log2_of_a_power_is_an_integer(exponent: int) -> None:
    found = call("log2", 2**exponent)
    assert found == exponent and type(found) is int


def test_smooth_functions() -> None:
    assert call("sqrt", 16) == 4.0
    assert call("sqrt", H) ** 2 == H  # type: ignore[operator]
    assert call("exp", 1) == math.e
    assert call("log", math.e) == 1.0
    assert call("log2", 3) == math.log2(3)
    assert call("sin", 1) == math.sin(1) and call("cos", 1) == math.cos(1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sqrt", -1),
        ("log", 0),
        ("log2", 0),
        ("log2", -4),
        ("exp", 10**6),
        ("exp", H),
        ("floor", math.inf),
        ("round", H),
    ],
)
def test_no_result_is_an_error(name: str, value: Static) -> None:
    with pytest.raises(StaticError):
        call(name, value)


def test_means_need_numbers() -> None:
    with pytest.raises(StaticError):
        call("mean", ())
    with pytest.raises(StaticError):
        call("mean", (H,))


@pytest.mark.parametrize("name", ["linspace", "permutation"])
def test_lengths_are_limited(name: str) -> None:
    arguments = {"linspace": (0, 1, LIMIT + 1), "permutation": (10**9, 0)}[name]
    with pytest.raises(StaticError, match="entries"):
        call(name, *arguments)
