"""Weights begin as declared, from a seed alone, and modules do in each mode what the text says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from tests.torch.programs import architecture, module

NET = """
block Own(C) : x[B, C, H, W] -> [B, C, H, W] {
  param gamma[C] = 0.25, drawn[C, 64] = normal(0.5), table[3] = [1, 2, 4], flat[C, 2] = eye
  buffer seen[C] = ones
  return x |> mul(gamma, axis=1) |> add(sum(drawn, axis=1), axis=1) |> mul(seen, axis=1)
           |> mul(sum(table, axis=0) + sum(flat))
}
arch Net : x[B, 64, H, W] -> [B, 64, H, W] {
  return x |> plain: conv(64, k=3, pad=1) |> cut: conv(64, k=3, pad=1, weight=trunc_normal(0.02), bias=zeros)
    |> normal: conv(64, k=3, pad=1, weight=normal(0.1), bias=ones) |> flat: conv(64, k=3, pad=1, weight=uniform(0.3))
    |> same: conv(64, weight=0.5) |> kept: linear(64, axis=1, weight=eye)
    |> bn: batchnorm |> ln: layernorm(axis=1) |> own: Own(64)
    |> widths: conv(3) |> given: linear(64, axis=1, weight=[[0.5, -1, 2] for i in 0..64])
}
"""


def _normal(std: float) -> Callable[[Tensor], None]:
    def check(weight: Tensor) -> None:
        assert weight.std().item() == pytest.approx(std, rel=0.03)
        assert weight.mean().item() == pytest.approx(0, abs=std / 20)
        assert weight.abs().max().item() > 3 * std

    return check


def _uniform(bound: float) -> Callable[[Tensor], None]:
    def check(weight: Tensor) -> None:
        assert bound * 0.9 < weight.abs().max().item() <= bound
        assert weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.2 if weight.numel() < 1000 else 0.03)

    return check


def _is(*values: float) -> Callable[[Tensor], None]:
    return lambda weight: torch.testing.assert_close(weight, torch.tensor(values, dtype=weight.dtype).expand_as(weight))


DECLARED = {
    "plain.weight": _uniform(1 / (64 * 9) ** 0.5),
    "plain.bias": _uniform(1 / (64 * 9) ** 0.5),
    "cut.weight": _normal(0.02),
    "cut.bias": _is(0),
    "normal.weight": _normal(0.1),
    "normal.bias": _is(1),
    "flat.weight": _uniform(0.3),
    "same.weight": _is(0.5),
    "kept.weight": lambda weight: torch.testing.assert_close(weight, torch.eye(64)),
    "given.weight": _is(0.5, -1, 2),
    "own.flat": lambda weight: torch.testing.assert_close(weight, torch.eye(64, 2)),
    "bn.weight": _is(1),
    "bn.bias": _is(0),
    "bn.running_mean": _is(0),
    "bn.running_var": _is(1),
    "ln.weight": _is(1),
    "ln.bias": _is(0),
    "own.gamma": _is(0.25),
    "own.drawn": _normal(0.5),
    "own.table": _is(1, 2, 4),
    "own.seen": _is(1),
}


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    return architecture(NET).module(seed=0).state_dict()


@pytest.mark.parametrize("path", DECLARED)
def test_a_weight_begins_as_declared(path: str, state: dict[str, Tensor]) -> None:
    DECLARED[path](state[path])


def test_what_is_no_parameter_is_not_trained(state: dict[str, Tensor]) -> None:
    parameters = dict(architecture(NET).module().named_parameters())
    assert set(state) - set(parameters) == {"own.seen", "bn.running_mean", "bn.running_var", "bn.num_batches_tracked"}


def test_a_seed_decides_and_nothing_else_does() -> None:
    net = architecture(NET)
    torch.manual_seed(7)
    before = torch.get_rng_state()
    first = net.module(seed=3).state_dict()
    assert torch.equal(torch.get_rng_state(), before), "the global generator is left alone"
    torch.manual_seed(8)
    again, other = net.module(seed=3).state_dict(), net.module(seed=4).state_dict()
    assert all(torch.equal(first[path], again[path]) for path in first)
    for path in ("plain.weight", "cut.weight", "flat.weight", "own.drawn"):
        assert not torch.equal(first[path], other[path])


def test_weights_can_be_drawn_anew_from_a_generator() -> None:
    made = architecture(NET).module()
    own = made.get_submodule("own")
    for _ in range(2):
        own.reset_parameters(torch.Generator().manual_seed(5))  # type: ignore[operator]
        first, own.drawn.data = own.drawn.data.clone(), torch.zeros(64, 64)
    own.reset_parameters(torch.Generator().manual_seed(5))  # type: ignore[operator]
    assert torch.equal(own.drawn.data, first)


MODES = """
arch Net : x[B, 4, H, W] -> [B, 4, H, W] {
  return x + (x |> conv: conv(4) |> bn: batchnorm |> dropout(0.5) |> droppath(0.5))
}
"""


def test_each_mode_does_what_the_text_says() -> None:
    made: nn.Module = module(MODES)
    x = torch.randn(64, 4, 5, 5, dtype=torch.float64)
    assert torch.equal(made(x), made(x)), "nothing is random in inference"
    mean = made.get_buffer("bn.running_mean").clone()
    assert torch.equal(made.get_buffer("bn.running_mean"), mean), "inference changes no statistics"
    made.train()
    torch.manual_seed(0)
    first = made(x) - x
    whole = (first.flatten(1) == 0).all(dim=1).float().mean().item()
    assert 0.25 < whole < 0.75, "whole samples are dropped"
    assert not torch.equal(first, made(x) - x)
    assert not torch.equal(made.get_buffer("bn.running_mean"), mean)
    kept = first[(first.flatten(1) != 0).any(dim=1)]
    assert 0.4 < (kept == 0).float().mean().item() < 0.6, "single elements are dropped in those that stay"
