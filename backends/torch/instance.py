"""Instances: a block at given arguments, as its graphs in training and in inference, and what tells blocks apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archc.graph.ir import Call, Graph, GraphKind, Module
from archc.graph.static import Static
from archc.syntax import tree


@dataclass(frozen=True, slots=True)
class Definition:
    """What was written once: a name and the place of the declaration."""

    name: str
    source: str
    start: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One block elaborated for training and for inference; the same graph twice where nothing depends on the mode."""

    train: Graph
    infer: Graph

    @property
    def name(self) -> str:
        return self.train.name

    @property
    def is_sequence(self) -> bool:
        return self.train.kind is GraphKind.SEQUENCE

    @property
    def definition(self) -> Definition:
        span = self.train.span
        return Definition(self.name, span.source.name, span.start) if span else Definition(self.name, "", 0)

    def child(self, label: str) -> Instance:
        """Return the block that lives under a label."""
        train, infer = content(self.train, label), content(self.infer, label)
        assert isinstance(train, Graph), label
        return Instance(train, infer if isinstance(infer, Graph) else train)

    def called(self, position: int) -> Instance:
        """Return the block that a node calls."""
        train = self.train.nodes[position]
        assert isinstance(train, Call)
        infer = self.infer.nodes[position] if position < len(self.infer.nodes) else train
        return Instance(train.graph, infer.graph if isinstance(infer, Call) else train.graph)

    def scope(self) -> dict[str, Static]:
        """Return the static names of the block: its parameters, then the sizes that its signature bound."""
        return {**dict(self.train.dims), **dict(self.train.arguments)}

    def lets(self) -> dict[str, tree.Expression]:
        """Return what the block's `let`s say, by name, wherever they stand."""
        declaration = self.train.declaration
        found: dict[str, tree.Expression] = {}
        for statement in statements(declaration.body or () if declaration else ()):
            plain = isinstance(statement, tree.Let) and statement.parameters is None
            if isinstance(statement, tree.Let) and plain and len(statement.targets) == len(statement.values):
                found.update(zip(statement.targets, statement.values, strict=True))
        return found

    def stored(self) -> dict[str, tree.Stored]:
        """Return the declarations of the block's own weights, by name."""
        declaration = self.train.declaration
        every = statements(declaration.body or () if declaration else ())
        return {entry.name: entry for one in every if isinstance(one, tree.Weights) for entry in one.entries}


def statements(body: tuple[tree.Statement, ...]) -> Iterator[tree.Statement]:
    """Yield the statements of a body and of all that is nested in it, in order."""
    for statement in body:
        yield statement
        if isinstance(statement, tree.For | tree.Form):
            yield from statements(statement.body)
        elif isinstance(statement, tree.If):
            yield from statements((*statement.then, *(statement.otherwise or ())))


def module_of(graph: Graph, label: str) -> Module | None:
    """Return the module under a label, None where there is none."""
    return next((module for module in graph.modules if module.label == label), None)


def content(graph: Graph, label: str) -> object:
    """Return what lives under a label, None where nothing does."""
    module = module_of(graph, label)
    return module.content if module else None
