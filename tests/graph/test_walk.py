"""Paths, weights and rewrites, and that a repeated body is visited once."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest
from hypothesis import given, settings

from archc import shapes
from archc.graph import Apply, Graph, Leaf, verify
from archc.graph.walk import (
    Alias,
    CyclicGraphError,
    aliases,
    bodies,
    children,
    consumers,
    fold,
    free_symbols,
    instances,
    producers,
    top_down,
    transform,
    weights,
)
from tests.graph.build import GELU, Body, block, hornet, sequence, weight
from tests.graph.strategies import graphs


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_bodies_are_distinct_and_each_stands_behind_what_it_holds(graph: Graph) -> None:
    order = bodies(graph)
    assert len(set(order)) == len(order)
    assert order[-1] is graph
    assert all(order.index(child) < order.index(body) for body in order for child in children(body))
    down = top_down(graph)
    assert set(down) == set(order)
    assert all(down.index(child) > down.index(body) for body in down for child in children(body))


def test_top_down_keeps_the_order_of_use() -> None:
    names = [body.arguments[0][1] for body in top_down(hornet()) if body.name == "Block"]
    assert names == [64, 128, 256, 512]


def test_weights_have_official_names_in_the_order_of_declaration() -> None:
    found = weights(hornet())
    assert sum(prod(placed.weight.type.shape) for placed in found) == 22_409_512
    paths = [placed.path for placed in found]
    assert paths[:4] == [f"downsample_layers.0.{k}" for k in ("0.weight", "0.bias", "1.weight", "1.bias")]
    assert paths[4:8] == [f"stages.0.0.{k}" for k in ("gamma1", "gamma2", "norm1.weight", "norm1.bias")]
    assert "stages.2.17.gnconv.pws.2.weight" in paths
    assert len(set(paths)) == len(paths)


def twice() -> Graph:
    """A stage whose second block is the first under another name, itself known under two names."""
    body = Body("Stage")
    x = body.input("x", 1, 8, 7, 7)
    x = body.call("blocks.0", block(1, 8, 2, 7, 7), x)
    body.alias("blocks.1", "blocks.0")
    stage = body.finish(body.call("blocks.1", block(1, 8, 2, 7, 7), x, declare=False))
    outer = Body("Twice")
    x = outer.call("a", stage, outer.input("x", 1, 8, 7, 7))
    outer.alias("b", "a")
    return outer.finish(x)


def test_second_names_are_listed_apart_and_own_nothing() -> None:
    graph = twice()
    own = [placed.path for placed in weights(graph)]
    assert all(path.startswith("a.blocks.0.") for path in own)
    found = aliases(graph)
    assert len(found) == 3 * len(own)
    assert Alias("a.blocks.1.gamma1", "a.blocks.0.gamma1") in found
    assert Alias("b.blocks.0.gamma1", "a.blocks.0.gamma1") in found
    assert Alias("b.blocks.1.gamma1", "a.blocks.0.gamma1") in found


def test_instances_come_with_paths_and_owners() -> None:
    found = {instance.path: instance for instance in instances(twice())}
    assert list(found)[:4] == ["", "a", "a.blocks.0", "a.blocks.0.norm1"]
    assert isinstance(found["a.blocks.0.norm1"].content, Leaf)
    assert found["a.blocks.0.norm1"].alias_of is None
    assert found["a.blocks.1"].alias_of == "a.blocks.0"
    assert found["a.blocks.1.gnconv.pws.0"].alias_of == "a.blocks.0.gnconv.pws.0"
    assert found["b"].alias_of == "a"
    assert found["b.blocks.1.norm1"].alias_of == "a.blocks.0.norm1"


def test_weights_of_the_place_itself_have_no_label() -> None:
    inner = Body("Inner")
    x = inner.norm("", inner.input("x", 2, 4))
    body = Body("Outer")
    y = body.call("", inner.finish(x), body.input("x", 2, 4))
    body.own(weight("gamma", 4))
    assert [placed.path for placed in weights(body.finish(y))] == ["gamma", "weight", "bias"]


def test_fold_computes_a_repeated_body_once() -> None:
    one = block(1, 8, 2, 7, 7)
    seen: list[Graph] = []

    def count(body: Graph, below: object) -> int:
        seen.append(body)
        return len(seen)

    fold(sequence(*[one] * 100), count)
    assert len(seen) == 3


def test_a_thousand_levels_are_no_matter_of_the_stack() -> None:
    body = Body("Leaf")
    graph = body.finish(body.input("x", 2, 4))
    for _ in range(3000):
        body = Body("Level")
        graph = body.finish(body.call("inner", graph, body.input("x", 2, 4)))
    assert len(bodies(graph)) == 3001
    assert verify(graph) == ()
    assert sum(1 for _ in instances(graph)) == 3001


def test_transform_keeps_what_it_does_not_change_and_shares_what_it_does() -> None:
    graph = hornet()
    assert transform(graph, lambda body: body) is graph

    def without_gelu(body: Graph) -> Graph:
        if not any(isinstance(node, Apply) and node.operator is GELU for node in body.nodes):
            return body
        return replace(body, doc="changed")

    changed = transform(graph, without_gelu)
    assert changed is not graph
    stages = [module.content for module in changed.modules if module.label.startswith("stages")]
    assert [len({id(m.content) for m in stage.modules}) for stage in stages if isinstance(stage, Graph)] == [1] * 4
    assert sum(body.doc == "changed" for body in bodies(changed)) == 4
    stem, old = changed.modules[0].content, graph.modules[0].content
    assert stem is old
    assert verify(changed) == ()


def test_producers_and_consumers() -> None:
    graph = block(1, 8, 2, 7, 7)
    made, used = producers(graph), consumers(graph)
    assert made[graph.inputs[0].id] is None
    assert [graph.nodes.index(node) for node in used[graph.inputs[0].id]] == [0, 3]
    assert all(made[value.id] is node for node in graph.nodes for value in node.results)
    assert used[graph.nodes[-1].results[0].id] == ()


def test_free_symbols_are_those_of_the_input_first() -> None:
    b, h, w = (shapes.symbol(name) for name in ("B", "h", "w"))
    assert free_symbols(hornet()) == ()
    assert free_symbols(hornet(batch=b, h=w, w=h)) == ("B", "w", "h")
    body = Body("New")
    x = body.input("x", 2)
    y = body.apply(GELU, (x,), (shapes.symbol("N'"),))
    assert free_symbols(body.finish(y)) == ("N'",)


def test_a_graph_that_contains_itself_is_refused() -> None:
    graph = twice()
    object.__setattr__(graph.modules[0], "content", graph)
    with pytest.raises(CyclicGraphError):
        bodies(graph)
