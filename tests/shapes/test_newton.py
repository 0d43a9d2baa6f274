"""Signs of integer polynomials, against looking at every point."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archc.shapes.newton import newton, sign, signs, value

COEFFICIENTS = st.lists(st.integers(-30, 30), max_size=5)


def _at(coefficients: list[int], point: int) -> int:
    return sum(number * point**power for power, number in enumerate(coefficients))


@given(COEFFICIENTS)
def test_the_form_has_the_values_it_was_made_of(coefficients: list[int]) -> None:
    form = newton([_at(coefficients, point) for point in range(6)])
    assert [value(form, point) for point in range(40)] == [_at(coefficients, point) for point in range(40)]


@given(COEFFICIENTS)
def test_signs_are_right_at_every_point(coefficients: list[int]) -> None:
    found = signs(newton([_at(coefficients, point) for point in range(6)]))
    assert found[0][0] == 0
    for point in range(200):
        now = [s for start, s in found if start <= point][-1]
        assert now == sign(_at(coefficients, point))


def test_far_changes_are_found_without_looking_at_every_point() -> None:
    square = newton([point**2 - 10**40 for point in range(3)])
    assert signs(square) == ((0, -1), (10**20, 0), (10**20 + 1, 1))


def test_starts_are_in_order_and_say_something() -> None:
    found = signs(newton([(p - 3) * (p - 9) * (p - 20) for p in range(4)]))
    assert found == ((0, -1), (3, 0), (4, 1), (9, 0), (10, -1), (20, 0), (21, 1))
