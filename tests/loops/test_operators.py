"""Every operator as loops against PyTorch, on the uses that the library's own tests draw."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archc.loops import lowered
from archc.loops.fusion import fused
from tests.loops.interpreter import run
from tests.properties import uses_elements, uses_layers, uses_shaping
from tests.properties.interpreter import flat
from tests.properties.test_std_torch import PHASES, graph_of, weights_of
from tests.properties.uses import CASES, Draw

assert uses_elements and uses_layers and uses_shaping  # they fill CASES


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=2, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_agrees_with_torch(name: str, data: st.DataObject) -> None:
    draw = Draw(data)
    use = CASES[name](draw)
    graph = graph_of(use)
    shapes = {path: cast("tuple[int, ...]", w.type.shape) for path, w in weights_of(graph).items()}
    weights = {path: draw.tensor(*shape).abs() + 0.1 for path, shape in shapes.items()}
    inputs = tuple(use.inputs.values()) or (torch.zeros(1),)
    arrays = {path: w.numpy() for path, w in weights.items()}
    program = lowered(graph)
    for one_program in (program, fused(program)[0]):
        found = run(one_program, tuple(one.numpy() for one in inputs), arrays)
        for one, wanted in zip(found, flat(use.expected(weights)), strict=True):
            np.testing.assert_allclose(one, wanted.numpy(), rtol=1e-9, atol=1e-9)
