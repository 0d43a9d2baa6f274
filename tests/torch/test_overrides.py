"""What a user gives a factory is what the network becomes: the same as if the text had been compiled with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import torch
from torch import nn

from archc import ArchError, ArchFile, Architecture
from archc.archs import path
from archc.backends.torch import emit, factory_name
from archc.backends.torch.live import load
from archc.graph.static import Shape
from archc.graph.walk import weights

MIXED = """
block Large(k) : x[B, C, H, W] -> [B, C, H, W] {
  return (x |> a: dwconv(k)) + (x |> b: dwconv(3))
}
block Block(C, k, drop = 0.0) : x[B, C, H, W] -> [B, C, H, W] {
  return x + (x |> mix: (if k >= 7 then Large(k) else dwconv(k)) |> droppath(drop))
}
arch Net(depths: int[2], widths: int[2], kernels: table[2], rate = 0.0) : x[B, 3, H, W] -> [B, 7] {
  for s in 0..2 {
    let stem = [conv(widths[0] // 2, k=3, pad=1), batchnorm, conv(widths[0])]
    x = x |> down[s]: (if s == 0 then stem else conv(widths[s]))
          |> stages[s]: [Block(widths[s], kernels[s][j], drop=rate * (j + 1)) for j in 0..depths[s]]
  }
  return x |> gap |> head: linear(7)
}
variants Net(depths, widths, kernels) {
  a: [2, 2], [8, 16], [[3, 3], [7, 7]]
  b: [2, 4], [8, 16], [[3, 3], [7, 3, 7, 3]]
}
"""
UNET = """
block Double(C) : x[B, c, H, W] -> [B, C, H, W] {
  return x |> conv1: conv(C, k=3, pad=1) |> relu |> conv2: conv(C, k=3, pad=1) |> relu
}
block U(widths: int[n]) : x[B, c, H, W] -> [B, widths[0], H, W]
    where n >= 1, H % 2 ** (n - 1) == 0, W % 2 ** (n - 1) == 0 {
  skip = x |> enc: Double(widths[0])
  if n == 1 {
    return skip
  }
  up = skip |> maxpool(2) |> inner: U(widths[1..]) |> up: convT(widths[0], k=2, stride=2)
  return concat([skip, up], axis=1) |> dec: Double(widths[0])
}
arch Net(widths: int[3] = [4, 8, 16]) : x[B, 3, H, W] -> [B, 2, H, W] where H % 4 == 0, W % 4 == 0 {
  return x |> u: U(widths) |> head: conv(2)
}
"""
SPLIT = """
block Gated(C, order = 3) : x[B, C, H, W] -> [B, C, H, W] where C % 2 ** (order - 1) == 0 {
  let d = [C // 2 ** (order - 1 - i) for i in 0..order]
  a, rest = x |> enter: conv(2 * C) |> split([d[0], sum(d)])
  gate = rest |> mix: dwconv(3) |> split(d)
  y = fold g = a * gate[0] for i in 1..order => gate[i] * (g |> pws[i - 1]: conv(d[i]))
  return y |> leave: conv(C)
}
arch Net(C = 64) : x[B, 3, H, W] -> [B, C, H, W] {
  return x |> stem: conv(C) |> gated: Gated(C)
}
"""

CASES: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    "a rate in every stage": (MIXED, "b", {"rate": 0.125}),
    "kernels of the other kind": (MIXED, "b", {"kernels": ((7, 7), (3, 7, 3, 3))}),
    "depths": (MIXED, "a", {"depths": (3, 1), "kernels": ((3, 3, 7), (7,))}),
    "widths": (MIXED, "a", {"widths": (12, 40)}),
    "widths that are no doubles": (UNET, None, {"widths": (4, 6, 7)}),
    "a width that must be a multiple": (SPLIT, None, {"C": 24}),
}


@pytest.mark.parametrize("case", CASES)
def test_an_override_reaches_everything(case: str) -> None:
    text, variant, overrides = CASES[case]
    file = ArchFile.of_text(f"archc 1\n{text}")
    made = load(emit(file.program()))
    model: nn.Module = getattr(made, f"net_{variant}" if variant else "net")(**overrides)
    compiled = file.architecture("Net", variant, **{k: _listed(v) for k, v in overrides.items()}).module()
    wanted = {name: weight.shape for name, weight in compiled.state_dict().items()}
    assert {name: weight.shape for name, weight in model.state_dict().items()} == wanted
    model.load_state_dict(compiled.state_dict())
    x = torch.randn(3, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    for module in (model, compiled):
        torch.manual_seed(1)
        module.train()
    torch.manual_seed(2)
    ours = model(x)
    torch.manual_seed(2)
    torch.testing.assert_close(ours, compiled(x), rtol=0, atol=0)


def _listed(value: object) -> object:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value


def test_drop_path_reaches_every_stage_of_a_packaged_network() -> None:
    made = load(emit(ArchFile.read(path("unireplknet")).program("UniRepLKNet", "a")))
    model = made.unireplknet_a(dims=(8, 16, 24, 32), drop_path=0.5)
    rates = [block.drop for stage in model.stages for block in stage]
    torch.testing.assert_close(torch.tensor(rates), torch.linspace(0, 0.5, 12))


TABLE = """
arch Net(R = 4) : x[B, 3, R, R] -> [B, 3, R, R] {
  let P = R * R
  buffer far i64[P, P] = [[abs(p // R - q // R) for q in 0..P] for p in 0..P]
  param bias[P] = ones
  return x + sum(gather(bias, far))
}
"""


def test_a_table_is_made_from_what_it_depends_on() -> None:
    file = ArchFile.of_text(f"archc 1\n{TABLE}")
    model = load(emit(file.program())).net(R=3)
    assert torch.equal(model.far, file.architecture("Net", None, R=3).module().far)
    assert model.far.shape == (9, 9)


# -- what is offered, and what is refused --------------------------------------------------------

FROZEN = """
block Residual(C) : x[B, C, H, W] -> [B, C, H, W] {
  return x + (x |> conv: conv(C, k=3, pad=1))
}
block Down(C) : x[B, c, H, W] -> [B, C, H, W] {
  return x |> conv: conv(C)
}
arch Net(width, blocks, classes = 10, act = 0.5) : x[B, 3, H, W] -> [B, classes] {
  for i in 0..blocks {
    x = x |> body[i]: (if i % 2 == 1 then Residual(width) else Down(width))
  }
  return x |> dropout(act) |> gap |> head: linear(classes)
}
variants Net(width, blocks) {
  small: 8, 2
  large: 16, 3
}
"""
QUICK = [("convnext", "ConvNeXt", "tiny"), ("resnet", "ResNet", "18"), ("vit", "ViT", "tiny_patch16")]
PACKAGED = [
    *QUICK,
    *(
        pytest.param(*one, marks=pytest.mark.slow)
        for one in (
            ("convit", "ConViT", "tiny"),
            ("convnext", "IsotropicConvNeXt", "small"),
            ("hornet", "HorNet", "tiny_gf"),
            ("hornet", "HorFPN", "tiny_7x7"),
            ("lsnet", "LSNet", "t"),
            ("maxim", "MAXIM", "s1"),
            ("mobilenet", "MobileNetV2", "050"),
            ("mobilenet", "MobileNetV3", "small_050"),
            ("nasnet", "NASNet", "mobile"),
            ("sret", "SReT", "t"),
            ("unireplknet", "UniRepLKNet", "a"),
            ("wavemix", "WaveMix", "lite_144_7"),
            ("wavemix", "WaveMixSegmentation", "level2_64_4"),
        )
    ),
]
"""One variant of every architecture that is printed in its own way."""
TEXTS = {"mixed": MIXED, "u": UNET, "split": SPLIT, "frozen": FROZEN}


def _others(value: object) -> Iterator[Any]:
    """Yield other values of an argument, none of them a value that the compiler itself tries."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (4 * value, value + 4, value + 12, max(value // 2, 1), value + 3, value - 2)
    elif isinstance(value, float):
        yield value / 3 + 0.05
    elif isinstance(value, tuple):
        columns = zip(*map(_others, value), strict=False)
        yield from columns


def _expected(file: ArchFile, arch: str, variant: str | None, name: str, values: Iterator[Any]) -> Any:
    """Return the first value that the architecture takes, with the architecture; None where it takes none."""
    for value in values:
        try:
            found = file.architecture(arch, variant, **{name: _listed(value)})
        except ArchError:
            continue
        if not found.elaboration.diagnostics:
            return value, found
    return None


def _shapes(architecture: Architecture) -> Mapping[str, Shape]:
    train = architecture.elaboration.train
    assert train is not None
    return {path: weight.type.shape for path, weight in weights(train)}


@pytest.mark.parametrize(("system", "arch", "variant"), PACKAGED)
def test_a_packaged_network_follows_an_override_or_refuses_it(system: str, arch: str, variant: str | None) -> None:
    _follows_or_refuses(ArchFile.read(path(system)), arch, variant)


@pytest.mark.parametrize("text", TEXTS)
def test_a_network_follows_an_override_or_refuses_it(text: str) -> None:
    file = ArchFile.of_text(f"archc 1\n{TEXTS[text]}")
    for variant in file.variants("Net") or (None,):
        _follows_or_refuses(file, "Net", variant)


def _follows_or_refuses(file: ArchFile, arch: str, variant: str | None) -> None:
    program = file.program(arch, variant)
    made = load(emit(program))
    factory = getattr(made, factory_name(program, program.configurations[0]))
    for name, value in program.configurations[0].arguments:
        expected = _expected(file, arch, variant, name, _others(value))
        if expected is None:
            continue
        other, architecture = expected
        try:
            with torch.device("meta"):
                model: nn.Module = factory(**{made_name(name): other})
        except TypeError as error:
            assert re.search(rf"`archc compile FILE -D {name}=\.\.\.`", str(error)), name
            continue
        found = {path: tuple(weight.shape) for path, weight in (*model.named_parameters(), *model.named_buffers())}
        assert found == _shapes(architecture), name


def made_name(name: str) -> str:
    return "F_" if name == "F" else name


def test_what_is_given_ready_made_is_not_changed_by_half() -> None:
    file = ArchFile.of_text(f"archc 1\n{FROZEN}")
    made = load(emit(file.program()))
    for changed in ({"width": 12}, {"blocks": 3}, {"colour": 1}):
        with pytest.raises(TypeError, match="compile"):
            made.net_small(**changed)
    assert made.net_small(classes=3, act=0.25).head.out_features == 3


def test_a_list_keeps_its_length() -> None:
    made = load(emit(ArchFile.read(path("convnext")).program("ConvNeXt", "tiny")))
    with pytest.raises(TypeError, match="dims must have 4 entries"):
        made.convnext_tiny(dims=(8, 16, 24, 32, 40))
