"""The inference form of generated modules: the same function, with the weights of the other form merged."""

from __future__ import annotations

import copy
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

import archc
from archc.backends.torch import emit
from archc.backends.torch.live import load
from tests.merging.blocks import BLOCKS

ALL = "a: Fused(16, k=3, stride=2) |> b: RepVgg |> c: Dilated(9) |> d: Scaled(12) |> e: Dilated(7)"


def generated(body: str, blocks: str = BLOCKS) -> ModuleType:
    return load(emit(archc.ArchFile.of_text(f"archc 1\n{blocks.replace('BODY', body)}").program()))


def stirred(model: nn.Module) -> nn.Module:
    """Return a model in float64 in which no weight and no statistic is what it began as."""
    random = torch.Generator().manual_seed(0)
    for tensor in model.double().state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(0.5 + torch.rand(tensor.shape, generator=random, dtype=torch.float64))
    return model.eval()


def images(channels: int = 8) -> Tensor:
    return torch.randn(2, channels, 12, 17, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture(scope="module")
def net() -> ModuleType:
    return generated(ALL)


def test_both_forms_compute_the_same(net: ModuleType) -> None:
    model = stirred(net.net())
    before = model(images())
    assert model.reparameterise() is model
    torch.testing.assert_close(model(images()), before, rtol=1e-9, atol=0)
    assert not any(isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d) for module in model.modules())


def test_a_block_that_becomes_one_operator_is_that_operator(net: ModuleType) -> None:
    model = net.net(deployed=True)
    assert type(model.a) is nn.Conv2d and model.a.stride == (2, 2)
    assert type(model.b) is nn.Conv2d and model.b.groups == 16
    assert type(model.head) is nn.Linear


def test_the_inference_form_can_be_made_directly(net: ModuleType) -> None:
    merged = stirred(net.net()).reparameterise()
    made = net.net(deployed=True).double().eval()
    made.load_state_dict(merged.state_dict())
    torch.testing.assert_close(made(images()), merged(images()), rtol=0, atol=0)


def test_the_mode_and_the_type_are_kept(net: ModuleType) -> None:
    model = net.net().to(torch.bfloat16).train().reparameterise()
    assert model.training and all(module.training for module in model.modules())
    assert {weight.dtype for weight in model.parameters()} == {torch.bfloat16}
    assert all(weight.requires_grad for weight in model.parameters())


def test_a_copy_is_merged_alone(net: ModuleType) -> None:
    model = stirred(net.net())
    keys = list(model.state_dict())
    copy.deepcopy(model).reparameterise()
    assert list(model.state_dict()) == keys


def test_what_is_shared_stays_shared() -> None:
    model = generated("m: RepVgg |> m |> n: Dilated(7) |> m").net(deployed=True)
    assert type(model.m) is nn.Conv2d
    text = BLOCKS.replace("return x |> BODY |>", "m.a: Dilated(7)\n  m.b: m.a\n  return x |> m.a |> m.b |>")
    twice = generated("", text).net(deployed=True)
    assert twice.m.a is twice.m.b
    assert isinstance(twice.m.a.large, nn.Conv2d)


def test_a_block_by_itself_becomes_another_module() -> None:
    """The block of two forms is the root, so nothing is around in which it could be replaced."""
    text = f"archc 1\n{BLOCKS.replace('BODY', 'm: RepVgg')}"
    block = archc.ArchFile.of_text(text).architecture("Dilated", k=7, C=8)
    model = stirred(block.module())
    merged = model.reparameterise()
    assert merged is not model
    torch.testing.assert_close(merged(images()), model(images()), rtol=1e-9, atol=0)
    assert list(block.deployed.module().state_dict()) == ["large.weight", "large.bias"]


def test_an_architecture_in_its_inference_form_has_that_form_s_weights() -> None:
    file = archc.ArchFile.of_text(f"archc 1\n{BLOCKS.replace('BODY', ALL)}")
    deployed = file.architecture().deployed
    made = deployed.module()
    assert sum(weight.numel() for weight in made.parameters()) == deployed.params


def test_a_block_with_two_forms_needs_a_path_of_its_own() -> None:
    inner = "\nblock Around : x[B, C, H, W] -> [B, C, H, W] {\n  return x |> self: Dilated(7) |> relu\n}\n"
    with pytest.raises(archc.ArchError) as caught:
        generated("m: Around", BLOCKS + inner)
    assert [one.code for one in caught.value.diagnostics] == ["E222"]


def test_arguments_of_the_block_reach_its_inference_form(net: ModuleType) -> None:
    """A class that is used by itself, with other arguments than the architecture has."""
    block = stirred(net.Fused(6, 4, k=5, stride=3, groups=2))
    merged = block.reparameterise()
    torch.testing.assert_close(merged(images(4)), block(images(4)), rtol=1e-9, atol=0)


def test_a_map_of_keys_reads_both_forms() -> None:
    maps = '\ncheckpoint official for Net {\n  "m.*" <- "module.*"\n  "*" <- "*"\n}\n'
    net = generated("m: Dilated(7)", BLOCKS + maps)
    for deployed in (False, True):
        model, other = net.net(deployed=deployed), net.net(deployed=deployed)
        state = model.state_dict()
        other.load_official({f"module.{k[2:]}" if k.startswith("m.") else k: w for k, w in state.items()})
        assert all(torch.equal(a, b) for a, b in zip(state.values(), other.state_dict().values(), strict=True))
