"""Metamorphic relations hold of what is right, and each fails on a mistake of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import archc
from archc.testing import PropertyError, check_relations
from archc.testing.relations import RELATIONS, Relation, keeps, scene_of
from tests.testing.nets import RESIDUAL, TOKENS, net

NAMES = [relation.name for relation in RELATIONS]


def test_all_are_kept_by_a_residual_network() -> None:
    assert list(check_relations(net(RESIDUAL), 3)) == NAMES


def test_only_some_are_about_tokens() -> None:
    assert list(check_relations(net(TOKENS), 3)) == ["a batch is its examples", "an identity changes nothing"]


def test_an_overridden_architecture_is_not_written_anew() -> None:
    assert "an identity changes nothing" not in check_relations(net(RESIDUAL, classes=7))


class Changed(nn.Module):
    """A module in which something is wrong."""

    def __init__(self, inner: nn.Module, change: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.inner = inner
        self.change = change

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(self.change(x))  # type: ignore[no-any-return]

    def state_dict(self, *args: object, **kwargs: object) -> dict[str, Tensor]:  # type: ignore[override]
        return self.inner.state_dict()


MISTAKES: dict[str, Callable[[Tensor], Tensor]] = {
    "a batch is its examples": lambda x: x - x.mean(0),
    "channels have no order": lambda x: x * torch.arange(1, 4).reshape(1, 3, 1, 1),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_inputs_is_seen(name: str) -> None:
    relation: Relation = next(one for one in RELATIONS if one.name == name)
    scene = scene_of(net(RESIDUAL), 1)
    scene = type(scene)(scene.architecture, Changed(scene.module, MISTAKES[name]), scene.inputs)
    with pytest.raises(PropertyError, match=name):
        keeps(scene, relation)


@pytest.mark.parametrize("name", NAMES[2:])
def test_a_mistake_in_the_module_is_seen(name: str) -> None:
    relation = next(one for one in RELATIONS if one.name == name)
    scene = scene_of(net(RESIDUAL), 1)
    setattr(scene.module.get_submodule("cells.0.bn1"), "eps", 0.5)  # noqa: B010
    with pytest.raises(PropertyError, match=name):
        keeps(scene, relation)


@pytest.mark.slow
def test_a_published_network_keeps_them() -> None:
    path = Path(__file__).parents[2] / "archs/resnet.arch"
    assert list(check_relations(archc.load(path, variant="18"))) == NAMES
