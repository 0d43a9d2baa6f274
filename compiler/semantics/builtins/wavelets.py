"""Filters of orthogonal wavelets, computed from their definition (Daubechies 1988)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from archc.graph.static import Static, Symbol
from archc.semantics.builtins.builtin import StaticError, builtin
from archc.semantics.builtins.takings import COUNT, OPTION

_ORDERS = {"haar": 1, "db1": 1, "db2": 2, "db3": 3, "db4": 4}


@lru_cache
def daubechies(order: int) -> tuple[float, ...]:
    """Return the 2 * order taps of Daubechies' low-pass filter of extremal phase; their squares sum to 1.

    The filter is ((1 + z) / 2)^order times a factor with the roots inside the unit circle of the polynomial
    sum_k C(order - 1 + k, k) y^k, where y = (2 - z - 1 / z) / 4.
    """
    taps: list[complex] = [1]
    for _ in range(order):
        taps = _times(taps, [1, 1])
    for y in _roots([math.comb(order - 1 + k, k) for k in range(order)]):
        taps = _times(taps, [1, -_inside(y)])
    scale = math.sqrt(2) / sum(tap.real for tap in taps)
    return tuple(tap.real * scale for tap in taps)


def _inside(y: complex) -> complex:
    """Return the root inside the unit circle of z + 1 / z = 2 - 4 y."""
    half = 1 - 2 * y
    root = (half * half - 1) ** 0.5
    return min(half + root, half - root, key=abs)


def _times(left: Sequence[complex], right: Sequence[complex]) -> list[complex]:
    """Return the product of two polynomials, highest power first."""
    result = [0j] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] += a * b
    return result


def _roots(ascending: Sequence[int]) -> list[complex]:
    """Return all roots of a polynomial of small degree by Durand and Kerner's iteration."""
    degree = len(ascending) - 1
    monic = [c / ascending[-1] for c in reversed(ascending)]
    roots = [(0.4 + 0.9j) ** k for k in range(degree)]
    for _ in range(200):
        roots = [
            root
            - _value(monic, root) / math.prod((root - other for j, other in enumerate(roots) if j != i), start=1 + 0j)
            for i, root in enumerate(roots)
        ]
    return roots


def _value(monic: Sequence[float], at: complex) -> complex:
    result = 0j
    for coefficient in monic:
        result = result * at + coefficient
    return result


def taps(wave: str) -> tuple[float, ...]:
    """Return the low-pass filter of a wavelet by its name. Raises StaticError where there is none."""
    if wave not in _ORDERS:
        raise StaticError(f"there is no wavelet `{wave}`", f"there are {', '.join(_ORDERS)}")
    return daubechies(_ORDERS[wave])


@builtin(wave=OPTION)
def wavelet(wave: Symbol) -> Static:
    """The taps of a wavelet's low-pass filter, in the order in which a convolution applies them."""
    return taps(wave.name)


@builtin(wave=OPTION, n=COUNT)
def wavelet_bank(wave: Symbol, n: int) -> Static:
    """The kernels of a separable transform of n axes, as conv weights of one channel.

    Band b takes the high-pass filter along axis a where bit a of b is set: the mirrored taps with alternating signs.
    """
    if n > 4:
        raise StaticError(f"a wavelet transform of {n} axes is too large")
    low = taps(wave.name)
    high = tuple((-1) ** i * tap for i, tap in enumerate(reversed(low)))
    return tuple((_outer([(low, high)[band >> axis & 1] for axis in range(n)], 1.0),) for band in range(2**n))


def _outer(filters: Sequence[tuple[float, ...]], factor: float) -> Static:
    if not filters:
        return factor
    return tuple(_outer(filters[1:], factor * tap) for tap in filters[0])


WAVELET_FUNCTIONS = (wavelet, wavelet_bank)
