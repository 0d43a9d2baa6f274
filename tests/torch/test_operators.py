"""Every operator of the library, written in PyTorch, against what PyTorch itself computes."""

from __future__ import annotations

from typing import cast

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from torch import Tensor

from archc.backends.torch import build, emit, factory_name
from archc.graph import Graph
from archc.graph.program import Configuration, Program
from archc.graph.walk import inventory
from tests.properties.interpreter import flat
from tests.properties.test_std_torch import graph_of
from tests.properties.uses import CASES, Draw, Use

PHASES = (Phase.explicit, Phase.generate)


def compiled(graph: Graph) -> torch.nn.Module:
    """Return the generated module of a graph."""
    program = Program(graph.name, "", (Configuration("", (), graph, graph),), (), None)
    return build(emit(program), factory_name(program, program.configurations[0])).to(torch.float64).eval()


def check(use: Use, draw: Draw) -> None:
    """Compare the generated module of one use with PyTorch."""
    graph = graph_of(use)
    shapes = {path: cast("tuple[int, ...]", weight.type.shape) for path, weight in inventory(graph).weights}
    weights = {path: draw.tensor(*shape).abs() + 0.1 for path, shape in shapes.items()}
    module = compiled(graph)
    module.load_state_dict(weights)
    inputs = tuple(use.inputs.values()) or (torch.zeros(1, dtype=torch.float64),)
    with torch.no_grad():
        found = flat(module(*inputs))
    expected: tuple[Tensor, ...] = flat(use.expected(weights))
    assert [(one.shape, one.dtype) for one in found] == [(one.shape, one.dtype) for one in expected]
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=8, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_agrees_with_torch(name: str, data: st.DataObject) -> None:
    draw = Draw(data)
    check(CASES[name](draw), draw)
