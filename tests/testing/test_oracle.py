"""The engines agree about what is right; each planted mistake is seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from archc.testing import DisagreementError, assert_agreement, compare, engines, smallest
from archc.testing.oracle import distance
from tests.testing.mistakes import broken
from tests.testing.nets import RESIDUAL, TOKENS, net


@pytest.mark.parametrize("text", [RESIDUAL, TOKENS], ids=["residual", "tokens"])
def test_float32_is_near_enough(text: str) -> None:
    quick = tuple(one for one in engines() if one.name == "PyTorch")
    for seed in range(3):
        comparison = compare(net(text), seed, among=quick)
        assert comparison.holds, comparison
        (found,) = comparison.agreements
        assert 0 < found.error < found.bound < 1e-3, found


@pytest.mark.slow
@pytest.mark.parametrize("text", [RESIDUAL, TOKENS], ids=["residual", "tokens"])
def test_all_engines_agree(text: str) -> None:
    assert {one.name for one in engines()} >= {"PyTorch", "torch.compile"}
    assert_agreement(net(text), 1, inputs=smallest(net(text), 1, number=20))


def scaled(name: str, by: float) -> Callable[[nn.Module], None]:
    def change(module: nn.Module) -> None:
        with torch.no_grad():
            module.get_parameter(name).mul_(by)

    return change


PLANTED = {
    "a bias is left out": scaled("head.bias", 0),
    "the bias of a convolution is left out": scaled("cells.0.conv2.bias", 0),
    "another epsilon": lambda module: setattr(module.get_submodule("cells.0.bn1"), "eps", 1e-2),
    "another padding": lambda module: setattr(module.get_submodule("cells.1.conv1"), "padding_mode", "circular"),
    "half the precision": lambda module: [w.data.copy_(w.data.half()) for w in module.parameters()],
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_seen(name: str) -> None:
    comparison = compare(net(RESIDUAL), 2, among=(broken(PLANTED[name]),), inputs=smallest(net(RESIDUAL), 2, number=40))
    assert not comparison.holds, comparison


def test_another_shape_and_an_exception_are_problems() -> None:
    def fails(module: nn.Module) -> None:
        raise RuntimeError("no such kernel\nfurther down")

    def shapes(module: nn.Module) -> None:
        module.head = nn.Linear(12, 4)

    comparison = compare(net(RESIDUAL), among=(broken(fails), broken(shapes)))
    assert [one.problem for one in comparison.agreements] == [
        "RuntimeError: no such kernel",
        "gives [(1, 4)], and [(1, 5)] is right",
    ]
    with pytest.raises(DisagreementError):
        raise DisagreementError(str(comparison))


def test_numbers_that_are_none_are_far_away() -> None:
    assert distance((torch.tensor([float("nan")]),), (torch.tensor([1.0]),)) == float("inf")
