"""Weights of inference forms, equal to those that the official code computes when it re-parameterises."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

import archc
from archc.archs import path
from tests.official.conftest import RECORDED, filled

KERNELS: dict[str, Any] = {
    "depths": [2, 2, 3, 2],
    "dims": [16, 24, 32, 48],
    "kernels": [[7, 5], [9, 11], [15, 17, 0], [13, 13]],
    "classes": 11,
}
CASES: dict[str, dict[str, Any]] = {"a": {}, "kernels": KERNELS}


@pytest.mark.parametrize("case", CASES)
def test_merged_weights_are_the_official_ones(case: str) -> None:
    recorded = json.loads((RECORDED / "unireplknet" / "merged" / f"{case}.json").read_text())["tensors"]
    model = archc.ArchFile.read(path("unireplknet")).architecture("UniRepLKNet", "a", **CASES[case]).module()
    model.to(torch.float64).eval()
    with torch.no_grad():
        for key, weight in model.state_dict().items():
            if weight.is_floating_point():
                weight.copy_(filled(key, list(weight.shape)))
    merged = model.reparameterise().state_dict()
    assert set(merged) == set(recorded)
    for key, (shape, total, norm) in recorded.items():
        weight = merged[key]
        assert list(weight.shape) == shape, key
        found = torch.stack((weight.sum(), weight.norm()))
        torch.testing.assert_close(found, torch.tensor([total, norm], dtype=torch.float64), rtol=1e-9, atol=1e-11)
