"""How weights start: functions that give initialisers, and those that are plain names."""

from __future__ import annotations

import math
from collections.abc import Mapping

from archc.graph.static import Fill, Identity, Initialiser, Normal, Static, TruncatedNormal, Uniform
from archc.semantics.builtins.builtin import StaticError, builtin
from archc.semantics.builtins.numbers import real
from archc.semantics.builtins.takings import NUMBER


def _spread(value: Static, function: str, least: float = 0.0) -> float:
    number = real(value, function)
    if not (math.isfinite(number) and number >= least):
        raise StaticError(f"`{function}` needs a finite number of at least {least:g}, not `{value}`")
    return number


@builtin(std=NUMBER)
def normal(std: Static = 1) -> Initialiser:
    """Gaussian around zero with standard deviation `std`."""
    return Normal(_spread(std, "normal"))


@builtin(std=NUMBER)
def trunc_normal(std: Static = 1) -> Initialiser:
    """Gaussian around zero with standard deviation `std`, cut at -2 and 2."""
    return TruncatedNormal(_spread(std, "trunc_normal"))


@builtin(bound=NUMBER)
def uniform(bound: Static = 1) -> Initialiser:
    """Uniform in [-bound, bound]."""
    return Uniform(_spread(bound, "uniform"))


@builtin(value=NUMBER)
def constant(value: Static) -> Initialiser:
    """One value everywhere; a bare number says the same."""
    return Fill(real(value, "constant"))


@builtin(fan_in=NUMBER)
def kaiming_uniform(fan_in: Static) -> Initialiser:
    """Uniform in [-b, b] with b = 1 / sqrt(fan_in): what PyTorch's convolutions and linear maps start with."""
    return Uniform(1 / math.sqrt(_spread(fan_in, "kaiming_uniform", 1.0)))


@builtin(fan_in=NUMBER, fan_out=NUMBER)
def xavier(fan_in: Static, fan_out: Static) -> Initialiser:
    """Uniform in [-b, b] with b = sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return Uniform(math.sqrt(6 / (_spread(fan_in, "xavier", 1.0) + _spread(fan_out, "xavier", 1.0))))


INITIALISER_FUNCTIONS = (normal, trunc_normal, uniform, constant, kaiming_uniform, xavier)

CONSTANTS: Mapping[str, Static] = {
    "zeros": Fill(0.0),
    "ones": Fill(1.0),
    "eye": Identity(),
    "pi": math.pi,
    "inf": math.inf,
}
"""Names with a value of their own. `zeros`, `ones` and `eye`, the identity matrix, are initialisers; the first two are
operators where they are called with a shape."""
