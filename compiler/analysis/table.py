"""What each part of an architecture costs, as the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from archc import shapes
from archc.analysis.counts import macs_of, stored
from archc.analysis.memory import NOTHING_KNOWN, bytes_of, peaks
from archc.graph.ir import Call, Graph, Module, Node, Operand, Value, WeightRef
from archc.graph.static import Dim, Shape
from archc.graph.walk import Inventory, caption, flatten, fold_all, inventory_of, join, module_inventory
from archc.records import record
from archc.shapes import Context
from archc.syntax.tree import Store


@record
class CostRow:
    """The cost of one part, or of `count` equal parts that stand in a row.

    `path` is where its weights live, `stages.2.0..17` for several, "" for the whole; `level` counts the labels to
    it; `name` is the block's or operator's, `[conv, layernorm]` for a sequence. `outputs` are the shapes that one
    part gives. `parameters` and `macs` are those of all `count` together, so that what stands below a part adds up
    to no more than the part; `memory` is the most bytes that tensors take at once inside one.
    """

    path: str
    level: int
    name: str
    count: int
    outputs: tuple[Shape, ...]
    parameters: Dim
    macs: Dim
    memory: Dim


def cost_table(graph: Graph, depth: int = 1, context: Context = NOTHING_KNOWN) -> tuple[CostRow, ...]:
    """Return the rows of a graph: the whole, then its parts down to `depth` labels below it, in program order.

    A part without weights and without multiply-accumulates has no row. A module that is called again has its
    parameters at its first call; one that is never called stands behind the others. The `context` says which sizes
    are legal, for the worst moment of memory.
    """
    return tuple(_Table(graph, depth, context).rows())


@record
class _Part:
    """A row still without its place, and the graph that can be opened below it."""

    label: str
    name: str
    outputs: tuple[Shape, ...]
    parameters: Dim
    macs: Dim
    memory: Dim
    body: Graph | None
    count: int = 1
    last: str = ""  # the label of the last of several


def _costs(part: _Part) -> tuple[object, ...]:
    return part.name, part.outputs, part.parameters, part.macs, part.memory


class _Table:
    """Computes rows, every body's costs once."""

    def __init__(self, graph: Graph, depth: int, context: Context) -> None:
        self.graph = graph
        self.depth = depth
        self.memory: dict[Graph, Dim] = peaks(graph, context)
        self.macs: dict[Graph, Dim] = fold_all(graph, macs_of)
        self.inventories: dict[Graph, Inventory] = fold_all(graph, inventory_of)

    def rows(self) -> Iterator[CostRow]:
        graph = self.graph
        trained = stored((placed.weight for placed in self.inventories[graph].weights), Store.PARAM)
        yield from self._open(self._called(graph, "", trained, _shapes(flatten(graph.outputs))), "", 0, 1)

    def _open(self, part: _Part, path: str, level: int, times: int) -> Iterator[CostRow]:
        """Yield a part that stands `times` times, and the parts inside it."""
        macs, parameters = shapes.mul(times, part.macs), shapes.mul(times, part.parameters)
        yield CostRow(path, level, part.name, times, part.outputs, parameters, macs, part.memory)
        if part.body is not None and level < self.depth:
            for inner in _merged(self._parts(part.body, part.parameters != 0)):
                yield from self._open(inner, join(path, inner.label), level + 1, times * inner.count)

    def _parts(self, body: Graph, counted: bool) -> Iterator[_Part]:
        """Yield the parts of a body that cost something; their parameters count if those of the body do."""
        unclaimed = _Unclaimed(self.inventories[body], counted)
        owners = {module.label: module.alias_of or module.label for module in body.modules}
        used = (self._used(node, owners.get(node.label or "", node.label or ""), unclaimed) for node in body.nodes)
        rest = (self._unused(module, unclaimed) for module in body.modules if module.alias_of is None)
        for part in chain(used, rest):
            if part.macs != 0 or part.parameters != 0:
                yield part

    def _used(self, node: Node, label: str, unclaimed: _Unclaimed) -> _Part:
        """Return the part of one use; its weights count if nothing has used them before."""
        outputs = _shapes(node.results)
        if isinstance(node, Call):
            needed = (join(label, placed.path) for placed in self.inventories[node.graph].weights)
            return self._called(node.graph, label, unclaimed.claim(needed), outputs)
        refs = (one.path for one in flatten(node.operands) if isinstance(one, WeightRef) and node.label is not None)
        held = {one.id: one.type for one in (*flatten(node.operands), *node.results) if isinstance(one, Value)}
        memory = shapes.total(map(bytes_of, held.values()))
        return _Part(label, caption(node), outputs, unclaimed.claim(refs), node.operator.macs(node), memory, None)

    def _unused(self, module: Module, unclaimed: _Unclaimed) -> _Part:
        """Return the part of what no use has claimed below a label."""
        held = module_inventory(module, self.inventories).weights
        trained = unclaimed.claim(join(module.label, placed.path) for placed in held)
        return _Part(module.label, caption(module.content), (), trained, 0, 0, None)

    def _called(self, body: Graph, label: str, trained: Dim, outputs: tuple[Shape, ...]) -> _Part:
        return _Part(label, caption(body), outputs, trained, self.macs[body], self.memory[body], body)


class _Unclaimed:
    """The weights of a body that no part of it has used so far."""

    def __init__(self, inventory: Inventory, counted: bool) -> None:
        self.owners = {alias.path: alias.owner for alias in inventory.aliases}
        self.weights = {placed.path: placed.weight for placed in inventory.weights} if counted else {}

    def claim(self, paths: Iterable[str]) -> Dim:
        """Return how many trained numbers the weights at these paths hold that were not claimed before."""
        found = (self.weights.pop(self.owners.get(path, path), None) for path in paths)
        return stored((weight for weight in found if weight is not None), Store.PARAM)


def _shapes(operands: Iterable[Operand]) -> tuple[Shape, ...]:
    return tuple(operand.type.shape for operand in operands)


_NUMBERED = re.compile(r"((?:.*\.)?)(\d+)")


def _merged(parts: Iterable[_Part]) -> Iterator[_Part]:
    """Join equal parts that stand in a row under one label and consecutive numbers."""
    last: _Part | None = None
    for part in parts:
        joined = _joined(last, part) if last is not None else None
        if last is not None and joined is None:
            yield last
        last = joined or part
    if last is not None:
        yield last


def _joined(row: _Part, part: _Part) -> _Part | None:
    before, here = _NUMBERED.fullmatch(row.last or row.label), _NUMBERED.fullmatch(part.label)
    if before is None or here is None or before[1] != here[1] or int(before[2]) + 1 != int(here[2]):
        return None
    if _costs(row) != _costs(part):
        return None
    first = row.label.split("..")[0]
    return replace(row, label=f"{first}..{here[2]}", last=part.label, count=row.count + 1)
