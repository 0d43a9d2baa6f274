"""Every recorded model: the official weights load, outputs, parameters and MACs are equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch

import archc
from tests.official.case import Case


def _cases() -> Iterator[Any]:
    """Yield the cases of every system: `CASES` of each file in `systems`."""
    for file in sorted((Path(__file__).parent / "systems").glob("*.py")):
        cases: tuple[Case, ...] = import_module(f"tests.official.systems.{file.stem}").CASES
        for case in cases:
            yield pytest.param(case, marks=pytest.mark.slow if case.slow else (), id=case.recording)


@pytest.mark.parametrize("case", list(_cases()))
def test_recording(case: Case, official: Callable[[str], Any]) -> None:
    recorded = official(case.recording)
    architecture = case.architecture
    module = architecture.module(seed=0).to(torch.float64).eval()
    module.load_official(recorded.state)
    with torch.no_grad():
        recorded.compare(module(*recorded.inputs))
    sizes = _sizes(architecture, recorded.inputs)
    assert architecture.params == recorded.record["params"]
    assert architecture.macs.subs(sizes) == recorded.record["macs"] - case.redundant


def _sizes(architecture: archc.Architecture, inputs: tuple[torch.Tensor, ...]) -> dict[str, int]:
    """Return the free sizes at which an architecture takes these inputs."""
    pairs = zip(architecture.inputs, inputs, strict=True)
    return {
        str(dim): size
        for declared, tensor in pairs
        for dim, size in zip(declared.shape, tensor.shape, strict=True)
        if dim.free == (str(dim),)
    }
