"""Wavelet filters: against closed forms, and by what defines them."""

from __future__ import annotations

import math

import numpy
import pytest

from archc.graph.static import Symbol
from archc.semantics.builtins import StaticError
from archc.semantics.builtins.wavelets import daubechies
from tests.semantics.obligations import call


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_filters_are_orthonormal_with_vanishing_moments(order: int) -> None:
    low = numpy.array(daubechies(order))
    high = low[::-1] * (-1.0) ** numpy.arange(2 * order)
    for shift in range(order):
        inner = low[2 * shift :] @ low[: len(low) - 2 * shift]
        assert inner == pytest.approx(float(shift == 0), abs=1e-14)
        assert low[2 * shift :] @ high[: len(low) - 2 * shift] == pytest.approx(0, abs=1e-14)
    for power in range(order):
        assert high @ numpy.arange(2 * order) ** power == pytest.approx(0, abs=1e-11)


def test_closed_forms() -> None:
    assert daubechies(1) == pytest.approx([1 / math.sqrt(2)] * 2, abs=1e-15)
    root = math.sqrt(3)
    four = [(1 + root), (3 + root), (3 - root), (1 - root)]
    assert daubechies(2) == pytest.approx([tap / (4 * math.sqrt(2)) for tap in four], abs=1e-15)
    a, b = math.sqrt(10), math.sqrt(5 + 2 * math.sqrt(10))
    six = [1 + a + b, 5 + a + 3 * b, 10 - 2 * a + 2 * b, 10 - 2 * a - 2 * b, 5 + a - 3 * b, 1 + a - b]
    assert daubechies(3) == pytest.approx([tap / (16 * math.sqrt(2)) for tap in six], abs=1e-14)


def test_the_bank_of_two_axes_is_the_closed_form_on_blocks() -> None:
    bank = numpy.array(call("wavelet_bank", Symbol("haar"), 2))
    assert bank.shape == (4, 1, 2, 2)
    signs = [[[1, 1], [1, 1]], [[1, 1], [-1, -1]], [[1, -1], [1, -1]], [[1, -1], [-1, 1]]]
    numpy.testing.assert_allclose(bank[:, 0], numpy.array(signs) / 2, atol=1e-15)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_banks_are_orthonormal(n: int) -> None:
    bank = numpy.array(call("wavelet_bank", Symbol("db2"), n)).reshape(2**n, -1)
    numpy.testing.assert_allclose(bank @ bank.T, numpy.eye(2**n), atol=1e-14)


def test_unknown_wavelets() -> None:
    with pytest.raises(StaticError, match="db9"):
        call("wavelet", Symbol("db9"))
    with pytest.raises(StaticError):
        call("wavelet_bank", Symbol("haar"), 9)
