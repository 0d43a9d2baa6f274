"""Sets of sizes, against sets of integers."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from archc.shapes.sizeset import SizeSet, classes, interval

LAST = 60


@st.composite
def sets(draw: st.DrawFn) -> SizeSet:
    period = draw(st.integers(1, 6))
    kept = draw(st.sets(st.integers(0, period - 1)))
    first = draw(st.integers(0, 20))
    last = draw(st.none() | st.integers(0, 50))
    return classes(period, sorted(kept), first, last)


def _members(found: SizeSet) -> set[int]:
    return {number for number in range(LAST) if number in found}


@given(sets(), sets(), sets())
def test_the_algebra_of_sets(a: SizeSet, b: SizeSet, c: SizeSet) -> None:
    assert _members(a & b) == _members(a) & _members(b)
    assert _members(a - b) == _members(a) - _members(b)
    assert _members((a - b) - c) == _members(a) - _members(b) - _members(c)
    assert bool(a & b) == any(True for _ in islice(a & b, 1))


@given(sets(), sets())
def test_ends_and_members_in_order(a: SizeSet, b: SizeSet) -> None:
    found = a - b
    few = list(islice(found, 10))
    assert few == sorted(_members(found) | set(few))[: len(few)]
    if found:
        assert found.least() == few[0]
        greatest = found.greatest()
        assert greatest is None or max(_members(found)) == greatest


@given(sets())
def test_residues_say_where_there_are_members(found: SizeSet) -> None:
    modulus, kept = found.residues()
    assert _members(found) <= {number for number in range(LAST) if number % modulus in kept}
    if found:
        step, residue = found.common_class()
        assert all(number % step == residue for number in _members(found))


def test_neighbours_in_a_class_are_one_interval() -> None:
    assert (interval(1, 9) - interval(4, 4)).classes == (((1, 3), (5, 9)),)
    evens = classes(2, [0], 2, None)
    assert (evens - interval(6, 6)).classes == (((2, 4), (8, None)), ())
    assert (evens - interval(7, 7)).classes == (((2, None),), ())
