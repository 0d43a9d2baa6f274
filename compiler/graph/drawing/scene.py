"""What a picture shows: boxes and the wires between them, blocks opened down to a depth, repeated ones folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum

from archc.graph.drawing.runs import Run, runs_of
from archc.graph.drawing.words import Words, differing, sign
from archc.graph.ir import Call, Constant, Graph, GraphKind, Node, Operand, Value, WeightRef
from archc.graph.walk import flatten, join, values
from archc.records import record

HEADLINE = 70
"""Characters of a picture's title."""


class Look(Enum):
    """How a box is drawn."""

    INPUT = "input"
    OUTPUT = "output"
    SIGN = "sign"  # an operator that the text writes between two tensors
    PLAIN = "plain"  # an operator without weights
    WEIGHTED = "weighted"
    BLOCK = "block"
    SEQUENCE = "sequence"


@record
class Box:
    """One node, or `count` equal ones that feed each other.

    `title` is the label and `text` what it does; `outputs` has a text for every result, "" where its shape says
    nothing new. `tone` numbers the definitions of blocks by their first appearance. `path` is the full path.
    """

    look: Look
    title: str
    text: str
    path: str
    outputs: tuple[str, ...]
    tone: int = 0
    count: int = 1
    inside: Group | None = None


@record
class Wire:
    """From an output of a box to an input of another; boxes by their place in the group."""

    source: int
    port: int
    target: int
    slot: int


@record
class Group:
    """The inside of a block: first a box for every input, then its nodes in program order, then the outputs."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]


@record
class Scene:
    """A whole picture."""

    title: str
    text: str
    group: Group


def scene_of(graph: Graph, depth: int, words: Words) -> Scene:
    """Return the scene of a graph with blocks opened down to `depth` levels; 0 shows it as one box."""
    director = _Director(words)
    group = director.group(graph, "", depth, outermost=True) if depth > 0 else director.closed(graph)
    return Scene(words.graph(graph, HEADLINE), _first_sentence(graph.doc), group)


def _first_sentence(doc: str) -> str:
    return " ".join(doc.split()).split(". ")[0]


class _Director:
    """Makes groups of graphs."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.tones: dict[str, int] = {}

    def closed(self, graph: Graph) -> Group:
        """Return a graph as one box between its inputs and outputs."""
        box = Box(Look.BLOCK, graph.name, self.words.graph(graph), "", self._outputs_of(graph))
        inputs, outputs = len(graph.inputs), len(box.outputs)
        ends = [Wire(inputs, n, inputs + 1 + n, 0) for n in range(outputs)]
        starts = [Wire(n, 0, inputs, n) for n in range(inputs)]
        boxes = (*self._inputs(graph, outermost=True), box, *self._ends(graph, outermost=True))
        return Group(boxes, (*starts, *ends))

    def group(self, graph: Graph, path: str, depth: int, outermost: bool = False) -> Group:
        """Return the inside of a graph that lives at a path."""
        runs = runs_of(graph)
        boxes = [*self._inputs(graph, outermost), *(self._box(run, path, depth) for run in runs)]
        ports = {value.id: (place, 0) for place, value in enumerate(graph.inputs)}
        wires: list[Wire] = []
        for place, run in enumerate(runs, start=len(graph.inputs)):
            wires += _wires(ports, flatten(run.first.operands), place, each=isinstance(run.first, Call))
            ports.update({value.id: (place, port) for port, value in enumerate(run.last.results)})
        for place, operand in enumerate(flatten(graph.outputs), start=len(boxes)):
            wires += _wires(ports, [operand], place, each=True)
        return Group((*boxes, *self._ends(graph, outermost)), tuple(wires))

    def _inputs(self, graph: Graph, outermost: bool) -> Iterator[Box]:
        for value in graph.inputs:
            shape = self.words.type(value.type)
            name = value.name or ("input" if outermost else "")
            yield Box(Look.INPUT, name, "", "", (shape if outermost else "",))

    def _ends(self, graph: Graph, outermost: bool) -> Iterator[Box]:
        named = zip(graph.output_names, graph.outputs, strict=True)
        for name in (name for name, slot in named for _ in flatten([slot])):
            yield Box(Look.OUTPUT, name or ("output" if outermost else ""), "", "", ())

    def _outputs_of(self, graph: Graph) -> tuple[str, ...]:
        return tuple(self.words.type(operand.type) for operand in flatten(graph.outputs))

    # -- boxes ------------------------------------------------------------------------------------

    def _box(self, run: Run, path: str, depth: int) -> Box:
        node = run.first
        mark = sign(node)
        if isinstance(node, Call):
            return self._call(run, node, path, depth)
        fixed = [one for one in flatten(node.operands) if isinstance(one, Constant | WeightRef)]
        full = join(path, run.label)
        outputs = self._changed(node)
        if mark is not None and len(fixed) <= 1:
            return Box(Look.SIGN, mark, " ".join(map(self.words.constant, fixed)), full, outputs)
        owns = node.label is not None and bool(fixed)
        return Box(
            Look.WEIGHTED if owns else Look.PLAIN, run.label, self.words.what(node), full, outputs, count=run.count
        )

    def _call(self, run: Run, node: Call, path: str, depth: int) -> Box:
        """Return a block as one box, or opened. A sequence of one folded run is shown as that run."""
        graph, label, count = node.graph, run.label, run.count
        alone = _only_run(graph)
        if alone is not None and isinstance(alone.first, Call) and count == 1:
            box = self._call(replace(alone, label=join(label, alone.label)), alone.first, path, depth - 1)
            return replace(box, title=label)
        full = join(path, label)
        look = Look.SEQUENCE if graph.kind is GraphKind.SEQUENCE else Look.BLOCK
        if depth <= 1:
            return Box(look, label, self.words.what(node), full, self._changed(node), self._tone(graph), count)
        tone, inside = self._tone(graph), self.group(graph, full, depth - 1)
        text = "" if look is Look.SEQUENCE else self.words.what(node)
        return Box(look, label, text, full, ("",) * len(node.results), tone, count, inside)

    def _tone(self, graph: Graph) -> int:
        if graph.kind is GraphKind.SEQUENCE:
            return 0
        return self.tones.setdefault(graph.name, len(self.tones))

    def _changed(self, node: Node) -> tuple[str, ...]:
        """Return a text for every result whose type no operand has."""
        known = {value.type for value in values(node.operands)}
        shapes_ = [value.type.shape for value in node.results]
        if len(set(shapes_)) > 1 and (short := differing(shapes_, self.words.show)):
            return short
        if len(shapes_) > 1 and len(set(shapes_)) == 1:
            return ("",) * (len(shapes_) - 1) + (self.words.type(node.results[0].type),)
        return tuple("" if value.type in known else self.words.type(value.type) for value in node.results)


def _only_run(graph: Graph) -> Run | None:
    runs = runs_of(graph) if graph.kind is GraphKind.SEQUENCE else ()
    return runs[0] if len(runs) == 1 else None


def _wires(ports: dict[int, tuple[int, int]], operands: Iterable[Operand], target: int, each: bool) -> Iterator[Wire]:
    """Yield a wire for every value that a box takes, by its place; one for a value taken twice unless `each`."""
    seen: set[int] = set()
    for slot, operand in enumerate(operands):
        if isinstance(operand, Value) and (each or operand.id not in seen):
            seen.add(operand.id)
            yield Wire(*ports[operand.id], target, slot)
