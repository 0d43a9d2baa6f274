"""Every recorded model: the official weights load, outputs, parameters and MACs are equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch

import archc
from archc.archs import path


@dataclass(frozen=True)
class Case:
    """A recording and the architecture that it is of."""

    recording: str
    arch: str
    variant: str | None = None
    overrides: dict[str, object] = field(default_factory=dict)
    deployed: bool = False

    @property
    def architecture(self) -> archc.Architecture:
        file = archc.ArchFile.read(path(self.recording.partition("/")[0]))
        architecture = file.architecture(self.arch, self.variant, **self.overrides)
        return architecture.deployed if self.deployed else architecture


CASES = (
    Case("hornet/hornet_tiny_7x7", "HorNet", "tiny_7x7"),
    Case("hornet/hornet_tiny_gf", "HorNet", "tiny_gf"),
    Case("hornet/hornet_base_7x7", "HorNet", "base_7x7"),
    Case("hornet/horfpn_7x7_neck", "HorFPN", "small_7x7"),
    Case("hornet/op_gnconv_o3_c48", "GnConv", None, {"C": 48, "order": 3}),
    Case(
        "hornet/op_block_gf_o4_c48_9x12", "Block", None, {"C": 48, "mixer": "GnConv(order=4, mix=GlobalLocal(14, 8))"}
    ),
    Case("convnext/convnext_tiny", "ConvNeXt", "tiny"),
    Case("convnext/convnext_tiny_in288x256", "ConvNeXt", "tiny"),
    Case("convnext/convnext_isotropic_small", "IsotropicConvNeXt", "small"),
    Case("unireplknet/unireplknet_a_in160x192_train", "UniRepLKNet", "a"),
    Case("unireplknet/unireplknet_a_in160x192_deploy", "UniRepLKNet", "a", deployed=True),
    Case("unireplknet/unireplknet_t_deploy", "UniRepLKNet", "t", deployed=True),
    Case("unireplknet/unireplknet_a_features_train", "UniRepLKNet", "a_features"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.recording)
def test_recording(case: Case, official: Callable[[str], Any]) -> None:
    recorded = official(case.recording)
    architecture = case.architecture
    module = architecture.module(seed=0).to(torch.float64).eval()
    module.load_official(recorded.state)
    with torch.no_grad():
        recorded.compare(module(*recorded.inputs))
    sizes = _sizes(architecture, recorded.inputs)
    assert architecture.params == recorded.record["params"]
    assert architecture.macs.subs(sizes) == recorded.record["macs"]


def _sizes(architecture: archc.Architecture, inputs: tuple[torch.Tensor, ...]) -> dict[str, int]:
    """Return the free sizes at which an architecture takes these inputs."""
    pairs = zip(architecture.inputs, inputs, strict=True)
    return {
        str(dim): size
        for declared, tensor in pairs
        for dim, size in zip(declared.shape, tensor.shape, strict=True)
        if dim.free == (str(dim),)
    }
