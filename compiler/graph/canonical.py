"""When two graphs are the same: equality of what is written, and a hash of what is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from archc.graph.ir import Call, Graph, Leaf, Node, Value, WeightRef
from archc.graph.literals import type_text
from archc.graph.printer import Printer
from archc.graph.walk import flatten, fold, join, values
from archc.records import record
from archc.syntax.tree import Store


def structural_equal(left: Graph, right: Graph) -> bool:
    """Say whether two graphs have the same structure, attributes, shapes and labels, node by node in program order.

    Value ids, the author's names, documentation and places in the source count for nothing.
    """
    return left is right or fold(left, _written) == fold(right, _written)


def canonical_hash(graph: Graph) -> str:
    """Return the SHA-256 of a graph as 64 hex digits, the same in every process.

    Graphs of the same hash have the same structure, attributes, shapes, labels and weights, with the same dataflow;
    the order of independent nodes counts for nothing, and neither does what `structural_equal` leaves out.
    """
    return fold(graph, _computed).digest


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _written(body: Graph, below: Mapping[Graph, str]) -> str:
    order = [*body.inputs, *(value for node in body.nodes for value in node.results)]
    places = {value.id: f"%{place}" for place, value in enumerate(order)}
    printer = Printer(below.__getitem__, lambda value: places.get(value.id, "?"), {})
    lines = [*map(printer.node, body.nodes), printer.result(body)]
    return _digest([printer.signature(body), *printer.head(replace(body, doc="")), *lines])


@record
class _Computed:
    """The hash of a body, and whether a run of it leaves a state behind, so that the order of such runs matters."""

    digest: str
    remembers: bool


def _computed(body: Graph, below: Mapping[Graph, _Computed]) -> _Computed:
    """Hash every value by how it is computed, the body by its outputs and by all its nodes in whatever order."""
    names = {value.id: f"%{place}" for place, value in enumerate(body.inputs)}
    printer = Printer(lambda graph: below[graph].digest, lambda value: names.get(value.id, "?"), {})
    digests: list[str] = []
    states, turn = _states(body), 0
    for node in body.nodes:
        remembers = _remembers(node, states, below)
        turn += remembers
        digests.append(_digest([printer.use(node), *map(_type, node.results), str(turn if remembers else 0)]))
        names.update({value.id: f"{digests[-1]}.{place}" for place, value in enumerate(node.results)})
    head = [printer.signature(body), *printer.head(replace(body, doc=""))]
    nodes = sorted(_with_uses(body, digests))
    digest = _digest([*head, *nodes, printer.result(body)])
    return _Computed(digest, turn > 0)


def _type(value: Value) -> str:
    return type_text(value.type)


def _remembers(node: Node, states: set[str], below: Mapping[Graph, _Computed]) -> bool:
    if isinstance(node, Call):
        return below[node.graph].remembers
    return any(isinstance(operand, WeightRef) and operand.path in states for operand in flatten(node.operands))


def _states(body: Graph) -> set[str]:
    leaves = ((module.label, module.content) for module in body.modules if isinstance(module.content, Leaf))
    held = [("", body.weights), *((label, leaf.weights) for label, leaf in leaves)]
    return {join(label, weight.name) for label, weights in held for weight in weights if weight.store is Store.STATE}


def _with_uses(body: Graph, digests: list[str]) -> Iterator[str]:
    """Yield each node's hash with those of the nodes that use its results, which tells two equal nodes from one."""
    users: dict[int, list[str]] = {}
    for node, digest in zip(body.nodes, digests, strict=True):
        for value in values(node.operands):
            users.setdefault(value.id, []).append(digest)
    for node, digest in zip(body.nodes, digests, strict=True):
        yield " ".join([digest, *(",".join(sorted(users.get(value.id, ()))) for value in node.results)])
