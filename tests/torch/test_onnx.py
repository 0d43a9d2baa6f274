"""Generated modules exported to ONNX give the same numbers in onnxruntime."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
pytest.importorskip("onnxscript", reason="onnxscript is not installed")

TINY = {"depths": (1, 1, 1, 1), "classes": 5}


@pytest.mark.parametrize("name", ["convnext", "hornet_7x7", "hornet_gf"])
def test_onnxruntime_agrees(name: str, convnext: ModuleType, hornet: ModuleType, tmp_path: Path) -> None:
    torch.manual_seed(0)
    makers = {
        "convnext": lambda: convnext.convnext_tiny(dims=(8, 16, 24, 32), **TINY),
        "hornet_7x7": lambda: hornet.hornet_tiny_7x7(C=16, **TINY),
        "hornet_gf": lambda: hornet.hornet_tiny_gf(C=16, **TINY),
    }
    model: nn.Module = makers[name]()
    x = torch.randn(2, 3, 64, 96)
    path = tmp_path / "model.onnx"
    torch.onnx.export(model.eval(), (x,), path, dynamo=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), model(x), rtol=1e-4, atol=1e-5)
