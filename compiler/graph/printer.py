"""The text form of a graph: every distinct body once, each before those that it calls.

    archc graph 1

    @Block = block Block(C = 64, init = 1e-06) {
      dims B = B, H = 8*h, W = 8*w
      input %0.x [B, 64, 8*h, 8*w]
      param gamma [64] = fill(1e-06)
      module dwconv = @dwconv
      module norm = layernorm(axis = 1, eps = 1e-06) {
        param weight [64] = fill(1.0)
      }
      %1 = dwconv: @dwconv(%0.x) : [B, 64, 8*h, 8*w]
      %2.y = norm: layernorm(%1, $norm.weight, none; axis = 1, eps = 1e-06) : [B, 64, 8*h, 8*w]
      return %2.y
    }

A value is `%id`, with the author's name behind a dot; a weight is `$` and its path; a constant stands in
`const(...)`. Operands are in the order of the operator's slots, its attributes behind a semicolon. `from_text`
reads all this back; comments, from `#` to the end of the line, say where in the source a node was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from archc.graph.ir import (
    Call,
    Constant,
    Graph,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    TensorType,
    Value,
    Weight,
)
from archc.graph.literals import IDENTIFIER, PATH, pairs_text, static_text, type_text, word
from archc.graph.walk import fold_all, inventory_of, top_down
from archc.records import record

HEADER = "archc graph 1"


def to_text(graph: Graph, locations: bool = False) -> str:
    """Return the text form of a graph; with `locations` every node says where in the source it was asked for.

    `from_text` makes an equal graph of it, whose text is the same but for the locations.
    """
    order = top_down(graph)
    names = reference_names(order)
    inside = fold_all(graph, inventory_of)
    parts = (Printer(names.__getitem__, value_name, inside[body].table(), locations).graph(body) for body in order)
    return "\n".join([HEADER + "\n", *parts])


def reference_names(order: Iterable[Graph]) -> dict[Graph, str]:
    """Return how the text calls each graph: its own name, numbered from the second of that name on."""
    names: dict[Graph, str] = {}
    counts: dict[str, int] = {}
    for graph in order:
        base = graph.name if IDENTIFIER.fullmatch(graph.name) else graph.kind.value
        count = counts.get(base, 0)
        counts[base] = count + 1
        names[graph] = f"@{base}.{count}" if count else f"@{base}"
    return names


def value_name(value: Value) -> str:
    """Return `%3`, or `%3.skip` where the author named it."""
    return f"%{value.id}.{word(value.name)}" if value.name else f"%{value.id}"


def path_word(path: str) -> str:
    """Return a label or path as the text form writes it."""
    return word(path, PATH) if path else "self"


@record
class Printer:
    """Writes the parts of one body, given how to call other graphs and values, and the types of its weights by path."""

    reference: Callable[[Graph], str]
    value: Callable[[Value], str]
    weights: Mapping[str, Weight]
    locations: bool = False

    def graph(self, body: Graph) -> str:
        """Return the whole section of a body."""
        lines = [f"  {line}\n" for line in (*self.head(body), *map(self.node, body.nodes), self.result(body))]
        return f"{self.reference(body)} = {self.signature(body)} {{\n{''.join(lines)}}}\n"

    def signature(self, body: Graph) -> str:
        """Return kind, name and static parameters: `block Block(C = 64)`."""
        return f"{body.kind.value} {word(body.name)}({pairs_text(body.arguments)})"

    def head(self, body: Graph) -> Iterator[str]:
        """Yield all lines of a body before its nodes."""
        if body.doc:
            yield f"doc {json.dumps(body.doc)}"
        if body.dims:
            yield f"dims {pairs_text(body.dims)}"
        if body.depends_on_mode:
            yield "mode"
        yield from (f"input {self.value(value)} {type_text(value.type)}" for value in body.inputs)
        yield from map(weight_line, body.weights)
        yield from map(self.module, body.modules)

    def module(self, module: Module) -> str:
        """Return the declaration of what lives under a label."""
        content = module.content
        text = self.reference(content) if isinstance(content, Graph) else leaf_text(content)
        alias = "" if module.alias_of is None else f"{path_word(module.alias_of)} as "
        return f"module {path_word(module.label)} = {alias}{text}"

    def node(self, node: Node) -> str:
        """Return the line of a node."""
        results = ", ".join(map(self.value, node.results)) or "_"
        types = ", ".join(type_text(value.type) for value in node.results)
        where = f"  # {node.site.span}" if self.locations else ""
        return f"{results} = {self.use(node)} : {types}".rstrip() + where

    def use(self, node: Node) -> str:
        """Return what a node does, without its results: `norm: layernorm(%1; axis = 1)`."""
        operands = ", ".join(map(self.operands, node.operands))
        if isinstance(node, Call):
            label = f"{path_word(node.label)}: " if node.label else ""
            return f"{label}{self.reference(node.graph)}({operands})"
        label = "" if node.label is None else f"{path_word(node.label)}: "
        attributes = f"; {pairs_text(node.attributes)}" if node.attributes else ""
        return f"{label}{word(node.operator.name)}({operands}{attributes})"

    def result(self, body: Graph) -> str:
        """Return the line of a body's outputs."""
        named = zip(body.output_names, body.outputs, strict=True)
        outputs = (
            self.operands(what) if name is None else f"{word(name)} = {self.operands(what)}" for name, what in named
        )
        return f"return {', '.join(outputs)}".rstrip()

    def operands(self, operands: Operands) -> str:
        """Return what stands in one slot."""
        if operands is None:
            return "none"
        if isinstance(operands, tuple):
            return f"[{', '.join(map(self.operand, operands))}]"
        return self.operand(operands)

    def operand(self, operand: Operand) -> str:
        """Return one operand; a type is written where nothing else in the text says it."""
        if isinstance(operand, Value):
            return self.value(operand)
        if isinstance(operand, Constant):
            type_ = "" if operand.type == TensorType(()) else f", {type_text(operand.type)}"
            return f"const({static_text(operand.value)}{type_})"
        weight = self.weights.get(operand.path)
        known = weight is not None and weight.type == operand.type
        return f"${path_word(operand.path)}" + ("" if known else f" {type_text(operand.type)}")


def leaf_text(leaf: Leaf) -> str:
    """Return `conv(C = 64) { ... }` with a line for every weight."""
    weights = "".join(f"    {weight_line(weight)}\n" for weight in leaf.weights)
    body = f" {{\n{weights}  }}" if weights else ""
    return f"{word(leaf.operator.name)}({pairs_text(leaf.attributes)}){body}"


def weight_line(weight: Weight) -> str:
    """Return the declaration of a weight."""
    start = "" if weight.start is None else f" = {static_text(weight.start)}"
    return f"{weight.store.value} {word(weight.name)} {type_text(weight.type)}{start}"
