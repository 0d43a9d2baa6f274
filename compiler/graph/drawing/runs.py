"""Equal nodes that feed each other in a row, as one: the eighteen blocks of a stage."""

from __future__ import annotations

import re
from collections.abc import Mapping

from archc.graph.ir import Apply, Call, Graph, Node, Operands, Value, WeightRef
from archc.graph.walk import consumers, flatten, fold, values
from archc.records import record

Outline = tuple[object, ...]

_NUMBERED = re.compile(r"((?:.*\.)?)(\d+)")


@record
class Run:
    """Nodes of which each feeds the next; `label` is `0..17` for several."""

    first: Node
    last: Node
    label: str
    count: int = 1


def runs_of(graph: Graph) -> tuple[Run, ...]:
    """Return the nodes of a graph in program order, equal ones that feed each other folded.

    Folded are uses of numbered labels, 0, 1, 2, that differ in nothing a picture shows. Each must take what the one
    before gave, which nothing else may use, and whatever else that one took.
    """
    users = consumers(graph)
    outputs = {value.id for value in values(graph.outputs)}
    runs: list[Run] = []
    for node in graph.nodes:
        last = runs[-1] if runs else None
        if last is not None and _goes_on(last, node, users, outputs):
            label = f"{last.label.split('..')[0]}..{_number(node)}"
            runs[-1] = Run(last.first, node, label, last.count + 1)
        else:
            runs.append(Run(node, node, node.label or ""))
    return tuple(runs)


def _goes_on(run: Run, node: Node, users: dict[int, tuple[Node, ...]], outputs: set[int]) -> bool:
    last = run.last
    before, here = _NUMBERED.fullmatch(last.label or ""), _NUMBERED.fullmatch(node.label or "")
    if before is None or here is None or before[1] != here[1] or int(before[2]) + 1 != int(here[2]):
        return False
    made = {value.id for value in last.results}
    private = all(users[identity] == (node,) and identity not in outputs for identity in made)
    return private and _alike(last, node) and _same_but_for(made, last.operands, node.operands)


def _alike(one: Node, other: Node) -> bool:
    if [value.type for value in one.results] != [value.type for value in other.results]:
        return False
    if isinstance(one, Call) and isinstance(other, Call):
        return one.graph is other.graph or fold(one.graph, _outline) == fold(other.graph, _outline)
    return isinstance(one, Apply) and isinstance(other, Apply) and one.operator is other.operator


def _outline(graph: Graph, below: Mapping[Graph, Outline]) -> Outline:
    """Return what a picture shows of a graph: equal for blocks that differ in a drop rate alone."""
    inputs = tuple(value.type for value in graph.inputs)
    weights = tuple((weight.name, weight.type) for weight in graph.weights)
    nodes = tuple((node.label, _core(node, below), tuple(value.type for value in node.results)) for node in graph.nodes)
    return graph.name, graph.kind, inputs, weights, nodes


def _core(node: Node, below: Mapping[Graph, Outline]) -> object:
    return below[node.graph] if isinstance(node, Call) else node.operator


def _same_but_for(made: set[int], before: tuple[Operands, ...], here: tuple[Operands, ...]) -> bool:
    """Say whether two uses take the same, except that the second takes what the first made."""
    old, new = list(flatten(before)), list(flatten(here))
    if len(old) != len(new):
        return False
    pairs = zip(old, new, strict=True)
    fed = [isinstance(b, Value) and b.id in made for b in new]
    kept = all(f or a == b or isinstance(b, WeightRef) for f, (a, b) in zip(fed, pairs, strict=True))
    return any(fed) and kept


def _number(node: Node) -> str:
    return (node.label or "").rsplit(".", 1)[-1]
