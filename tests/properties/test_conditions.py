"""What `check --fix` declares is exactly what PyTorch demands: for all sizes of small programs, legal and illegal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
import torch
import torch.nn.functional as F
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from torch import Tensor

from archc import ArchFile
from archc.diagnostics import apply_fixes
from archc.shapes import Context, is_legal

Sizes = dict[str, int]


@dataclass(frozen=True)
class Program:
    """A body over free sizes, and what PyTorch makes of tensors of these shapes."""

    inputs: str
    body: str
    torch: Callable[..., object]

    @property
    def text(self) -> str:
        return f"arch T : {self.inputs} {{\n  return {self.body}\n}}\n"

    def shapes(self, sizes: Sizes) -> list[tuple[int, ...]]:
        """Return the shapes of the inputs at sizes."""
        parts = [one.split("[")[1] for one in self.inputs.split("]") if "[" in one]
        return [tuple(sizes[d] if d in sizes else int(d) for d in part.split(", ")) for part in parts]


def conv(k: int, stride: int = 1, pad: int = 0, dilation: int = 1) -> Callable[[Tensor], Tensor]:
    return lambda x: F.conv2d(x, torch.zeros(4, x.shape[1], k, k), None, stride, pad, dilation)


def unet(x: Tensor) -> Tensor:
    low = F.max_pool2d(F.max_pool2d(x, 2), 2)
    return torch.cat([x, F.interpolate(low, scale_factor=4)], 1)


def pools(x: Tensor) -> Tensor:
    return F.max_pool2d(F.max_pool2d(x, 3, 2), 2)


PROGRAMS = {
    "a kernel": Program("x[1, 2, H, W]", "x |> m: conv(4, k=5, weight=zeros, bias=false)", conv(5)),
    "a kernel with padding": Program("x[1, 2, H, W]", "x |> m: conv(4, k=7, pad=2, stride=3)", conv(7, 3, 2)),
    "a dilated kernel": Program("x[1, 2, H, W]", "x |> m: conv(4, k=3, dilation=4, pad=1)", conv(3, 1, 1, 4)),
    "kernels behind each other": Program(
        "x[1, 2, H, W]",
        "x |> a: conv(4, k=3, stride=2) |> b: conv(4, k=3, stride=2)",
        lambda x: conv(3, 2)(conv(3, 2)(x)),
    ),
    "groups": Program("x[1, C, 3, 3]", "x |> groupnorm(4, weight=false, bias=false)", lambda x: F.group_norm(x, 4)),
    "pools": Program("x[1, 2, H, W]", "x |> maxpool(3, stride=2) |> maxpool(2)", pools),
    "a skip": Program(
        "x[1, 2, H, W]", "concat([x, x |> maxpool(2) |> maxpool(2) |> resize(scale=4, mode=nearest)])", unet
    ),
    "two inputs": Program("x[1, 2, H], y[1, 2, W]", "concat([x, y])", lambda x, y: torch.cat([x, y], 1)),
    "a product": Program("x[1, H, W], y[1, C, 4]", "matmul(x, y)", lambda x, y: x @ y),
    "chunks": Program("x[1, C, H]", "x |> chunk(3)", lambda x: x.unflatten(1, (3, x.shape[1] // 3))),
    "patches": Program(
        "x[1, 2, H, W]",
        'x |> rearrange("b c (h p) (w q) -> b (h w) (c p q)", p=4, q=2)',
        lambda x: x.reshape(1, 2, x.shape[2] // 4, 4, x.shape[3] // 2, 2),
    ),
    "a shuffle": Program("x[1, C, H, 2]", "x |> pixel_shuffle(3)", lambda x: F.pixel_shuffle(x, 3)),
    "places": Program("x[1, C, H]", "x[.., 2, 3]", lambda x: x[:, 2, 3]),
    "a reflection": Program("x[1, 2, H, W]", "x |> pad(3, fill=reflect)", lambda x: F.pad(x, (3,) * 4, mode="reflect")),
}
"""No sum of two free sizes: archc refuses what PyTorch takes by chance, where one of them is 1 and is broadcast."""


@cache
def mended(text: str) -> Context:
    """Return what is assumed of the sizes once every fix is made that archc offers, until nothing is wrong."""
    for _ in range(8):
        file = ArchFile.of_text(text)
        found = file.check()
        if not found:
            return file.architecture().context
        assert all(one.code in ("S103", "S104") and one.fixes for one in found), found
        text = apply_fixes(file.loaded.sources[0], found)
    pytest.fail(text)


def runs(program: Program, sizes: Sizes) -> bool:
    """Say whether PyTorch takes the sizes."""
    try:
        program.torch(*(torch.zeros(shape) for shape in program.shapes(sizes)))
    except (RuntimeError, ValueError, IndexError, ZeroDivisionError):
        return False
    return True


SIZES = st.fixed_dictionaries({name: st.integers(1, 24) for name in "CHW"})


@pytest.mark.parametrize("name", PROGRAMS)
@settings(max_examples=80, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink))
@given(sizes=SIZES)
def test_torch_runs_exactly_where_the_conditions_hold(name: str, sizes: Sizes) -> None:
    program = PROGRAMS[name]
    used = {size: value for size, value in sizes.items() if size in program.inputs}
    assert runs(program, used) == is_legal(mended(program.text), used)


@pytest.mark.parametrize("name", PROGRAMS)
def test_counterexamples_are_sizes_at_which_torch_fails(name: str) -> None:
    program = PROGRAMS[name]
    found = ArchFile.of_text(program.text).check()
    notes = [note.text for one in found for note in one.notes if note.kind == "counterexample"]
    assert len(notes) == len(found) > 0
    for note in notes:
        named = dict(part.split(" = ") for part in note.split(":  ")[0].split(", "))
        sizes = {"C": 24, "H": 24, "W": 24} | {size: int(value) for size, value in named.items()}
        used = {size: value for size, value in sizes.items() if size in program.inputs}
        assert not runs(program, used), note
