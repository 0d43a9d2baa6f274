"""Architectures compiled for the CPU against PyTorch, and what wrong input is answered with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch

from archc import ArchError, ArchFile, Architecture, load
from archc.backends import cpu
from archc.backends.cpu import functions
from archc.backends.cpu.compiled import CompiledModule
from archc.cli import main
from archc.testing import fill

SMALL = """
block Mixer(r = 2) : x[B, C, H, W] -> [B, C, H, W] where C % r == 0 {
  a, b = x |> proj: conv(2 * C) |> chunk(2)
  y = a * (b |> spatial: dwconv(3)) |> norm: layernorm(axis=1)
  z = y |> rearrange("b (h d) p q -> b h (p q) d", d=C // r)
  w = attention(z, z, z) |> rearrange("b h (p q) d -> b (h d) p q", p=H)
  return x + (w |> bn: batchnorm |> gelu)
}

arch Small(C = 8) : image[B, 3, H, W] -> [B, 5], i64[B] {
  x = image |> stem: conv(C, k=3, stride=2, pad=same) |> mix: Mixer |> maxpool(2) |> resize(scale=[2, 2])
  f = x |> rfft(axis=[2, 3], norm=ortho) |> irfft([8, 8], axis=[2, 3], norm=ortho)
  y = concat([x, f]) |> up: convT(6, k=3, stride=2, pad=1) |> gap |> head: linear(5)
  return y, argmax(y, axis=1)
}
"""


def _small() -> Architecture:
    return ArchFile.of_text(SMALL).architecture("Small", None, B=2, H=16, W=16)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[torch.nn.Module, CompiledModule]]:
    module = fill(_small().module(0)).eval()
    yield module, cpu.module(_small(), module.state_dict())


def _image() -> torch.Tensor:
    return torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def _distance(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((found.double() - wanted).abs().max() / wanted.abs().max())


def test_a_small_network_agrees_with_float64(pair: tuple[torch.nn.Module, CompiledModule]) -> None:
    module, compiled = pair
    with torch.no_grad():
        exact, place = module.double()(_image().double())
    found, where = compiled(_image())
    assert _distance(found, exact) < 4e-6
    assert torch.equal(where, place)
    array, _ = compiled(_image().numpy())
    assert isinstance(array, np.ndarray) and np.array_equal(array, found.numpy())


def test_strides_are_no_matter(pair: tuple[torch.nn.Module, CompiledModule]) -> None:
    _, compiled = pair
    plain, _ = compiled(_image())
    turned, _ = compiled(_image().to(memory_format=torch.channels_last))
    assert torch.equal(plain, turned)


def test_threads_share_a_model(pair: tuple[torch.nn.Module, CompiledModule]) -> None:
    _, compiled = pair
    images = [_image() + at for at in range(4)]
    wanted = [compiled(one)[0] for one in images]
    found: dict[int, torch.Tensor] = {}

    def work(at: int) -> None:
        for _ in range(20):
            found[at] = compiled(images[at])[0]

    threads = [Thread(target=work, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(found[at], wanted[at]) for at in range(4))


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ((torch.zeros(2, 3, 16, 17),), ValueError, r"image has to have the shape \[2, 3, 16, 16\], and has"),
        ((torch.zeros(2, 3, 16, 16, dtype=torch.float64),), TypeError, "image has to be float32, and is float64"),
        ((torch.zeros(2, 3, 16, 16, device="meta"),), ValueError, "has to be on the CPU, and is on meta"),
        (([[1.0]],), TypeError, "NumPy array or a PyTorch tensor, and is a list"),
        ((), ValueError, "takes 1 inputs, and 0 are given"),
    ],
)
def test_wrong_input_is_named(
    pair: tuple[torch.nn.Module, CompiledModule], given: tuple[object, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        pair[1](*given)


def test_more_threads_change_no_result(
    pair: tuple[torch.nn.Module, CompiledModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, compiled = pair
    assert "omp parallel" not in compiled.emitted.source  # so little work wakes no threads
    monkeypatch.setattr(functions, "WORTH_THREADS", 0)
    assert "omp parallel" in cpu.source(_small())
    state = {name: one.float() if one.is_floating_point() else one for name, one in module.state_dict().items()}
    wanted, _ = compiled(_image())
    for threads in (1, 3, 8):
        found, _ = cpu.module(_small(), state, threads)(_image())
        assert torch.equal(found, wanted)
    with pytest.raises(ValueError, match="at least 1 thread, and 0 are asked for"):
        cpu.module(_small(), state, 0)


def test_wrong_weights_are_named(pair: tuple[torch.nn.Module, CompiledModule]) -> None:
    state = {name: one.float() if one.is_floating_point() else one for name, one in pair[0].state_dict().items()}
    with pytest.raises(ValueError, match=r"the weight `stem.weight` is missing"):
        cpu.module(_small(), {name: one for name, one in state.items() if name != "stem.weight"})
    with pytest.raises(ValueError, match=r"the weight `stem.weight` has to have the shape"):
        cpu.module(_small(), {**state, "stem.weight": torch.zeros(1)})


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CXX", str(tmp_path / "none"))
    with pytest.raises(cpu.BuildError, match="there is no C\\+\\+ compiler"):
        cpu.module(_small(), {})


def test_a_free_size_and_an_operator_without_loops_are_named() -> None:
    with pytest.raises(ArchError, match=r"E226.*H, W"):
        cpu.source(load("archs/convnext.arch"))
    text = "arch A : x[3] -> [3] {\n  return x + bernoulli([3], 0.5)\n}\n"
    with pytest.raises(ArchError, match=r"E227.*`bernoulli`"):
        cpu.source(ArchFile.of_text(text).architecture("A"))


def test_nan_stays_nan(pair: tuple[torch.nn.Module, CompiledModule]) -> None:
    found, _ = pair[1](torch.full((2, 3, 16, 16), float("nan")))
    assert torch.isnan(found).all()


def test_blocks_that_repeat_share_functions() -> None:
    text = cpu.source(load("archs/convnext.arch", H=32, W=32))
    assert text.count("void conv_layernorm_linear_") == 8  # of every stage a block, and a last one with more behind it
    assert len(text) < 120_000


def test_the_command_writes_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["compile", "archs/convnext.arch", "--backend", "cpu", "-D", "H=32", "-D", "W=32", "-o"]
    assert main([*given, str(tmp_path)]) == 0
    assert {one.name for one in tmp_path.iterdir()} == {"convnext.cpp", "convnext.h", "CMakeLists.txt"}
    assert main([*given, str(tmp_path / "one.cpp")]) == 2
    assert "-o takes a folder" in capsys.readouterr().err


def test_the_command_explains_what_is_fused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.arch"
    path.write_text(SMALL, encoding="utf-8")
    given = ["compile", str(path), "-D", "B=1", "-D", "H=16", "-D", "W=16", "--explain-fusion", "-o"]
    assert main([*given, str(tmp_path / "out"), "--backend", "cpu"]) == 0
    told = capsys.readouterr().err
    assert "fused, epilogue" in told
    assert "kept; it is an output" in told
    assert "  layernorm 1x8x8x1: across rows\n" in told
    assert "plain loops; product: it is no sum of products of two tensors" in told
    assert "bytes, and" in told.splitlines()[-1]
    assert main([*given, str(tmp_path / "small.py")]) == 2
    assert "--backend cpu fuses itself" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("arch", ["convnext", "hornet"])
def test_packaged_networks_agree_with_float64(arch: str) -> None:
    architecture = load(f"archs/{arch}.arch", H=64, W=64)
    module = fill(architecture.module(0)).eval()
    compiled = cpu.module(architecture, module.state_dict())
    image = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        single = module(image)
        exact = module.double()(image.double())
    assert _distance(compiled(image), exact) < max(4 * _distance(single, exact), 2e-6)
