"""What the hash depends on and what it does not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.graph import Apply, Call, Graph, Site, TensorType, Value, WeightRef, canonical_hash, structural_equal
from archc.graph.static import Fill
from archc.graph.walk import transform
from archc.syntax.source import Source, Span
from archc.syntax.tree import Store
from tests.graph.build import ADD, GELU, NORM, Body, hornet, weight
from tests.graph.strategies import graphs


def renumbered(graph: Graph, order: list[int]) -> Graph:
    """Return one body with its nodes in another order and its values numbered afresh."""
    nodes = [graph.nodes[place] for place in order]
    old = [*graph.inputs, *(value for node in nodes for value in node.results)]
    new = {value.id: Value(place, value.type, f"v{place}") for place, value in enumerate(old)}
    site = Site(Span(Source("elsewhere", "y"), 0, 1))

    def moved(operand: object) -> object:
        if isinstance(operand, tuple):
            return tuple(moved(one) for one in operand)
        return new[operand.id] if isinstance(operand, Value) else operand

    def node(one: Apply | Call) -> Apply | Call:
        return replace(one, operands=moved(one.operands), results=moved(one.results), site=site)

    return replace(
        graph,
        inputs=moved(graph.inputs),
        nodes=tuple(map(node, nodes)),
        outputs=moved(graph.outputs),
        doc="told otherwise",
    )


def an_order(data: st.DataObject, graph: Graph) -> list[int]:
    """Draw an order of the nodes in which every value is defined before it is used."""
    needs = [{v.id for v in _flat(node.operands)} - {v.id for v in graph.inputs} for node in graph.nodes]
    known: set[int] = set()
    order: list[int] = []
    while len(order) < len(graph.nodes):
        ready = [place for place, need in enumerate(needs) if place not in order and need <= known]
        order.append(data.draw(st.sampled_from(ready)))
        known |= {value.id for value in graph.nodes[order[-1]].results}
    return order


def _flat(operands: object) -> list[Value]:
    if isinstance(operands, tuple):
        return [value for one in operands for value in _flat(one)]
    return [operands] if isinstance(operands, Value) else []


@given(graphs(), st.data())
@settings(max_examples=30, deadline=None)
def test_order_of_independent_nodes_ids_names_and_places_count_for_nothing(graph: Graph, data: st.DataObject) -> None:
    order = an_order(data, graph)
    other = transform(
        graph, lambda body: renumbered(body, order if body.nodes == graph.nodes else list(range(len(body.nodes))))
    )
    assert canonical_hash(other) == canonical_hash(graph)
    assert structural_equal(other, graph) or order != sorted(order)


def small(**changes: object) -> Graph:
    made = {"width": 4, "label": "fc", "start": Fill(0.0), "name": "gamma", "store": Store.PARAM, "eps": 1e-6} | changes
    body = Body("Small")
    x = body.input("x", 2, made["width"])
    body.own(weight(made["name"], 4, start=made["start"], store=made["store"]))
    y = body.linear(made["label"], x, 4)
    y = body.apply(NORM, (y, None, None), y.type.shape, axis=1, eps=made["eps"])
    return body.finish(body.plus(x if made.get("skip") else y, y))


CHANGES = [
    {"width": 5},
    {"label": "fd"},
    {"start": Fill(1.0)},
    {"name": "beta"},
    {"store": Store.BUFFER},
    {"eps": 1e-5},
    {"skip": True},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_structure_attributes_shapes_and_labels_count(change: dict[str, object]) -> None:
    assert canonical_hash(small()) == canonical_hash(small())
    assert structural_equal(small(), small())
    assert canonical_hash(small(**change)) != canonical_hash(small())
    assert not structural_equal(small(**change), small())


def test_a_change_deep_inside_counts() -> None:
    assert canonical_hash(hornet()) == canonical_hash(hornet())
    assert canonical_hash(hornet(width=96)) != canonical_hash(hornet())
    assert canonical_hash(hornet(depths=(2, 3, 17, 2))) != canonical_hash(hornet())


def test_using_one_result_twice_is_not_computing_it_twice() -> None:
    def pair(twice: bool) -> Graph:
        body = Body("Pair")
        x = body.input("x", 2, 4)
        a = body.apply(GELU, (x,), (2, 4))
        b = body.apply(GELU, (x,), (2, 4))
        return body.finish(body.plus(a, b if twice else a))

    assert canonical_hash(pair(True)) != canonical_hash(pair(False))


def test_the_order_of_what_leaves_a_state_behind_counts() -> None:
    def cached(store: Store, swapped: bool) -> Graph:
        body = Body("Cached")
        x, y = body.input("x", 2, 4), body.input("y", 2, 4)
        body.leaf("past", NORM, weight("weight", 4, store=store), axis=1, eps=1e-6)
        uses = {}
        for value in (y, x) if swapped else (x, y):
            past = WeightRef("past.weight", TensorType((4,)))
            uses[value.id] = body.apply(NORM, (value, past, None), (2, 4), label="past", axis=1, eps=1e-6)
        return body.finish(body.apply(ADD, (uses[0], uses[1]), (2, 4), axis=None))

    assert canonical_hash(cached(Store.PARAM, True)) == canonical_hash(cached(Store.PARAM, False))
    assert canonical_hash(cached(Store.STATE, True)) != canonical_hash(cached(Store.STATE, False))


def test_the_hash_is_the_same_in_another_process() -> None:
    code = (
        "from archc.graph import canonical_hash; from tests.graph.build import hornet; print(canonical_hash(hornet()))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == canonical_hash(hornet())
    assert len(printed.strip()) == 64
