"""The verifier lets nothing read outside of a buffer, and knows what conditions and tables say."""

from __future__ import annotations

import pytest

from archc.graph.static import DType
from archc.loops import Buffer, OutOfBoundsError, nest, verify
from archc.loops.index import Index, Loaded, as_index, greatest, least
from archc.loops.scalar import Load, Number, Scalar, Within, select

X = Buffer((4, 6), name="x")


def _read(index: Index, guards: tuple[Within, ...] = ()) -> Scalar:
    return select(guards, Load(X, (as_index(0), index)), Number(0.0))


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_read_past_an_end_is_found(shift: int) -> None:
    with pytest.raises(OutOfBoundsError, match="axis 1 of x has 6 places"):
        verify(nest(Buffer((6,)), lambda i: _read(i + shift)))


def test_a_condition_on_the_same_places_guards_it() -> None:
    verify(nest(Buffer((9,)), lambda i: _read(i - 1, (Within(i - 1, 0, 6),))))
    verify(nest(Buffer((9,)), lambda i: _read(i - 1, (Within(i, 1, 7),))))
    verify(nest(Buffer((9,)), lambda i: _read(least(greatest(i - 1, 0), 5))))


def test_a_condition_that_leaves_a_place_open_does_not() -> None:
    with pytest.raises(OutOfBoundsError):
        verify(nest(Buffer((9,)), lambda i: _read(i - 1, (Within(i - 1, 0, 7),))))


def test_the_other_branch_knows_that_the_condition_fails() -> None:
    def entry(i: Index) -> Scalar:
        return select((Within(i, None, 3),), Number(1.0), _read(i - 3))

    verify(nest(Buffer((9,)), entry))
    with pytest.raises(OutOfBoundsError):
        verify(nest(Buffer((9,)), lambda i: select((Within(i, None, 2),), Number(1.0), _read(i - 3))))


def test_places_that_are_data_need_a_guard_or_a_table() -> None:
    places = Buffer((9,), DType.I64, "places")
    with pytest.raises(OutOfBoundsError):
        verify(nest(Buffer((9,)), lambda i: _read(Loaded(places, (i,)))))
    verify(nest(Buffer((9,)), lambda i: _read(Loaded(places, (i,)), (Within(Loaded(places, (i,)), 0, 6),))))
    table = Buffer((2,), DType.I64, "table", (0, 5))
    verify(nest(Buffer((2,)), lambda i: _read(Loaded(table, (i,)))))
    with pytest.raises(OutOfBoundsError, match="table"):
        verify(nest(Buffer((3,)), lambda i: _read(Loaded(table, (i,)))))


def test_the_loops_cover_the_output() -> None:
    made = nest(Buffer((5,)), lambda i: _read(i))
    with pytest.raises(OutOfBoundsError, match="not those of its output"):
        verify(type(made)(Buffer((6,)), made.axes, made.epilogue))


def test_places_split_and_joined_again_are_read_as_they_stand() -> None:
    made = nest(Buffer((2, 3, 4)), lambda a, b, c: Load(Buffer((24,)), ((a * 12 + b * 4 + c) // 4 % 3 + a * 0,)))
    assert isinstance(made.epilogue, Load)
    assert made.epilogue.index == (made.axes[1],)
