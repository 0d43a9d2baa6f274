"""Every recorded model: the official weights load, outputs, parameters and MACs are equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

import archc
from tests.official.case import Case, Published, each


def _cases() -> Iterator[Any]:
    case: Case
    for case in each("CASES"):
        yield pytest.param(case, marks=pytest.mark.slow if case.slow else (), id=case.recording)


@pytest.mark.parametrize("case", list(_cases()))
def test_recording(case: Case, official: Callable[[str], Any]) -> None:
    recorded = official(case.recording)
    architecture = case.architecture
    module = architecture.module(seed=0).to(torch.float64).train(case.train)
    before = _integers(module)
    # a block by itself has no map of a checkpoint: its keys are its own
    load = module.load_official if hasattr(module, "load_official") else module.load_state_dict
    load(recorded.state(case.integers))
    assert all(torch.equal(value, before[key]) for key, value in _integers(module).items())
    with torch.no_grad():
        recorded.compare(module(*recorded.inputs))
    sizes = _sizes(architecture, recorded.inputs)
    assert architecture.params == recorded.record["params"] - case.unused
    assert architecture.macs.subs(sizes) == recorded.record["macs"] - case.redundant


@pytest.mark.parametrize("published", [*each("PUBLISHED")], ids=lambda one: f"{one.arch}.{one.variant}")
def test_published_figures(published: Published) -> None:
    architecture = published.architecture
    assert architecture.params == published.params
    if published.deployed is not None:
        assert architecture.deployed.params == published.deployed
    if published.macs:
        sizes = {name: 1 if name == "B" else published.size for name in architecture.macs.free}
        decimals = len(published.macs.partition(".")[2])
        assert f"{int(architecture.macs.subs(sizes)) / 1e6:.{decimals}f}" == published.macs


def _integers(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return the integer buffers of a module, copied."""
    return {key: value.clone() for key, value in module.state_dict().items() if not value.is_floating_point()}


def _sizes(architecture: archc.Architecture, inputs: tuple[torch.Tensor, ...]) -> dict[str, int]:
    """Return the free sizes at which an architecture takes these inputs."""
    pairs = zip(architecture.inputs, inputs, strict=True)
    return {
        str(dim): size
        for declared, tensor in pairs
        for dim, size in zip(declared.shape, tensor.shape, strict=True)
        if dim.free == (str(dim),)
    }
