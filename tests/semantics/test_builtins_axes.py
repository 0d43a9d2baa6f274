"""Shape rules over groups of axes, against NumPy where it has the same rule."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.graph.static import Row, Static, Symbol
from archc.semantics.builtins import StaticError
from archc.shapes import substitute, symbol
from tests.semantics.obligations import call, imposed

H, W = symbol("H"), symbol("W")
SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)


@given(SHAPES, SHAPES)
def test_broadcasting_is_numpy_s(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    shape, equalities = imposed("broadcast", left, right)
    try:
        expected = numpy.broadcast_shapes(left, right)
    except ValueError:
        assert any(a != b for a, b in equalities)
    else:
        assert shape == expected and not equalities


def test_a_free_size_is_never_taken_for_1() -> None:
    assert call("broadcast", (H, 3), (1, 3)) == (H, 3)
    assert call("broadcast", (1,), (H,)) == (H,)
    assert imposed("broadcast", (H, 3), (W, 3)) == ((H, 3), [(H, W)])
    assert imposed("broadcast", (H,), (4,)) == ((H,), [(H, 4)])


def test_the_second_operand_can_lie_along_axes_of_the_first() -> None:
    assert call("broadcast", (2, 8, H, W), (8,), (1,)) == (2, 8, H, W)
    assert call("broadcast", (2, 8, H, W), (W, 2), (-1, 0)) == (2, 8, H, W)
    assert imposed("broadcast", (2, 8, H), (4,), (1,))[1] == [(8, 4)]


@pytest.mark.parametrize("axis", [(), (0, 1), (3,)])
def test_axes_that_do_not_fit_the_second_operand(axis: Static) -> None:
    with pytest.raises(StaticError):
        call("broadcast", (2, 3, 4), (2,), axis)


@given(SHAPES, st.data())
def test_reductions_are_numpy_s(shape: tuple[int, ...], data: st.DataObject) -> None:
    axes = (
        data.draw(st.none() | st.lists(st.sampled_from(range(len(shape))), unique=True).map(tuple)) if shape else None
    )
    keep = data.draw(st.booleans())
    expected = numpy.zeros(shape).sum(axis=axes, keepdims=keep).shape
    assert call("reduced", shape, axes, keep) == expected


def test_an_axis_is_named_once() -> None:
    with pytest.raises(StaticError, match="twice"):
        call("reduced", (2, 3), (1, -1))


def test_permutations_and_sizes() -> None:
    assert call("permuted", (2, H, 4), (2, 0, 1)) == (4, 2, H)
    assert call("size", (2, H, 4)) == 8 * H
    assert call("size", ()) == 1
    for order in ((0, 1), (0, 1, 1), (0, 1, 3)):
        with pytest.raises(StaticError):
            call("permuted", (2, H, 4), order)


def test_spectra() -> None:
    assert call("halved", (2, 7, 8), (1, 2)) == (2, 7, 5)
    assert call("halved", (2, 7, 8), (2, 1)) == (2, 4, 8)
    with pytest.raises(StaticError):
        call("halved", (2, 7), ())


def test_padding_adds_on_both_sides() -> None:
    assert call("padded", (2, H, 5), (1, -1), (1, -1), (2, 0)) == (2, H + 3, 4)


def test_resizing() -> None:
    assert call("resized", (2, 3, 8, 9), None, (4, 5), None) == (2, 3, 4, 5)
    assert call("resized", (2, 3, 8, 9), None, (4,), None) == (2, 3, 4, 4)
    assert call("resized", (2, 3, 8, 9), None, None, (0.5,)) == (2, 3, 4, 4)
    assert call("resized", (7, 3), (0,), None, (1.5,)) == (10, 3)
    half = call("resized", (2, 3, H, 9), (2,), None, 0.5)
    assert substitute(half[2], {"H": 7}) == 3  # type: ignore[index, arg-type]


@pytest.mark.parametrize(("size", "scale"), [(None, None), (4, 2), ((4, 5, 6), None)])
def test_resizing_wants_one_of_two(size: Static, scale: Static) -> None:
    with pytest.raises(StaticError):
        call("resized", (2, 3, 8, 9), None, size, scale)


@pytest.mark.parametrize(
    ("pad", "expected"),
    [
        (2, ((2, 2), (2, 2))),
        (Row((1, 2)), ((1, 1), (2, 2))),
        ((1, 2), ((1, 2), (1, 2))),
        ((Row((1, 2)), 3), ((1, 3), (2, 3))),
        (Row((-1, 1)), ((-1, -1), (1, 1))),
        (Symbol("valid"), ((0, 0), (0, 0))),
    ],
)
def test_pads(pad: Static, expected: Static) -> None:
    assert call("sides", pad, (8, H), (3, 3), (1, 1)) == expected


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 5))
def test_same_gives_one_window_for_every_stride(n: int, reach: int, stride: int) -> None:
    (before,), (after,) = call("sides", Symbol("same"), (n,), (reach,), (stride,))  # type: ignore[misc]
    assert 0 <= before <= after <= before + 1
    assert (n + before + after - reach) // stride + 1 == -(-n // stride)


def test_same_of_a_free_size() -> None:
    (before,), (after,) = call("sides", Symbol("same"), (H,), (3,), (2,))  # type: ignore[misc]
    for size in range(1, 20):
        (low,), (high,) = call("sides", Symbol("same"), (size,), (3,), (2,))  # type: ignore[misc]
        assert substitute(before, {"H": size}) == low and substitute(after, {"H": size}) == high


@pytest.mark.parametrize("pad", [(1, 2, 3), Row((1, 2, 3)), Symbol("full"), (Row((1,)), 2), "same", 1.5])
def test_wrong_pads(pad: Static) -> None:
    with pytest.raises(StaticError):
        call("sides", pad, (8, 8), 3, 1)
