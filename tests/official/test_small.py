"""Small networks of every family: they train, and go through the tools that PyTorch users have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from tests.official.case import Small, each
from tests.properties.interpreter import flat


@dataclass(frozen=True)
class Made:
    """A small network and its module."""

    small: Small
    module: nn.Module


def _smalls() -> Iterator[Any]:
    small: Small
    for small in each("SMALL"):
        marks = pytest.mark.slow if small.slow else ()
        yield pytest.param(small, marks=marks, id=f"{small.arch}.{small.variant}")


@pytest.fixture(scope="module", params=list(_smalls()))
def made(request: pytest.FixtureRequest) -> Made:
    return Made(request.param, request.param.architecture.module(seed=0))


def images(small: Small, batch: int = 2, *, turned: bool = False) -> Tensor:
    """Return images of two sizes that the network takes, the wide one or, turned, the tall one, or of its one size."""
    height, width = small.least, small.least + 32 // small.step * small.step + small.step
    width = height if small.square else width
    sizes = (width, height) if turned else (height, width)
    return torch.randn(batch, small.channels, *sizes, generator=torch.Generator().manual_seed(1))


def test_trains(made: Made) -> None:
    small, model = made.small, made.module.train()
    before = {key: value.clone() for key, value in model.state_dict().items() if "running_" in key}
    with torch.random.fork_rng():
        torch.manual_seed(2)
        first, second = (flat(model(images(small))) for _ in range(2))
    torch.stack([one.square().mean() for one in first]).sum().backward()
    assert [key for key, weight in model.named_parameters() if weight.grad is None] == []
    assert not [key for key, value in before.items() if torch.equal(value, model.state_dict()[key])]
    assert any(map(_drops, model.modules())) is not torch.equal(first[-1], second[-1])


def _drops(module: nn.Module) -> bool:
    """Say whether a module leaves out something at random in training."""
    rate = max(getattr(module, name, 0.0) for name in ("drop", "rate"))
    return rate > 0 or isinstance(module, nn.Dropout | nn.Dropout2d)


def test_compiles_without_a_break(made: Made) -> None:
    model, x = made.module.eval(), images(made.small)
    compiled = torch.compile(model, fullgraph=True, backend="eager")
    torch.testing.assert_close(flat(compiled(x)), flat(model(x)), rtol=1e-4, atol=1e-5)


def test_exports_with_free_sizes(made: Made) -> None:
    small, model = made.small, made.module.eval()
    _skip_unless_exported(small)
    first = small.least // small.step
    axes = () if small.square else (2, 3)
    free = {0: Dim("B", max=64), **{axis: _multiple(f"n{axis}", small.step, first) for axis in axes}}
    program = torch.export.export(model, (images(small),), dynamic_shapes=(free,)).module()
    for x in (images(small), images(small, 3, turned=True)):
        torch.testing.assert_close(flat(program(x)), flat(model(x)), rtol=1e-4, atol=1e-5)


def _skip_unless_exported(small: Small) -> None:
    if not small.exported:
        pytest.skip(f"torch.export takes minutes for {small.arch}.{small.variant}, even small")


def _multiple(name: str, step: int, first: int) -> object:
    size = Dim(name, min=first, max=8 * first)
    return size if step == 1 else step * size


def test_onnxruntime_agrees(made: Made, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    pytest.importorskip("onnxscript", reason="onnxscript is not installed")
    _skip_unless_exported(made.small)
    model, x = made.module.eval(), images(made.small)
    path = tmp_path / "model.onnx"
    torch.onnx.export(model, (x,), path, dynamo=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(tuple(map(torch.from_numpy, found)), flat(model(x)), rtol=1e-4, atol=1e-5)
