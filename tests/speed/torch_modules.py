"""How fast generated modules run beside hand-written ones.

    python tests/speed/torch_modules.py [--of ADDRESS] [--against FILE:NAME] [--batches 1 8] [--size 224] [--rounds 15]

Without arguments ConvNeXt-T is held against timm's (`pip install archc[bench]`). NAME is a class or function of FILE
that makes the other module without arguments; where its state dict has the official names, both get the same weights
and their outputs are compared before anything is timed. Both run in float32, in inference, on one thread, in eager mode
and under torch.compile. Every round runs both, one after the other and in turn first, so that what else the machine
does meets both alike. Prints medians and their ratio, and the quartiles of the ratios of single rounds.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import torch
from torch import Tensor, nn

from archc import ArchFile
from archc.archs import path

Run = Callable[[Tensor], Tensor]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="time a generated module against a hand-written one")
    parser.add_argument("--of", default="convnext:ConvNeXt.tiny", help="a packaged FILE:ARCH.VARIANT")
    parser.add_argument("--against", help="FILE:NAME of what makes the other module; timm's ConvNeXt-T without it")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--modes", nargs="+", choices=("eager", "compile"), default=["eager", "compile"])
    given = parser.parse_args()
    torch.set_num_threads(1)
    ours, theirs = generated(given.of), hand_written(given.against)
    print(f"{given.of} against {given.against or 'timm'}, {given.size}x{given.size}, {given.rounds} rounds, one thread")
    print(same(ours, theirs, given.size))
    print(f"{'mode':9}{'batch':>6}{'ours':>12}{'theirs':>12}{'ratio':>8}   quartiles of single rounds")
    for mode in given.modes:
        pair = (ours, theirs) if mode == "eager" else (torch.compile(ours), torch.compile(theirs))
        for batch in given.batches:
            print(row(mode, batch, rounds(pair, images(batch, given.size), given.rounds)), flush=True)


def generated(address: str) -> nn.Module:
    """Return the module of a packaged architecture."""
    file, _, rest = address.partition(":")
    arch, _, variant = rest.partition(".")
    return ArchFile.read(path(file)).architecture(arch or None, variant or None).module().eval()


def hand_written(place: str | None) -> nn.Module:
    """Return the module to compare with."""
    if place is None:
        import timm  # type: ignore[import-not-found]

        made: nn.Module = timm.create_model("convnext_tiny")
        return made.eval()
    file, _, name = place.rpartition(":")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None and spec.loader is not None, f"{file} is no Python file"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = getattr(module, name)()
    return made.eval()


def images(batch: int, size: int) -> Tensor:
    return torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(0))


def same(ours: nn.Module, theirs: nn.Module, size: int) -> str:
    """Say what is known of the two being one network; raises ValueError where they are not."""
    counts = [sum(weight.numel() for weight in module.parameters()) for module in (ours, theirs)]
    if counts[0] != counts[1]:
        raise ValueError(f"the modules have {counts[0]:,} and {counts[1]:,} parameters")
    if ours.state_dict().keys() != theirs.state_dict().keys():
        return f"both have {counts[0]:,} parameters"
    ours.load_state_dict(theirs.state_dict())
    with torch.inference_mode():
        a, b = ours(images(1, size)), theirs(images(1, size))
    worst = ((a - b).abs().max() / b.abs().max()).item()
    if worst > 1e-4:
        raise ValueError(f"the outputs differ by {worst:.1e} of the largest")
    return f"both have {counts[0]:,} parameters; with the same weights outputs differ by {worst:.1e} of the largest"


def rounds(pair: tuple[Run, Run], x: Tensor, count: int) -> list[tuple[float, float]]:
    """Return the seconds that each of the two takes in every round."""
    found: list[tuple[float, float]] = []
    with torch.inference_mode():
        for run in (*pair, *pair):
            run(x)
        for number in range(count):
            if number % 2:
                later = seconds(pair[1], x)
                found.append((seconds(pair[0], x), later))
            else:
                found.append((seconds(pair[0], x), seconds(pair[1], x)))
    return found


def seconds(run: Run, x: Tensor) -> float:
    start = time.perf_counter()
    run(x)
    return time.perf_counter() - start


def row(mode: str, batch: int, times: list[tuple[float, float]]) -> str:
    """Return the line of one measurement."""
    ours, theirs = (median(column) for column in zip(*times, strict=True))
    low, _, high = quantiles([a / b for a, b in times], n=4)
    return f"{mode:9}{batch:6}{ours * 1e3:10.1f}ms{theirs * 1e3:10.1f}ms{ours / theirs:8.3f}   {low:.3f} to {high:.3f}"


if __name__ == "__main__":
    main()
