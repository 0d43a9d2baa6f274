"""Rewrites of the graph change what is printed and nothing that is computed."""

from __future__ import annotations

import pytest
import torch

from archc.backends.torch import after, passes
from archc.graph import Graph, verify
from archc.graph.ir import Apply
from archc.graph.walk import bodies, weights
from tests.properties.interpreter import flat, run
from tests.torch.programs import architecture

CHAIN = "x |> norm: layernorm(axis=1) |> a: linear(4, axis=1)"
BODIES = {
    "a chain on channels": f"return {CHAIN} |> gelu |> b: linear(4, axis=1)",
    "a scale behind it": f"param g[4] = 2.0\n  return {CHAIN} |> mul(g, axis=1)",
    "one alone": "return x |> a: linear(6, axis=1) |> c: conv(4, k=3, pad=1)",
    "a branch out of the region": f"y = {CHAIN}\n  return y * (y |> c: conv(4))",
    "two ways in": f"y = {CHAIN}\n  z = x |> c: conv(4) |> b: linear(4, axis=1)\n  return y + z",
    "a module used twice": "return x |> a: linear(4, axis=1) |> relu |> a",
    "channels that are told apart": f"return {CHAIN} |> softmax(axis=1) |> b: linear(4, axis=1)",
    "a number": "return x |> a: linear(4, axis=1) |> mul(3) |> b: linear(4, axis=1)",
    "a block at this path": "return x |> self: Inner |> relu",
    "a numbered chain": "return x |> down: [conv(4), relu, Inner, layernorm(axis=1)]",
}
TEXT = """
block Inner : x[B, C, H, W] -> [B, C, H, W] {
  return x + (x |> norm: layernorm(axis=1) |> fc: linear(C, axis=1))
}
arch Net : x[B, 4, H, W] -> [B, 4, H, W] {
  BODY
}
"""


def graph_of(body: str) -> Graph:
    return architecture(TEXT.replace("BODY", BODIES[body])).graph


@pytest.mark.parametrize("name", passes())
@pytest.mark.parametrize("body", BODIES)
def test_a_pass_changes_nothing_that_is_computed(body: str, name: str) -> None:
    graph = graph_of(body)
    made = after(graph, name)
    assert verify(made) == ()
    random = torch.Generator().manual_seed(0)
    state = {p: torch.randn(w.type.shape, generator=random, dtype=torch.float64) for p, w in weights(graph)}
    assert [p for p, _ in weights(made)] == list(state), "weights keep their paths and shapes"
    x = torch.randn(2, 4, 5, 3, generator=random, dtype=torch.float64)
    for ours, theirs in zip(flat(run(made, (x,), state)), flat(run(graph, (x,), state)), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("body", "count"),
    [("a chain on channels", 2), ("a scale behind it", 2), ("one alone", 0), ("a module used twice", 0)],
)
def test_a_region_is_moved_where_that_saves_transpositions(body: str, count: int) -> None:
    made = after(graph_of(body), "channels-last")
    names = [node.operator.name for one in bodies(made) for node in one.nodes if isinstance(node, Apply)]
    assert names.count("permute") == count
