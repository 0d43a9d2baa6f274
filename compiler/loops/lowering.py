"""A graph as one list of loop nests: blocks are entered, operators without loops of their own are their meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import cast

from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph import walk
from archc.graph.ir import Apply, Call, Constant, Graph, Node, Operand, Operands, TensorType, Value, WeightRef
from archc.graph.static import Shape, Static
from archc.loops.nest import Buffer, Nest, Program, loads, nest
from archc.loops.operators import LOWERINGS
from archc.loops.use import Source, Use, source_of
from archc.loops.verification import verify


def lowered(graph: Graph) -> Program:
    """Return a graph whose sizes are all numbers as loop nests, in program order; each is verified.

    Raises ArchError for a size that is free (E226), and for an operator that has neither loops nor a meaning (E227).
    """
    _require_sizes(graph)
    lowering = _Lowering(graph)
    outputs = lowering.run()
    used = {load.buffer for one in lowering.nests for load in loads(one)} | set(outputs)
    weights = tuple((path, buffer) for path, buffer in lowering.weights.items() if buffer in used)
    return Program(graph.name, graph.doc, lowering.inputs, weights, tuple(lowering.nests), outputs)


def _require_sizes(graph: Graph) -> None:
    free = walk.free_symbols(graph)
    if free and graph.span is not None:
        names = ", ".join(free)
        options = " ".join(f"-D {name}=…" for name in free)
        help_ = Note("help", f"give every size a number: {options}")
        raise ArchError(
            (
                Diagnostic(
                    "E226", f"loops need numbers for all sizes, and {names} may be any", graph.span, notes=(help_,)
                ),
            )
        )


def unsupported(apply: Apply) -> ArchError:
    """Return the error for an operator that has neither loops nor a meaning."""
    help_ = Note("help", "give the operator a body (`return ...`) that says what it means in simpler operators")
    message = f"`{apply.operator.name}` cannot be computed by loops of fixed sizes"
    return ArchError((Diagnostic("E227", message, apply.site.span, notes=(help_,)),))


@dataclass(slots=True)
class _Frame:
    """A body on its way: the nodes that are left, what its values are, where its weights live."""

    graph: Graph
    nodes: Iterator[Node]
    known: dict[int, Source]
    path: str
    finish: Callable[[tuple[Source, ...]], None] = field(default=lambda outputs: None)


class _Lowering:
    """Works through bodies with a stack of its own, so that depth is no matter."""

    def __init__(self, graph: Graph) -> None:
        self.nests: list[Nest] = []
        inventory = walk.inventory(graph)
        self.weights = {path: _buffer(weight.type, path) for path, weight in inventory.weights}
        self.owners = {alias.path: alias.owner for alias in inventory.aliases}
        self.inputs = tuple(_buffer(value.type, value.name) for value in graph.inputs)
        self.frames: list[_Frame] = []
        self.outputs: tuple[Source, ...] = ()
        self._enter(graph, tuple(map(source_of, self.inputs)), "", self._end)

    def run(self) -> tuple[Buffer, ...]:
        """Lower everything; return the outputs, each in a buffer of its own."""
        while self.frames:
            frame = self.frames[-1]
            node = next(frame.nodes, None)
            if node is None:
                self.frames.pop()
                frame.finish(tuple(self._source(frame, one) for one in walk.flatten(frame.graph.outputs)))
            elif isinstance(node, Call):
                self._call(frame, node)
            else:
                self._apply(frame, node)
        return tuple(map(self._written, self.outputs))

    def _end(self, outputs: tuple[Source, ...]) -> None:
        self.outputs = outputs

    def _enter(
        self, graph: Graph, inputs: tuple[Source, ...], path: str, finish: Callable[[tuple[Source, ...]], None]
    ) -> None:
        known = {value.id: source for value, source in zip(graph.inputs, inputs, strict=True)}
        self.frames.append(_Frame(graph, iter(graph.nodes), known, path, finish))

    def _call(self, frame: _Frame, node: Call) -> None:
        inputs = tuple(self._source(frame, one) for one in walk.flatten(node.operands))
        self._enter(node.graph, inputs, walk.join(frame.path, node.label), _binder(frame, node))

    def _apply(self, frame: _Frame, node: Apply) -> None:
        lower = LOWERINGS.get(node.operator.name)
        if lower is None:
            meaning = node.operator.meaning(node)
            if meaning is None or meaning.weights:
                raise unsupported(node)
            inputs = tuple(self._source(frame, one) for one in walk.flatten(node.operands))
            self._enter(meaning, inputs, "", _binder(frame, node))
            return
        results = tuple(_buffer(value.type, value.name) for value in node.results)
        use = Use(node, tuple(self._operands(frame, one) for one in node.operands), results)
        for one in lower(use):
            made = replace(one, site=node.site, operator=node.operator.name)
            verify(made)
            self.nests.append(made)
        frame.known.update((value.id, source_of(one)) for value, one in zip(node.results, results, strict=True))

    def _operands(self, frame: _Frame, operands: Operands) -> Source | tuple[Source, ...] | None:
        if isinstance(operands, tuple):
            return tuple(self._source(frame, one) for one in operands)
        return None if operands is None else self._source(frame, operands)

    def _source(self, frame: _Frame, operand: Operand) -> Source:
        match operand:
            case Value(id=identity):
                return frame.known[identity]
            case WeightRef(path=path):
                full = walk.join(frame.path, path)
                return source_of(self.weights[self.owners.get(full, full)])
            case Constant(value=value, type=type_):
                shape = _numbers(type_.shape)
                if not shape and isinstance(value, bool | int | float):
                    return Source((), type_.dtype, None, value)
                return source_of(Buffer(shape, type_.dtype, values=tuple(_entries(value))))

    def _written(self, source: Source) -> Buffer:
        """Return a buffer that some nest of its own has written: inputs, weights and numbers are copied."""
        written = {one.output for one in self.nests}
        if (
            source.buffer is not None
            and source.buffer in written
            and [one.buffer for one in self.outputs].count(source.buffer) == 1
        ):
            return source.buffer
        copy = Buffer(source.shape, source.dtype, "output")
        self.nests.append(replace(nest(copy, source.at), operator="copy"))
        return copy


def _binder(frame: _Frame, node: Node) -> Callable[[tuple[Source, ...]], None]:
    """Return what gives the results of a node their sources."""

    def bind(outputs: tuple[Source, ...]) -> None:
        frame.known.update((value.id, one) for value, one in zip(node.results, outputs, strict=True))

    return bind


def _buffer(type_: TensorType, name: str) -> Buffer:
    return Buffer(_numbers(type_.shape), type_.dtype, name)


def _numbers(shape: Shape) -> tuple[int, ...]:
    assert all(isinstance(dim, int) for dim in shape), shape
    return cast("tuple[int, ...]", shape)


def _entries(value: Static) -> Iterator[int | float]:
    """Yield the numbers of nested tuples in row-major order."""
    if isinstance(value, tuple):
        for one in value:
            yield from _entries(one)
    else:
        assert isinstance(value, int | float), value
        yield value
