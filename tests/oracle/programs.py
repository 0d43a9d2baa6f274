"""A small program for every operator of the library, on what the library's own tests draw for it."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from archc import ArchFile, Architecture
from archc.records import record
from archc.testing import Inputs, inputs_at
from tests.properties import uses_elements, uses_layers, uses_shaping
from tests.properties.uses import CASES, Draw, Use, text_of

assert uses_elements and uses_layers and uses_shaping  # they fill CASES


@record
class Given(Inputs):
    """Inputs whose tensors are given: those of some operators have to be positive, or places in others."""

    values: tuple[torch.Tensor, ...]

    def tensors(self, dtype: torch.dtype | None = None) -> tuple[torch.Tensor, ...]:
        """Return the tensors, floats of another type, and complex numbers of two such."""
        wanted = dtype or torch.float64
        return tuple(_cast(one, wanted) for one in self.values)


def _cast(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if tensor.is_complex():
        return tensor.to(dtype.to_complex())
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


@record
class Program:
    """A use of an operator as an architecture, and its inputs. `name` is the operator's, behind it what is special."""

    name: str
    text: str
    architecture: Architecture
    inputs: Given


def programs(number: int) -> Iterator[Program]:
    """Yield a program for every case; equal numbers give equal ones."""
    for name in CASES:
        yield program(name, number)


def program(name: str, number: int) -> Program:
    """Return the program of one case."""
    use = _drawn(name, number)
    text = text_of(use)
    architecture = ArchFile.of_text(text, f"{name}.arch").architecture()
    plain = inputs_at(architecture, {}, number)
    values = tuple(use.inputs.values()) or (torch.zeros(1, dtype=torch.float64),)
    return Program(name, text, architecture, Given(plain.sizes, plain.seed, plain.every, values))


def _drawn(name: str, number: int) -> Use:
    """Return a use, not the simplest that there is: that is the first example."""
    found: list[Use] = []

    @seed(number)
    @settings(
        max_examples=3,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(CASES[name](Draw(data)))

    draw()
    return found[-1]
