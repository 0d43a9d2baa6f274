"""What a use of an operator is, and how the sizes and tensors of one are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from hypothesis import strategies as st
from torch import Tensor

T = TypeVar("T")
Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Use:
    """One use of an operator on tensors by name, and what PyTorch makes of them and of the weights at label `m`.

    `counts` says that PyTorch's own counter sees the same multiplications.
    """

    text: str
    inputs: Mapping[str, Tensor]
    expected: Callable[[Weights], object]
    counts: bool = True


SPELLING = {torch.float64: "", torch.int64: "i64", torch.bool: "bool", torch.complex128: "complex"}


def text_of(use: Use) -> str:
    """Return a use as an architecture of fixed sizes."""
    inputs = ", ".join(f"{name} {SPELLING[t.dtype]}{list(t.shape)}" for name, t in use.inputs.items()) or "x[1]"
    return f"arch T : {inputs} {{\n  return {use.text}\n}}\n"


class Draw:
    """Draws sizes, choices and tensors for one use."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.generator = torch.Generator().manual_seed(data.draw(st.integers(0, 2**31)))

    def size(self, low: int = 1, high: int = 6) -> int:
        return self.data.draw(st.integers(low, high))

    def sizes(self, count: int, low: int = 1, high: int = 6) -> list[int]:
        return [self.size(low, high) for _ in range(count)]

    def one(self, *options: T) -> T:
        return self.data.draw(st.sampled_from(options))

    def shuffled(self, items: list[int]) -> list[int]:
        return self.data.draw(st.permutations(items))

    def tensor(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def index(self, below: int, *shape: int) -> Tensor:
        return torch.randint(below, shape, generator=self.generator)


CASES: dict[str, Callable[[Draw], Use]] = {}
"""How to draw a use, by the name of the operator; a word behind an underscore tells several of one operator apart."""


def case(function: Callable[[Draw], Use]) -> Callable[[Draw], Use]:
    """Register a case under the name of its function, `use_` left out."""
    CASES[function.__name__.removeprefix("use_").rstrip("_")] = function
    return function


def entries(values: list[T]) -> str:
    """Return a sequence as the language writes it."""
    return f"[{', '.join(map(str, values))}]"


def placed(d: Draw, low: int = 1) -> tuple[Tensor, int]:
    """Draw a tensor and one of its axes, counted from either end."""
    x = d.tensor(*d.sizes(d.size(1, 4), low))
    return x, d.size(0, x.ndim - 1) - d.one(0, x.ndim)
