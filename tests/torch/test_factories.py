"""Factories: what they give to the class of their architecture."""

from __future__ import annotations

from types import ModuleType

import pytest

from archc import ArchFile
from archc.archs import path
from archc.backends.torch import file_source
from archc.backends.torch.live import load


def test_equal_modules_in_a_row_are_a_comprehension_that_makes_each_anew() -> None:
    source = file_source(ArchFile.read(path("wavemix")))
    assert "*[Block3(192) for _ in range(16)]" in source
    layers = load(source, "generated_wavemix").wavemix_lite_144_7().layers
    assert len(layers) == len({id(layer.reduction.weight) for layer in layers}) == 7


def test_a_state_of_another_variant_is_told_by_its_name(convnext: ModuleType) -> None:
    model = convnext.isotropicconvnext_small(depth=1)
    with pytest.raises(RuntimeError, match=r"stem\.weight is \(768, .*fits isotropicconvnext_base$"):
        model.load_official({"model": convnext.isotropicconvnext_base().state_dict()})
    state = {key: weight for key, weight in model.state_dict().items() if key != "head.bias"}
    with pytest.raises(RuntimeError, match=r"head.bias is missing there and .* none of its variants"):
        model.load_official({"model": state})


def test_without_a_checkpoint_map_there_is_nothing_official() -> None:
    source = file_source(ArchFile.of_text("archc 1\narch Net : x[B, 4] -> [B, 2] {\n  return x |> fc: linear(2)\n}\n"))
    assert "load_official" not in source and "load_state" not in source
