"""Every rule of the verifier finds what it is there for, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from archc import shapes
from archc.graph import (
    Call,
    Constant,
    Graph,
    TensorType,
    Value,
    VerificationError,
    WeightRef,
    check,
    verify,
)
from archc.graph.checks import CHECKS
from archc.graph.static import DType, Identity, Table
from archc.syntax.tree import Store
from tests.graph.build import Body, block, hornet, sequence, tensor, weight
from tests.graph.strategies import graphs


def sample() -> Graph:
    """Two values in, a leaf, a call, a second name, a weight of its own, a constant."""
    inner = Body("Inner")
    x = inner.input("x", 2, 4)
    scaled = inner.finish(inner.plus(inner.linear("fc", x, 4), x))
    body = Body("Sample", C=4)
    body.dims = (("B", 2),)
    x = body.input("x", 2, 4)
    g = body.own(weight("gamma", 4))
    y = body.linear("proj", x, 4)
    z = body.call("blocks.0", scaled, body.times(y, g, axis=1))
    body.alias("blocks.1", "blocks.0")
    z = body.call("blocks.1", scaled, z, declare=False)
    return body.finish(body.plus(z, Constant((1, 2, 3, 4), tensor(4))))


def node(body: Graph, place: int, **changes: object) -> Graph:
    nodes = list(body.nodes)
    nodes[place] = replace(nodes[place], **changes)  # type: ignore[arg-type]
    return replace(body, nodes=tuple(nodes))


def module(graph: Graph, place: int, **changes: object) -> Graph:
    modules = list(graph.modules)
    modules[place] = replace(modules[place], **changes)  # type: ignore[arg-type]
    return replace(graph, modules=tuple(modules))


def callee(graph: Graph) -> Graph:
    call = graph.nodes[2]
    assert isinstance(call, Call)
    return call.graph


def chain(change: Callable[[Graph], Graph]) -> Graph:
    one = block(1, 8, 2, 7, 7)
    return change(sequence(one, one))


def skipping(graph: Graph) -> Graph:
    """Feed the second module of a sequence with the sequence's input."""
    return node(graph, 1, operands=(graph.inputs[0],))


def retyped(graph: Graph, type_: TensorType) -> Graph:
    """Give the first node's result, and all its uses, another type."""
    value = Value(1, type_)
    return node(node(graph, 0, results=(value,)), 1, operands=(value, *graph.nodes[1].operands[1:]))


BROKEN: dict[str, tuple[str, Callable[[Graph], Graph]]] = {
    "defined-once": ("%1", lambda g: node(g, 1, results=(g.nodes[0].results[0],))),
    "dense-ids": (
        "ids",
        lambda g: replace(node(g, 4, results=(Value(9, tensor(2, 4)),)), outputs=(Value(9, tensor(2, 4)),)),
    ),
    "defined-before-use": (
        "node 0 (proj: linear)",
        lambda g: node(g, 0, operands=(g.nodes[2].results[0], *g.nodes[0].operands[1:])),
    ),
    "used-as-defined": ("outputs", lambda g: replace(g, outputs=(Value(5, tensor(3, 4)),))),
    "shapes": ("%1", lambda g: retyped(g, tensor(-2, 4))),
    "dtypes": ("weight gamma", lambda g: replace(g, weights=(replace(g.weights[0], type=tensor(4, dtype=DType.I64)),))),
    "constants": ("node 4 (add)", lambda g: node(g, 4, operands=(g.nodes[3].results[0], Constant((1, 2), tensor(4))))),
    "starts": (
        "weight gamma",
        lambda g: replace(g, weights=(replace(g.weights[0], start=Table((1, 2, 3))),)),
    ),
    "labels-formed": ("module 'a b'", lambda g: module(g, 0, label="a b")),
    "labels-unique": ("module proj", lambda g: module(g, 1, label="proj")),
    "paths-unique": ("weight gamma", lambda g: replace(g, weights=g.weights * 2)),
    "aliases": ("module blocks.1", lambda g: module(g, 2, alias_of="blocks.7")),
    "weight-refs": (
        "node 1 (multiply)",
        lambda g: node(g, 1, operands=(g.nodes[0].results[0], WeightRef("beta", tensor(4)))),
    ),
    "operand-slots": ("node 1 (multiply)", lambda g: node(g, 1, attributes=())),
    "apply-labels": ("node 0 (nowhere: linear)", lambda g: node(g, 0, label="nowhere")),
    "call-labels": ("node 2 (nowhere: Inner)", lambda g: node(g, 2, label="nowhere")),
    "call-types": ("node 2 (blocks.0: Inner)", lambda g: node(g, 2, operands=(None,))),
    "output-names": ("outputs", lambda g: replace(g, output_names=())),
    "names-unique": ("argument C", lambda g: replace(g, arguments=g.arguments * 2)),
    "chain": ("node 1 (1: Block)", lambda _: chain(skipping)),
    "mode": ("node 2 (blocks.0: Inner)", lambda g: node(g, 2, graph=replace(callee(g), depends_on_mode=True))),
}


