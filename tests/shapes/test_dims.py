"""The arithmetic of dims agrees with Python's integers, whatever normal form it takes."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archc.shapes import (
    TooLargeError,
    add,
    ceil,
    ceildiv,
    evaluate,
    floor,
    floordiv,
    free_symbols,
    maximum,
    minimum,
    mod,
    mul,
    negate,
    power,
    product,
    render,
    sub,
    substitute,
    symbol,
    to_number,
    total,
    truediv,
)
from tests.shapes.expressions import FLOORDIV, MOD, Tree, trees

H, W, C = symbol("H"), symbol("W"), symbol("C")
SIZES = st.fixed_dictionaries({"H": st.integers(1, 300), "W": st.integers(1, 300)})


@given(trees("HW", size=12), SIZES)
def test_random_formulas_agree_with_python(tree: Tree, sizes: dict[str, int]) -> None:
    dim = tree.dim()
    assert substitute(dim, sizes) == tree.value(sizes)
    assert set(free_symbols(dim)) <= sizes.keys()


@given(trees("HW", size=5), trees("HW", size=4), st.sampled_from([FLOORDIV, MOD]), SIZES)
def test_symbolic_divisors_agree_with_python(left: Tree, right: Tree, operation: object, sizes: dict[str, int]) -> None:
    tree = Tree(operation, (left, right))  # type: ignore[arg-type]
    assume(right.dim() != 0 and right.value(sizes) != 0)
    try:
        result = substitute(tree.dim(), sizes)
    except ZeroDivisionError:
        assume(False)
    assert result == tree.value(sizes)


@given(trees("HW", size=10))
def test_normal_forms_stay_as_they_are(tree: Tree) -> None:
    dim = tree.dim()
    assert add(dim, 0) == dim
    assert mul(dim, 1) == dim
    assert sub(dim, dim) == 0
    assert floordiv(dim, 1) == dim
    assert type(dim) is int or dim.free_symbols


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (floordiv(mul(8, H), 2), "4 * H"),
        (floordiv(sub(mul(4, H), 1), 4), "H - 1"),
        (floordiv(add(mul(6, H), 9), 4), "H + H // 2 + 2"),
        (floordiv(floordiv(floordiv(H, 2), 2), 2), "H // 8"),
        (floordiv(add(floordiv(H, 2), W), 2), "(H + 2 * W) // 4"),
        (floordiv(mul(H, W), W), "H"),
        (floordiv(H, floordiv(H, 8)), "H // (H // 8)"),
        (floordiv(mul(8, H), floordiv(mul(8, H), 8)), "8"),
        (floordiv(add(mul(H, W), C), W), "H + C // W"),
        (floordiv(H, add(H, 1)), "0"),
        (floordiv(add(mul(2, H), 1), H), "1 // H + 2"),
        (mod(mul(32, H), 8), "0"),
        (minimum(H, add(H, 3), add(W, H)), "H"),
        (maximum(1, H), "H"),
        (maximum(H, W, H), "max(H, W)"),
        (minimum(minimum(H, W), C), "min(C, H, W)"),
        (ceildiv(H, 2), "(H + 1) // 2"),
        (power(add(H, 1), 2), "H ** 2 + 2 * H + 1"),
    ],
)
def test_exact_steps(dim: object, text: str) -> None:
    assert render(dim) == text  # type: ignore[arg-type]


def test_numbers_stay_python_numbers() -> None:
    assert [type(x) for x in (add(2, 3), mul(2, 3), floordiv(7, 2), mod(7, 2), sub(H, H), mul(0, H))] == [int] * 6
    assert truediv(7, 2) == 3.5
    assert power(2, -1) == 0.5
    assert floor(3.7) == 3
    assert ceil(-3.2) == -3
    assert product([2, 3, 4]) == 24
    assert total([]) == 0
    assert negate(3) == -3


def test_formulas_with_a_dim() -> None:
    assert floor(mul(H, 0.5)) == floordiv(H, 2)
    assert floor(mul(H, 0.1)) == floordiv(H, 10)
    assert ceil(truediv(H, 3)) == negate(floordiv(negate(H), 3))
    assert truediv(mul(H, W), W) == H
    scale = truediv(1, power(H, 0.5))
    assert evaluate(scale, {"H": 16}) == 0.25
    assert render(scale) == "1 / sqrt(H)"
    assert evaluate(truediv(H, 4), {"H": 8}) == 2
    assert math.isclose(evaluate(mul(H, 1 / 7), {"H": 3}), 3 / 7)
    assert to_number(scale) is None
    assert to_number(2.5) == 2.5


def test_a_size_may_be_empty() -> None:
    past = symbol("P", least=0)
    assert maximum(past, 0) == past
    assert render(maximum(past, 1)) == "max(1, P)"
    assert maximum(symbol("P"), 1) == symbol("P")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: power(2, 10**9),
        lambda: power(H, 10**9),
        lambda: power(2.0, 10**9),
        lambda: _squared(40),
        lambda: power(add(add(H, W), add(C, symbol("D"))), 40),
        lambda: _nested(5000),
        lambda: _grown(5000),
        lambda: maximum(*[symbol(f"n{i}") for i in range(1000)]),
    ],
)
def test_what_is_too_large_is_refused(attempt: object) -> None:
    with pytest.raises((TooLargeError, OverflowError)):
        attempt()  # type: ignore[operator]


def _squared(times: int) -> object:
    size = H
    for _ in range(times):
        size = mul(size, size)
    return size


def _nested(depth: int) -> object:
    size = H
    for place in range(depth):
        size = maximum(floordiv(size, 2), sub(W, place))
    return size


def _grown(times: int) -> object:
    size = H
    for _ in range(times):
        size = mul(size, 1 << 60)
    return size


@pytest.mark.parametrize(
    "attempt", [lambda: floordiv(H, 0), lambda: mod(H, 0), lambda: truediv(H, 0), lambda: 1 // mod(2, 2)]
)
def test_division_by_zero_is_an_arithmetic_error(attempt: object) -> None:
    with pytest.raises(ZeroDivisionError):
        attempt()  # type: ignore[operator]


@pytest.mark.parametrize("factor", [2, 12, 0.4, 5, 10**18])
@pytest.mark.parametrize("exponent", [0.5, 1 / 3, -0.5, 2 / 3, -2.5])
def test_roots_of_multiples(factor: float, exponent: float) -> None:
    size = symbol("C")
    root = power(mul(factor, size), exponent)
    assert evaluate(root, {"C": 7}) == pytest.approx((factor * 7) ** exponent, rel=1e-12)
    assert evaluate(mul(root, root), {"C": 7}) == pytest.approx((factor * 7) ** (2 * exponent), rel=1e-12)
