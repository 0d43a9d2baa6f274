"""Records timm's modules: `python -m tests.official.record_timm`, with timm 1.0.31 installed.

The recordings are data that the tests read; timm itself is needed only to make them anew.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.official.conftest import RECORDED, filled, given

MODELS: dict[str, dict[str, tuple[int, ...]]] = {
    "resnet": {
        "resnet18": (2, 3, 64, 96),
        "resnet34": (1, 3, 96, 65),
        "resnet50": (2, 3, 64, 96),
        "resnet101": (1, 3, 64, 64),
        "resnet152": (1, 3, 64, 64),
    },
    "vit": {
        "vit_tiny_patch16_224": (1, 3, 224, 224),
        "vit_small_patch16_224": (1, 3, 224, 224),
        "vit_small_patch32_224": (1, 3, 224, 224),
        "vit_base_patch16_224": (1, 3, 224, 224),
        "vit_base_patch32_224": (1, 3, 224, 224),
    },
    "mobilenet": {
        "mobilenetv2_050": (1, 3, 97, 64),
        "mobilenetv2_100": (2, 3, 64, 96),
        "mobilenetv2_140": (1, 3, 64, 64),
        "mobilenetv3_large_075": (1, 3, 64, 64),
        "mobilenetv3_large_100": (2, 3, 64, 96),
        "mobilenetv3_small_050": (1, 3, 97, 64),
        "mobilenetv3_small_075": (1, 3, 64, 64),
        "mobilenetv3_small_100": (2, 3, 64, 96),
    },
}
"""What is recorded of every system, with the shape of its input."""

KEPT = 16
"""Values of an output that are kept."""


def record(name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the recording of one of timm's models, filled by the rule of all recordings, in float64."""
    import timm

    timm.layers.set_fused_attn(False)  # the counter sees the products of a fused attention on some devices only
    model = timm.create_model(name).double().eval()
    state = model.state_dict()
    floats = {key: value for key, value in state.items() if value.is_floating_point()}
    model.load_state_dict({key: filled(key, [*value.shape], []) for key, value in floats.items()}, strict=False)
    inputs = {"x": {"shape": [*shape], "int_high": None}}
    x = given("x", inputs["x"])
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = model(x)
    return {
        "source": f"timm=={timm.__version__}: timm.create_model({name!r})",
        "dtype": "float64",
        "inputs": inputs,
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "macs": counter.get_total_flops() // 2,
        "state": [[key, [*value.shape]] for key, value in floats.items()],
        "int_state": [
            [key, [*v.shape], str(v.dtype).removeprefix("torch.")] for key, v in state.items() if key not in floats
        ],
        "alias": {},
        "outputs": [_output(name, output)],
    }


def _output(name: str, output: torch.Tensor) -> dict[str, Any]:
    flat = output.reshape(-1)
    index = np.sort(np.random.RandomState(zlib.crc32(name.encode())).choice(len(flat), KEPT, replace=False)).tolist()
    return {"path": "out", "shape": [*output.shape], "index": index, "value": flat[index].tolist()}


def main(systems: list[str]) -> None:
    """Write the recordings of some systems."""
    for system in systems:
        models = MODELS[system]
        folder = Path(RECORDED) / system
        folder.mkdir(parents=True, exist_ok=True)
        for name, shape in models.items():
            (folder / f"{name}.json").write_text(json.dumps(record(name, shape)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:] or [*MODELS])
