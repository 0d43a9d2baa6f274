"""Reads the text form of a graph, see `archc.graph.printer`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import TypeVar

from archc.graph.cursor import Cursor, GraphTextError
from archc.graph.ir import (
    Apply,
    Call,
    Constant,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    Operator,
    Site,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.literals import PATH
from archc.graph.printer import HEADER
from archc.graph.static import Dim, Static
from archc.graph.static_reader import StaticReader
from archc.graph.walk import Inventory, inventory_of
from archc.records import record
from archc.syntax.source import Source
from archc.syntax.tree import Store

T = TypeVar("T")

_SECTION = re.compile(r"^@", re.MULTILINE)
_REFERENCE = re.compile(r"@[^\W\d]\w*'?(?:\.\d+)?")
_VALUE = re.compile(r"%(\d+)")
_KINDS = {kind.value: kind for kind in GraphKind}
_STORES = {store.value: store for store in Store}


def from_text(text: str, operators: Mapping[str, Operator]) -> Graph:
    """Return the graph that a text says; `operators` gives the operators by name, nodes point into the text.

    Raises GraphTextError where the text is no graph.
    """
    source = Source("graph", text)
    starts = [found.start() for found in _SECTION.finditer(text)]
    opening = Cursor(source, 0, starts[0] if starts else None)
    opening.expect(HEADER)
    if not opening.at_end() or not starts:
        raise opening.error("expected a graph: @name = ...")
    library = _Library(operators)
    sections = list(zip(starts, [*starts[1:], len(text)], strict=True))
    return [_Section(Cursor(source, start, end), library).read() for start, end in reversed(sections)][-1]


@record
class _Library:
    """What a section may name: the operators, and the graphs of the sections behind it."""

    operators: Mapping[str, Operator]
    graphs: dict[str, Graph] = field(default_factory=dict)
    inventories: dict[Graph, Inventory] = field(default_factory=dict)


class _Section:
    """Reads one graph."""

    def __init__(self, cursor: Cursor, library: _Library) -> None:
        self.cursor = cursor
        self.library = library
        self.statics = StaticReader(cursor)
        self.values: dict[int, Value] = {}
        self.weights: Mapping[str, Weight] = {}

    def read(self) -> Graph:
        """Return the graph of this section and make it known under its name."""
        cursor = self.cursor
        name = cursor.match(_REFERENCE)
        if name is None or name in self.library.graphs:
            raise cursor.error("expected a new name: @name = ...")
        cursor.expect("=")
        graph = self.body(self.head(self.signature()))
        if not cursor.at_end():
            raise cursor.error("expected the end of the graph")
        self.library.graphs[name] = graph
        self.library.inventories[graph] = inventory_of(graph, self.library.inventories)
        return graph

    def signature(self) -> Graph:
        """Read `kind name(arguments) {`."""
        kind = _KINDS.get(self.cursor.word())
        if kind is None:
            raise self.cursor.error(f"expected one of {', '.join(_KINDS)}")
        name = self.cursor.word()
        self.cursor.expect("(")
        arguments = self.statics.pairs(")")
        self.cursor.expect("{")
        return Graph(kind, name, "", arguments, (), (), (), (), (), (), ())

    def head(self, graph: Graph) -> Graph:
        """Read everything before the nodes, in its order."""
        cursor = self.cursor
        graph = replace(graph, doc=cursor.string() if cursor.keyword("doc") else "")
        graph = replace(graph, dims=tuple(self.dims()) if cursor.keyword("dims") else ())
        graph = replace(graph, depends_on_mode=cursor.keyword("mode"))
        graph = replace(graph, inputs=tuple(self.each("input", self.input)))
        graph = replace(graph, weights=tuple(self.weight_lines()))
        graph = replace(graph, modules=tuple(self.each("module", self.module)))
        self.weights = inventory_of(graph, self.library.inventories).table()
        return graph

    def each(self, keyword: str, read: Callable[[], T]) -> Iterator[T]:
        """Read all lines that begin with a keyword."""
        while self.cursor.keyword(keyword):
            yield read()

    def dims(self) -> Iterator[tuple[str, Dim]]:
        """Read `B = B, H = 32 * h`."""
        while True:
            name = self.cursor.word()
            self.cursor.expect("=")
            yield name, self.statics.dim()
            if not self.cursor.accept(","):
                return

    def input(self) -> Value:
        """Read `%0.x [B, 64]`."""
        identity, name = self.value_name()
        return self.define(identity, name, self.statics.type())

    def weight_lines(self) -> Iterator[Weight]:
        """Read all lines `param gamma [64] = fill(1.0)`."""
        while store := next((store for word, store in _STORES.items() if self.cursor.keyword(word)), None):
            name, type_ = self.cursor.word(), self.statics.type()
            start = self.statics.initialiser() if self.cursor.accept("=") else None
            yield Weight(name, store, type_, start)

    def module(self) -> Module:
        """Read `norm = layernorm(eps = 1e-06) { ... }`, `blocks.1 = @Block` or `blocks.1 = blocks.0 as @Block`."""
        start = self.cursor.position
        label = self.path()
        self.cursor.expect("=")
        owner = self.before("as", self.path)
        content = self.reference() if self.cursor.sees("@") else self.leaf()
        return Module(label, content, Site(self.cursor.span(start)), owner)

    def leaf(self) -> Leaf:
        """Read an operator with its attributes and weights."""
        operator = self.operator()
        self.cursor.expect("(")
        attributes = self.statics.pairs(")")
        weights: tuple[Weight, ...] = ()
        if self.cursor.accept("{"):
            weights = tuple(self.weight_lines())
            self.cursor.expect("}")
        return Leaf(operator, attributes, weights)

    # -- nodes ------------------------------------------------------------------------------------

    def body(self, graph: Graph) -> Graph:
        """Read the nodes and the outputs."""
        nodes = []
        while not self.cursor.keyword("return"):
            nodes.append(self.node())
        named = [self.output() for _ in iter(lambda: self.cursor.sees("}"), True)]
        self.cursor.expect("}")
        names, outputs = tuple(name for name, _ in named), tuple(what for _, what in named)
        return replace(graph, nodes=tuple(nodes), outputs=outputs, output_names=names)

    def output(self) -> tuple[str | None, Operands]:
        """Read one output, `%3` or `loss = %3`, and the comma behind it."""
        name = self.before("=", self.cursor.word)
        what = self.operands()
        if not self.cursor.accept(",") and not self.cursor.sees("}"):
            raise self.cursor.error("expected a comma or }")
        return name, what

    def node(self) -> Node:
        """Read one node."""
        start = self.cursor.position
        names = [] if self.cursor.keyword("_") else [self.value_name()]
        while self.cursor.accept(","):
            names.append(self.value_name())
        self.cursor.expect("=")
        use = self.use()
        self.cursor.expect(":")
        types = [self.statics.type() for _ in names[:1]]
        for _ in names[1:]:
            self.cursor.expect(",")
            types.append(self.statics.type())
        results = tuple(self.define(*name, type_) for name, type_ in zip(names, types, strict=True))
        return replace(use, results=results, site=Site(self.cursor.span(start)))

    def use(self) -> Node:
        """Read what a node does: `norm: layernorm(%1; axis = 1)` or `stages.0: @Block(%1)`."""
        site = Site(self.cursor.span(self.cursor.position))
        label = self.before(":", self.path)
        if self.cursor.sees("@"):
            graph = self.reference()
            self.cursor.expect("(")
            return Call(label or "", graph, tuple(self.statics.items(self.operands, ")")), (), site)
        operator = self.operator()
        self.cursor.expect("(")
        operands = []
        while not self.cursor.sees(")") and not self.cursor.sees(";"):
            operands.append(self.operands())
            if not self.cursor.accept(","):
                break
        attributes: tuple[tuple[str, Static], ...] = ()
        if self.cursor.accept(";"):
            attributes = self.statics.pairs(")")
        else:
            self.cursor.expect(")")
        return Apply(operator, attributes, tuple(operands), (), label, site)

    def operands(self) -> Operands:
        """Read what stands in one slot."""
        if self.cursor.keyword("none"):
            return None
        if self.cursor.accept("["):
            return tuple(self.statics.items(self.operand, "]"))
        return self.operand()

    def operand(self) -> Operand:
        """Read a value, a weight or a constant."""
        if self.cursor.sees("%"):
            return self.known()
        if self.cursor.accept("$"):
            path = self.path()
            if path in self.weights and not self.statics.sees_type():
                return WeightRef(path, self.weights[path].type)
            return WeightRef(path, self.statics.type())
        if not self.cursor.keyword("const"):
            raise self.cursor.error("expected an operand")
        self.cursor.expect("(")
        value = self.statics.value()
        type_ = self.statics.type() if self.cursor.accept(",") else TensorType(())
        self.cursor.expect(")")
        return Constant(value, type_)

    # -- names ------------------------------------------------------------------------------------

    def value_name(self) -> tuple[int, str]:
        """Read `%3` or `%3.skip`."""
        found = self.cursor.match(_VALUE)
        if found is None:
            raise self.cursor.error("expected a value")
        return int(found[1:]), self.cursor.word() if self.cursor.accept(".") else ""

    def define(self, identity: int, name: str, type_: TensorType) -> Value:
        """Return a new value, which those behind may use."""
        self.values[identity] = Value(identity, type_, name)
        return self.values[identity]

    def known(self) -> Value:
        """Read a value that was defined, under the name it has here."""
        start = self.cursor.position
        identity, name = self.value_name()
        if identity not in self.values:
            raise self.cursor.error(f"%{identity} is not defined", start)
        return replace(self.values[identity], name=name)

    def path(self) -> str:
        """Read a label or path: "" for `self`."""
        return "" if self.cursor.keyword("self") else self.cursor.word(PATH)

    def reference(self) -> Graph:
        """Read the name of a graph that stands further down."""
        start = self.cursor.position
        name = self.cursor.match(_REFERENCE)
        if name not in self.library.graphs:
            raise self.cursor.error("no graph of this name stands below", start)
        return self.library.graphs[name]

    def operator(self) -> Operator:
        """Read the name of an operator."""
        start = self.cursor.position
        name = self.cursor.word()
        if name not in self.library.operators:
            raise self.cursor.error(f"no operator is called {name}", start)
        return self.library.operators[name]

    def before(self, mark: str, read: Callable[[], T]) -> T | None:
        """Read something if a mark follows it, else nothing."""
        start = self.cursor.position
        try:
            found = read()
        except GraphTextError:
            found = None
        if found is not None and self.cursor.accept(mark):
            return found
        self.cursor.position = start
        return None
