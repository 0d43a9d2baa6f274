"""The intermediate representation, whole:

    Graph   = name, inputs, weights, modules, nodes, outputs        one block at given arguments and shapes
    Module  = label, Leaf | Graph                                   what lives under a path: its weights
    Node    = Apply(operator, attributes, operands)                 one operator
            | Call(label, graph, operands)                          one block
    Operand = Value | WeightRef | Constant                          (or None where absent, a tuple for a list)

Graphs are immutable and shared: equal blocks at equal shapes are one object, so a pass that works a graph
at a time does the work of a repeated block once, and equality of graphs is identity. Paths are relative to
the graph that holds them; a weight's full path is the labels from the root, joined by dots. A value is
defined once, by an input or a node, and `nodes` is in program order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from archc.graph.static import Dim, DType, Initialiser, Shape, Static
from archc.records import record
from archc.syntax.source import Span
from archc.syntax.tree import Block, Expression, Store


@record
class TensorType:
    shape: Shape
    dtype: DType = DType.FLOAT


@record
class Value:
    """A tensor of one graph. `name` is the author's, "" where the text gives none; several values may share it."""

    id: int
    type: TensorType
    name: str = field(default="", compare=False)


@record
class WeightRef:
    """A weight as an operand, by its path from this graph: `gamma`, `proj_in.weight`."""

    path: str
    type: TensorType


@record
class Constant:
    """A static number (a dim included) or a nested tuple of numbers used as a tensor."""

    value: Static
    type: TensorType


Operand = Value | WeightRef | Constant
Operands = Operand | tuple[Operand, ...] | None


@record
class Weight:
    """A parameter, buffer or state that a graph or leaf owns; `name` is one path component."""

    name: str
    store: Store
    type: TensorType
    start: Initialiser | None


@record
class Site:
    """Where the text asks for a node: what it wrote, and the static names it used with their values there.

    Where the text calls a block that is one operator, `block` is that block and `inner` the operator's site in it.
    """

    span: Span
    expression: Expression | None = None
    names: tuple[tuple[str, Static], ...] = ()
    block: Block | None = None
    inner: Site | None = None


@dataclass(frozen=True, eq=False)
class Operator:
    """A handle on an operator's declaration. `inputs` and `weights` are its operand slots, in this order.

    `macs` gives the multiply-accumulates of one use; `meaning` gives the body as a graph over the same operands,
    or None where the declaration has none.
    """

    name: str
    inputs: tuple[str, ...]
    weights: tuple[str, ...]
    attributes: tuple[str, ...]
    macs: Callable[[Apply], Dim] = field(repr=False)
    meaning: Callable[[Apply], Graph | None] = field(repr=False)


@record
class Apply:
    """One use of an operator. `operands` has a place for every input and then every weight of the operator.

    `label` is the path of the leaf whose weights are used, None where the operator owns none.
    """

    operator: Operator
    attributes: tuple[tuple[str, Static], ...]
    operands: tuple[Operands, ...]
    results: tuple[Value, ...]
    label: str | None
    site: Site = field(compare=False)

    def operand(self, slot: str) -> Operands:
        """Return what stands in an input or weight slot of the operator."""
        slots = self.operator.inputs + self.operator.weights
        return self.operands[slots.index(slot)]

    def attribute(self, name: str) -> Static:
        """Return the value of a static parameter of the operator."""
        return dict(self.attributes)[name]


@record
class Call:
    """One use of a block: `graph` is its body at these shapes, `label` where its weights live ("" for this path)."""

    label: str
    graph: Graph
    operands: tuple[Operands, ...]
    results: tuple[Value, ...]
    site: Site = field(compare=False)


Node = Apply | Call


@record
class Leaf:
    """A labelled operator: its weights, and the arguments that a module made of it needs."""

    operator: Operator
    attributes: tuple[tuple[str, Static], ...]
    weights: tuple[Weight, ...]


@record
class Module:
    """What lives under a label of a graph; `alias_of` is the label that owns the weights if this is a second name."""

    label: str
    content: Leaf | Graph
    site: Site = field(compare=False)
    alias_of: str | None = None


class GraphKind(Enum):
    ARCH = "arch"
    BLOCK = "block"
    SEQUENCE = "sequence"  # a list of modules, numbered 0, 1, ..., each fed by the one before
    OPERATOR = "op"  # the meaning of an operator
    MERGE = "merge"  # the weights of a block's inference form, from those of its training form


@dataclass(frozen=True, eq=False)
class Graph:
    """One block, elaborated. `arguments` are its static parameters and `dims` the names that its signature bound.

    `depends_on_mode` says that training and inference differ somewhere inside, so that this graph is one of two.
    """

    kind: GraphKind
    name: str
    doc: str
    arguments: tuple[tuple[str, Static], ...]
    dims: tuple[tuple[str, Dim], ...]
    inputs: tuple[Value, ...]
    weights: tuple[Weight, ...]
    modules: tuple[Module, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Operands, ...]  # an output that is a list is a tuple
    output_names: tuple[str | None, ...]
    depends_on_mode: bool = False
    span: Span | None = None
    declaration: Block | None = field(default=None, repr=False)  # the text it came from
