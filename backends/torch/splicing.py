"""Graphs made ready for printing: what is no class of its own goes into the block that uses it.

- A block that is one labelled-`self` operator, such as the library's `dwconv`, becomes that operator.
- A block whose weights live at the caller's own path (`self: Halve(C)`) becomes part of the caller.
- An operator that has no lowering becomes its meaning.
- A block that is a numbered chain becomes a sequence.
- Operators on channels that follow each other have them last (`archc.rewrites.layout`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import cast

from archc.backends.torch.operators import LOWERINGS
from archc.backends.torch.sequences import is_chain_of_modules
from archc.backends.torch.sites import called_from
from archc.graph.ir import (
    Apply,
    Call,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    Operator,
    Site,
    Value,
    WeightRef,
)
from archc.rewrites import layout
from archc.rewrites.identities import renumbered
from archc.rewrites.passes import Pass


class UnsupportedError(Exception):
    """An operator that has neither a lowering nor a meaning."""

    def __init__(self, operator: Operator, site: Site) -> None:
        super().__init__(operator.name)
        self.operator = operator
        self.site = site


class Splicer:
    """Prepares graphs, each body once; raises UnsupportedError where an operator cannot be written.

    `last` names the pass after which it stops.
    """

    def __init__(self, last: str = "") -> None:
        stop = next((i for i, one in enumerate(PASSES) if one.name == last), len(PASSES))
        self.passes = PASSES[: stop + 1] if last != SPLICE else ()
        self._ready: dict[Graph, Graph] = {}
        self._known: dict[object, Graph] = {}

    def prepare(self, graph: Graph) -> Graph:
        """Return the graph with everything spliced that is no class of its own; equal graphs are one object."""
        if graph not in self._ready:
            made = renumbered(Paste(graph, self.prepare).run())
            for one in self.passes:
                made = renumbered(one.rewrite(made))
            self._ready[graph] = self._known.setdefault(contents(made), made)
        return self._ready[graph]


def contents(graph: Graph) -> object:
    """Return what a body says, graphs inside it by identity."""
    place = (graph.kind, graph.name, graph.span and (graph.span.source.name, graph.span.start))
    static = (graph.arguments, graph.dims, graph.weights, tuple(value.name for value in graph.inputs))
    names = tuple(value.name for node in graph.nodes for value in node.results)
    written = tuple((node.site.span.start, node.site.names) for node in graph.nodes)
    modules = tuple((module, module.site.names) for module in graph.modules)
    return place, static, graph.inputs, modules, graph.nodes, names, written, graph.outputs, graph.output_names


def as_sequence(graph: Graph) -> Graph:
    """Return a block that only runs what lives under 0, 1, ... one after the other as a sequence."""
    labels = tuple(str(i) for i in range(len(graph.nodes)))
    is_chain = (
        graph.kind is GraphKind.BLOCK
        and len(labels) > 1
        and not graph.weights
        and tuple(module.label for module in graph.modules) == labels
        and tuple(node.label for node in graph.nodes) == labels
        and is_chain_of_modules(graph)
    )
    return replace(graph, kind=GraphKind.SEQUENCE) if is_chain else graph


SPLICE = "splice"
"""The pass that comes first: it makes one body of several."""
PASSES = (Pass("channels-last", layout.moved), Pass("sequences", as_sequence))
"""The passes behind it, in order."""


def is_wrapper(graph: Graph) -> bool:
    """Say whether a block is one operator or block at its own path and nothing else."""
    if graph.kind is not GraphKind.BLOCK or len(graph.nodes) != 1:
        return False
    (node,) = graph.nodes
    owned = {o.path for o in node.operands if isinstance(o, WeightRef)}
    given = [o for o in node.operands if isinstance(o, Value)]
    return (
        isinstance(node, Apply)
        and (node.label == "" or (node.label is None and not graph.weights))
        and not graph.modules
        and {weight.name for weight in graph.weights} == owned
        and given == list(graph.inputs)
        and graph.outputs == node.results
    )


class Paste:
    """Rewrites one body."""

    def __init__(self, graph: Graph, prepare: Callable[[Graph], Graph]) -> None:
        self.graph = graph
        self.prepare = prepare
        self.nodes: list[Node] = []
        self.weights = {weight.name: weight for weight in graph.weights}
        self.modules = {module.label: module for module in graph.modules}
        self.swaps: dict[int, Operand] = {}
        self.next = 1 + max((value.id for value in _values(graph)), default=0)

    def run(self) -> Graph:
        for node in self.graph.nodes:
            self.add(replace(node, operands=self.swapped(node.operands)))
        modules = tuple(self._module(module) for module in self.modules.values())
        outputs = self.swapped(self.graph.outputs)
        weights = tuple(self.weights.values())
        return replace(self.graph, nodes=tuple(self.nodes), modules=modules, weights=weights, outputs=outputs)

    def swapped(self, operands: tuple[Operands, ...]) -> tuple[Operands, ...]:
        return tuple(_swapped(operand, self.swaps) for operand in operands)

    def _module(self, module: Module) -> Module:
        content = module.content
        if isinstance(content, Leaf):
            return module
        inner = self.prepare(content)
        return replace(module, content=leaf_of(inner) if is_wrapper(inner) else inner)

    def add(self, node: Node) -> None:
        if isinstance(node, Apply):
            self._apply(node)
            return
        node = replace(node, graph=self.prepare(node.graph))
        if is_wrapper(node.graph):
            self._unwrap(node)
        elif node.label == "" and node.graph.kind is GraphKind.BLOCK:
            self._inline(node)
        else:
            self.nodes.append(node)

    def _apply(self, node: Apply) -> None:
        lowering = LOWERINGS.get(node.operator.name)
        if lowering is not None and lowering.accepts(node):
            self.nodes.append(node)
            return
        meaning = node.operator.meaning(node)
        if meaning is None:
            raise UnsupportedError(node.operator, node.site)
        self._body(self.prepare(meaning), node.operands, node.results, "", node.site)

    def _unwrap(self, node: Call) -> None:
        """A call of a block that is one operator: that operator, under the call's label."""
        inner = cast(Apply, node.graph.nodes[0])
        swaps = dict(zip((v.id for v in node.graph.inputs), cast("tuple[Operand, ...]", node.operands), strict=True))
        operands = tuple(_moved(_swapped(operand, swaps), node.label) for operand in inner.operands)
        label = node.label if inner.label is not None or node.label in self.modules else None
        site = called_from(node.site, inner.site, node.graph.declaration)
        self.nodes.append(replace(inner, operands=operands, results=node.results, label=label, site=site))

    def _inline(self, node: Call) -> None:
        """A call of a block at this block's own path: its body."""
        for weight in node.graph.weights:
            self.weights.setdefault(weight.name, weight)
        for module in node.graph.modules:
            self.modules.setdefault(module.label, module)
        self._body(node.graph, node.operands, node.results, "", node.site)

    def _body(
        self, graph: Graph, operands: Iterable[Operands], results: tuple[Value, ...], label: str, site: Site
    ) -> None:
        swaps: dict[int, Operand] = {}
        flat = [one for given in operands for one in _opened(given)]
        swaps.update(zip((value.id for value in graph.inputs), flat, strict=True))
        outer = dict(zip((v.id for v in _opened_values(graph.outputs)), results, strict=False))
        for node in graph.nodes:
            made = tuple(self._renumbered(value, outer) for value in node.results)
            swaps.update(zip((value.id for value in node.results), made, strict=True))
            given = tuple(_moved(_swapped(operand, swaps), label) for operand in node.operands)
            self.nodes.append(replace(node, operands=given, results=made, site=Site(site.span)))
        for output, result in zip(_opened_outputs(graph.outputs), results, strict=True):
            source = swaps.get(output.id) if isinstance(output, Value) else output
            if source is not None and source is not result and not _is_result(source, result):
                self.swaps[result.id] = source

    def _renumbered(self, value: Value, outer: dict[int, Value]) -> Value:
        found = outer.get(value.id)
        if found is not None:
            return replace(found, name=found.name or value.name)
        self.next += 1
        return replace(value, id=self.next - 1)


