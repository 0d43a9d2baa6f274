"""What is asked wrongly of a packaged network is refused: the cause is named, and the nearest choice that there is."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import archc
from archc.archs import path


def _architecture(address: str, **overrides: object) -> archc.Architecture:
    system, arch, variant = address.split()
    return archc.ArchFile.read(path(system)).architecture(arch, variant, **overrides)


@pytest.mark.parametrize(
    ("address", "meant"),
    [("convit ConViT tniy", "tiny"), ("hadamard StarNet s051", "s050"), ("scse QuickNAT cssse", "csse")],
)
def test_a_wrong_variant(address: str, meant: str) -> None:
    with pytest.raises(archc.ArchError, match=f"did you mean `{meant}`"):
        _architecture(address)


@pytest.mark.parametrize(
    ("address", "overrides", "cause", "nearest"),
    [
        ("convit ConViT tiny", {"size": 100}, "size % patch == 0", "`size = 96` and `size = 112` satisfy it"),
        ("convit ConViT tiny", {"local": 12}, "local < depth", "`local = 11` satisfies it"),
        ("vit_resnas ViTRes tiny", {"size": 200}, "size % (14 * 2 ** (n - 1)) == 0", "`size = 168` and `size = 224`"),
        ("scse QuickNAT csse", {"H": 10}, "H >= 2 ** n", "`H = 16` satisfies it"),
        ("maxim MAXIM s1", {"H": 100}, "H % 64 == 0", "`H = 64` and `H = 128` satisfy it"),
    ],
)
def test_a_number_that_a_condition_refuses(
    address: str, overrides: dict[str, object], cause: str, nearest: str
) -> None:
    with pytest.raises(archc.ArchError) as caught:
        _ = _architecture(address, **overrides).graph
    assert f"`{cause}` is required" in str(caught.value)
    assert f"= help: {nearest}" in str(caught.value)


def test_weights_of_another_variant() -> None:
    given = _architecture("hadamard StarNet s100").module(seed=0)
    model: Any = _architecture("hadamard StarNet s050").module(seed=0)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with pytest.raises(
        RuntimeError, match=r"stages\.0\.0\.conv\.weight is \(20, 32, 3, 3\) there and \(16, 32, 3, 3\)"
    ):
        model.load_official(given.state_dict())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