def test_sound_graphs_have_no_violation() -> None:
    assert verify(sample()) == ()
    assert verify(hornet()) == ()
    assert verify(chain(lambda graph: graph)) == ()


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_random_graphs_are_sound(graph: Graph) -> None:
    assert check(graph, after="nothing") is graph


def test_every_rule_has_a_broken_graph() -> None:
    assert list(BROKEN) == [one.name for one in CHECKS]


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_graph_is_found_by_its_rule_and_place(rule: str) -> None:
    place, damage = BROKEN[rule]
    found = [violation for violation in verify(damage(sample())) if violation.rule == rule]
    assert [violation.place for violation in found][:1] == [place]


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("aliases", lambda g: module(g, 2, content=g.modules[0].content)),
        ("weight-refs", lambda g: replace(g, weights=(weight("gamma", 5),))),
        ("call-labels", lambda g: module(g, 1, content=sample())),
        ("shapes", lambda g: retyped(g, tensor(True, 4))),
        ("shapes", lambda g: retyped(g, tensor(shapes.truediv(shapes.symbol("H"), 2), 4))),
        ("operand-slots", lambda g: node(g, 1, operands=(g.nodes[0].results[0],))),
        ("call-types", lambda g: node(g, 2, results=(Value(3, tensor(2, 5)),))),
        ("constants", lambda g: node(g, 4, operands=(g.nodes[3].results[0], Constant(((1, 2), (3,)), tensor(2, 2))))),
        ("constants", lambda g: node(g, 4, operands=(g.nodes[3].results[0], Constant("four", tensor())))),
        ("starts", lambda g: replace(g, weights=(replace(g.weights[0], start=Identity()),))),
        ("labels-formed", lambda g: replace(g, weights=(weight("a.b", 4),))),
    ],
)
def test_other_ways_to_break_a_rule(rule: str, damage: Callable[[Graph], Graph]) -> None:
    assert rule in {violation.rule for violation in verify(damage(sample()))}


def test_a_violation_deep_inside_is_found_once_however_often_it_is_repeated() -> None:
    bad = replace(block(1, 8, 2, 7, 7), output_names=())
    violations = verify(sequence(bad, bad, bad))
    assert [str(violation) for violation in violations] == ["Block: outputs: 0 names for 1 outputs [output-names]"]


def test_a_graph_that_contains_itself_is_found() -> None:
    graph = sample()
    call = graph.nodes[2]
    object.__setattr__(call, "graph", graph)
    assert [violation.rule for violation in verify(graph)] == ["acyclic"]


def test_check_names_the_pass_the_graph_and_the_node() -> None:
    broken = node(sample(), 1, attributes=())
    with pytest.raises(VerificationError) as caught:
        check(broken, after="fuse")
    assert str(caught.value) == "after fuse: Sample: node 1 (multiply): attributes () for ('axis',) [operand-slots]"
    assert [violation.rule for violation in caught.value.violations] == ["operand-slots"]


def test_self_puts_the_weights_of_a_module_on_the_graph_itself() -> None:
    """A graph owns what stands under `self:`; the call finds it under the graph's own paths."""
    body = Body("Outer")
    inner = callee(sample())
    x = body.call("", inner, body.input("x", 2, 4), declare=False)
    body.modules.extend(inner.modules)
    graph = body.finish(x)
    assert verify(graph) == ()
    assert {violation.rule for violation in verify(replace(graph, modules=()))} == {"call-labels"}


def test_paths_below_the_place_itself_must_differ() -> None:
    body = Body("Fused")
    x = body.input("x", 2, 4)
    x = body.norm("", x)
    body.call("", callee(sample()), x)
    graph = body.finish(body.nodes[-1].results[0])
    assert verify(graph) == ()
    twice = replace(graph, modules=(*graph.modules, graph.modules[0]))
    assert [violation.rule for violation in verify(twice)] == ["paths-unique"] * 2


def test_a_call_at_other_shapes_shares_the_module() -> None:
    """A module that is called at two resolutions has one set of weights and two bodies."""

    def inner(n: int) -> Graph:
        body = Body("Inner")
        x = body.input("x", n, 4)
        return body.finish(body.linear("fc", x, 4))

    body = Body("Twice")
    x, y = body.input("x", 2, 4), body.input("y", 3, 4)
    x, y = body.call("f", inner(2), x), body.call("f", inner(3), y, declare=False)
    assert verify(body.finish(x, y)) == ()


def test_a_buffer_may_be_an_integer() -> None:
    body = Body("Counted")
    x = body.input("x", 2, 4)
    body.own(replace(weight("steps", store=Store.BUFFER), type=tensor(dtype=DType.I64)))
    assert verify(body.finish(x)) == ()
