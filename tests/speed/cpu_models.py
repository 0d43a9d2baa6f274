"""How fast the CPU backend is beside the engines that a user could pick, and how exact.

    python tests/speed/cpu_models.py [ADDRESS ...] [--size 224] [--rounds 15]

Without addresses ConvNeXt-T, HorNet-T, ConViT-T, ViT-S/16, ResNet-50 and MobileNetV3-Large. The others are PyTorch in
eager mode, ONNX Runtime and OpenVINO (`pip install 'archc[bench]'`; what is not installed is left out and said), all
in float32, one image, one thread. Every round runs all of them, each time another one first, and counts the time of the
process, which other work on the machine disturbs least. Prints medians, the ratio of the best other engine to archc,
and the largest error of archc and of PyTorch against PyTorch in float64, as parts of the largest output.

PyTorch's MKL chooses slow kernels on AMD processors; PyTorch is therefore not the one to beat there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from archc import ArchFile, Architecture
from archc.archs import path
from archc.backends import cpu
from archc.testing import fill

Array = NDArray[np.floating]
Run = Callable[[], Array]
MODELS = (
    "convnext:ConvNeXt.tiny",
    "hornet:HorNet.tiny_7x7",
    "convit:ConViT.tiny",
    "vit:ViT.small_patch16",
    "resnet:ResNet.50",
    "mobilenet:MobileNetV3.large_100",
)


def main() -> None:
    """Measure, and print a line for each model."""
    parser = argparse.ArgumentParser(description="time the CPU backend beside other engines")
    parser.add_argument("addresses", nargs="*", default=MODELS, help="packaged FILE:ARCH.VARIANT")
    parser.add_argument("--size", type=int, default=224, help="height and width, where the network leaves them open")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    missing = [name for name in ("onnxruntime", "openvino") if find_spec(name) is None]
    print(f"one thread, one image, {given.rounds} rounds{', without ' + ' and '.join(missing) if missing else ''}")
    for address in given.addresses:
        print(line(address, given.size, given.rounds), flush=True)


def line(address: str, size: int, rounds: int) -> str:
    """Return what was measured of one model."""
    architecture = opened(address, size)
    model = fill(architecture.module(0)).eval()
    shape = [int(dim.subs(dict.fromkeys(dim.free, 1))) for dim in architecture.inputs[0].shape]
    image = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    runs = engines(architecture, model, image)
    times = {name: median(column) for name, column in timed(runs, rounds).items()}
    best = min(time for name, time in times.items() if name != "archc")
    figures = "  ".join(f"{name} {1e3 * time:.1f} ms" for name, time in times.items())
    ours, theirs = (error(runs[name](), model, image) for name in ("archc", "torch"))
    return f"{address}: {figures}  best/archc {best / times['archc']:.2f}  error {ours:.1e} (torch {theirs:.1e})"


def opened(address: str, size: int) -> Architecture:
    """Return a packaged architecture with numbers for all its sizes."""
    file, _, rest = address.partition(":")
    arch, _, variant = rest.partition(".")
    found = ArchFile.read(path(file))
    sizes = found.architecture(arch or None, variant or None).sizes
    return found.architecture(arch or None, variant or None, **{name: size for name in sizes if name != "B"})


def engines(architecture: Architecture, model: nn.Module, image: torch.Tensor) -> dict[str, Run]:
    """Return a run of the image by every engine that is installed."""
    compiled, array = cpu.module(architecture, model.state_dict(), threads=1), image.numpy()
    found: dict[str, Run] = {"archc": lambda: np.asarray(compiled(array))}

    @torch.inference_mode()
    def eager() -> Array:
        return first(model(image)).numpy()

    found["torch"] = eager
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model.onnx")
        with torch.no_grad():
            torch.onnx.export(model, (image,), file, dynamo=False, opset_version=17)
        for name, start in (("onnxruntime", onnxruntime), ("openvino", openvino)):
            if find_spec(name) is not None:
                found[name] = start(file, array)
    return found


def onnxruntime(file: str, image: Array) -> Run:
    """Return a run by ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda: np.asarray(session.run(None, {name: image})[0])


def openvino(file: str, image: Array) -> Run:
    """Return a run by OpenVINO."""
    import openvino

    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
    request = openvino.Core().compile_model(file, "CPU", options).create_infer_request()
    return lambda: np.asarray(request.infer({0: image})[0])


def timed(runs: dict[str, Run], rounds: int) -> dict[str, list[float]]:
    """Return seconds of the process by engine, one an interleaved round; the first run of each is not counted."""
    names, times = list(runs), {name: list[float]() for name in runs}
    for run in runs.values():
        run()
    for number in range(rounds):
        start = number % len(names)
        for name in (*names[start:], *names[:start]):
            before = time.process_time()
            runs[name]()
            times[name].append(time.process_time() - before)
    return times


def error(found: Array, model: nn.Module, image: torch.Tensor) -> float:
    """Return the largest difference from the model in float64, as a part of its largest output."""
    with torch.no_grad():
        exact = first(model.double()(image.double())).numpy()
        model.float()
    return float(np.abs(found - exact).max() / np.abs(exact).max())


def first(outputs: torch.Tensor | Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the first output."""
    return outputs if isinstance(outputs, torch.Tensor) else outputs[0]


if __name__ == "__main__":
    main()
