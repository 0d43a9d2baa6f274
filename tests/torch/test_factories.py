"""Factories: what they give to the class of their architecture."""

from __future__ import annotations

from archc import ArchFile
from archc.archs import path
from archc.backends.torch import file_source
from archc.backends.torch.live import load


def test_equal_modules_in_a_row_are_a_comprehension_that_makes_each_anew() -> None:
    source = file_source(ArchFile.read(path("wavemix")))
    assert "*[Block3(192) for _ in range(16)]" in source
    layers = load(source, "generated_wavemix").wavemix_lite_144_7().layers
    assert len(layers) == len({id(layer.reduction.weight) for layer in layers}) == 7