def leaf_of(wrapper: Graph) -> Leaf:
    """Return the module that a block is which is one operator at its own path."""
    node = cast(Apply, wrapper.nodes[0])
    return Leaf(node.operator, node.attributes, wrapper.weights)


def _values(graph: Graph) -> Iterable[Value]:
    yield from graph.inputs
    for node in graph.nodes:
        yield from node.results


def _opened(operand: Operands) -> tuple[Operand, ...]:
    if operand is None:
        return ()
    return operand if isinstance(operand, tuple) else (operand,)


def _opened_outputs(outputs: tuple[Operands, ...]) -> list[Operand]:
    return [one for output in outputs for one in _opened(output)]


def _opened_values(outputs: tuple[Operands, ...]) -> list[Value]:
    return [one for one in _opened_outputs(outputs) if isinstance(one, Value)]


def _is_result(source: Operand, result: Value) -> bool:
    return isinstance(source, Value) and source.id == result.id


def _swapped(operand: Operands, swaps: dict[int, Operand]) -> Operands:
    if isinstance(operand, Value):
        return swaps.get(operand.id, operand)
    if isinstance(operand, tuple):
        return tuple(cast(Operand, _swapped(one, swaps)) for one in operand)
    return operand


def _moved(operand: Operands, label: str) -> Operands:
    """Return an operand as the caller sees it: weights by their path from there."""
    if isinstance(operand, WeightRef) and label:
        return replace(operand, path=f"{label}.{operand.path}")
    if isinstance(operand, tuple):
        return tuple(cast(Operand, _moved(one, label)) for one in operand)
    return operand
