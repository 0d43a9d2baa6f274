"""Graphs built by hand, for tests that must not depend on the elaborator."""

from __future__ import annotations

from archc import shapes
from archc.graph import (
    Apply,
    Call,
    Constant,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Operand,
    Operands,
    Operator,
    Site,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.static import Dim, DType, Fill, Initialiser, Shape, Static
from archc.syntax.source import Source, Span
from archc.syntax.tree import Store

SITE = Site(Span(Source("built.arch", "x |> conv(64)\n"), 0, 13))


def _no_macs(_: Apply) -> Dim:
    return 0


def _product_macs(use: Apply) -> Dim:
    """One multiply-accumulate for every entry of the result and every column of a weight's row."""
    weight = use.operand("weight")
    if not isinstance(weight, WeightRef):
        return 0
    return shapes.mul(size(use.results[0]), shapes.product(weight.type.shape[1:]))


def operator(name: str, inputs: str, weights: str = "", attributes: str = "", macs: bool = False) -> Operator:
    """Return an operator; slots and attributes are words."""
    return Operator(
        name,
        tuple(inputs.split()),
        tuple(weights.split()),
        tuple(attributes.split()),
        _product_macs if macs else _no_macs,
        lambda _: None,
    )


CONV = operator("conv", "x", "weight bias", "C k stride groups", macs=True)
LINEAR = operator("linear", "x", "weight bias", "C axis", macs=True)
NORM = operator("layernorm", "x", "weight bias", "axis eps")
GELU = operator("gelu", "x")
POOL = operator("gap", "x")
ADD = operator("add", "a b", "", "axis")
MULTIPLY = operator("multiply", "a b", "", "axis")
SPLIT = operator("split", "x", "", "d axis")
CONCAT = operator("concat", "xs", "", "axis")
MASKED = operator("masked", "x mask")
OPERATORS = {one.name: one for one in (CONV, LINEAR, NORM, GELU, POOL, ADD, MULTIPLY, SPLIT, CONCAT, MASKED)}


def size(value: Value) -> Dim:
    return shapes.product(value.type.shape)


def tensor(*shape: Dim, dtype: DType = DType.FLOAT) -> TensorType:
    return TensorType(shape, dtype)


def weight(name: str, *shape: Dim, start: Initialiser | None = Fill(0.0), store: Store = Store.PARAM) -> Weight:  # noqa: B008
    return Weight(name, store, TensorType(shape), start)


class Body:
    """A graph that grows node by node, as the elaborator makes it."""

    def __init__(self, name: str, kind: GraphKind = GraphKind.BLOCK, **arguments: Static) -> None:
        self.name, self.kind, self.arguments = name, kind, tuple(arguments.items())
        self.dims: tuple[tuple[str, Dim], ...] = ()
        self.inputs: list[Value] = []
        self.weights: list[Weight] = []
        self.modules: list[Module] = []
        self.nodes: list[Apply | Call] = []
        self.count = 0

    def value(self, type_: TensorType, name: str = "") -> Value:
        self.count += 1
        return Value(self.count - 1, type_, name)

    def input(self, name: str, *shape: Dim, dtype: DType = DType.FLOAT) -> Value:
        self.inputs.append(self.value(TensorType(shape, dtype), name))
        return self.inputs[-1]

    def own(self, entry: Weight) -> WeightRef:
        self.weights.append(entry)
        return WeightRef(entry.name, entry.type)

    def leaf(self, label: str, used: Operator, *weights: Weight, **attributes: Static) -> None:
        self.modules.append(Module(label, Leaf(used, tuple(attributes.items()), weights), SITE))

    def alias(self, label: str, owner: str) -> None:
        content = next(module.content for module in self.modules if module.label == owner)
        self.modules.append(Module(label, content, SITE, alias_of=owner))

    def apply(
        self,
        used: Operator,
        operands: tuple[Operands, ...],
        *shapes_: Shape,
        label: str | None = None,
        **attributes: Static,
    ) -> Value:
        """Add a node and return its first result; `results` of the last node has the others."""
        results = tuple(self.value(TensorType(shape)) for shape in shapes_)
        self.nodes.append(Apply(used, tuple(attributes.items()), operands, results, label, SITE))
        return results[0]

    def weighted(
        self, label: str, used: Operator, x: Operand, entries: tuple[Weight, ...], shape: Shape, **a: Static
    ) -> Value:
        """Add a labelled operator with its weights; absent weights are those that `entries` lacks."""
        self.leaf(label, used, *entries, **a)
        path = f"{label}." if label else ""
        refs = {entry.name: WeightRef(path + entry.name, entry.type) for entry in entries}
        return self.apply(used, (x, *(refs.get(slot) for slot in used.weights)), shape, label=label, **a)

    def conv(self, label: str, x: Value, width: int, k: int = 1, stride: int = 1, groups: int = 1) -> Value:
        batch, channels, *space = x.type.shape
        shape = (batch, width, *(shapes.floordiv(dim, stride) for dim in space))
        inside = shapes.floordiv(channels, groups)
        entries = (weight("weight", width, inside, k, k), weight("bias", width))
        return self.weighted(label, CONV, x, entries, shape, C=width, k=k, stride=stride, groups=groups)

    def linear(self, label: str, x: Value, width: int, axis: int = 1) -> Value:
        shape = (*x.type.shape[:axis], width, *x.type.shape[axis + 1 :])
        entries = (weight("weight", width, x.type.shape[axis]), weight("bias", width))
        return self.weighted(label, LINEAR, x, entries, shape, C=width, axis=axis)

    def norm(self, label: str, x: Value, axis: int = 1) -> Value:
        width = x.type.shape[axis]
        entries = (weight("weight", width, start=Fill(1.0)), weight("bias", width))
        return self.weighted(label, NORM, x, entries, x.type.shape, axis=axis, eps=1e-6)

    def plus(self, a: Operand, b: Operand) -> Value:
        return self.apply(ADD, (a, b), a.type.shape, axis=None)

    def times(self, a: Operand, b: Operand, axis: int | None = None) -> Value:
        shape = b.type.shape if isinstance(a, Constant) else a.type.shape
        return self.apply(MULTIPLY, (a, b), shape, axis=axis)

    def call(self, label: str, graph: Graph, *operands: Operands, declare: bool = True) -> Value:
        """Add a call, with its module unless that stands already, and return its first result."""
        if declare:
            self.modules.append(Module(label, graph, SITE))
        results = tuple(self.value(output.type) for output in graph.outputs if isinstance(output, Value))
        self.nodes.append(Call(label, graph, operands, results, SITE))
        return results[0]

    def finish(self, *outputs: Operands, mode: bool = False, doc: str = "") -> Graph:
        return Graph(
            self.kind,
            self.name,
            doc,
            self.arguments,
            self.dims,
            tuple(self.inputs),
            tuple(self.weights),
            tuple(self.modules),
            tuple(self.nodes),
            outputs,
            (None,) * len(outputs),
            mode,
        )


def sequence(*graphs: Graph) -> Graph:
    """Return a list of blocks as the elaborator makes it of `[Block(64), ...]` in a pipeline."""
    body = Body("", GraphKind.SEQUENCE)
    x = body.input("x", *graphs[0].inputs[0].type.shape)
    for place, graph in enumerate(graphs):
        x = body.call(str(place), graph, x)
    return body.finish(x)


def gnconv(batch: Dim, width: int, order: int, h: Dim, w: Dim) -> Graph:
    """HorNet's recursive gated convolution."""
    body = Body("GnConv", C=width, order=order, scale=1 / 3)
    d = [width // 2 ** (order - 1 - i) for i in range(order)]
    x = body.input("x", batch, width, h, w)
    y = body.conv("proj_in", x, 2 * width)
    a = body.apply(SPLIT, (y,), (batch, d[0], h, w), (batch, sum(d), h, w), d=(d[0], sum(d)), axis=1)
    rest = body.nodes[-1].results[1]
    rest = body.conv("dwconv", rest, sum(d), k=7, groups=sum(d))
    rest = body.times(Constant(1 / 3, TensorType(())), rest)
    body.apply(SPLIT, (rest,), *((batch, c, h, w) for c in d), d=tuple(d), axis=1)
    gate = body.nodes[-1].results
    g = body.times(a, gate[0])
    for i in range(1, order):
        g = body.times(gate[i], body.conv(f"pws.{i - 1}", g, d[i]))
    return body.finish(body.conv("proj_out", g, width), doc='"Recursive" gated\nconvolution.')


def block(batch: Dim, width: int, order: int, h: Dim, w: Dim) -> Graph:
    """HorNet's block."""
    body = Body("Block", C=width, drop=0.0)
    body.dims = (("B", batch), ("H", h), ("W", w))
    x = body.input("x", batch, width, h, w)
    gamma1, gamma2 = body.own(weight("gamma1", width)), body.own(weight("gamma2", width))
    y = body.call("gnconv", gnconv(batch, width, order, h, w), body.norm("norm1", x))
    y = body.plus(x, body.times(y, gamma1, axis=1))
    z = body.linear("pwconv1", body.norm("norm2", y), 4 * width)
    z = body.linear("pwconv2", body.apply(GELU, (z,), z.type.shape), width)
    return body.finish(body.plus(y, body.times(z, gamma2, axis=1)))


def hornet(
    width: int = 64,
    depths: tuple[int, ...] = (2, 3, 18, 2),
    batch: Dim = 1,
    h: Dim = 7,
    w: Dim = 7,
    classes: int = 1000,
) -> Graph:
    """HorNet for images of 32 h by 32 w."""
    body = Body("HorNet", GraphKind.ARCH, C=width, depths=depths, classes=classes)
    x = body.input("image", batch, 3, shapes.mul(32, h), shapes.mul(32, w))
    for s, depth in enumerate(depths):
        c = width * 2**s
        x = body.call(f"downsample_layers.{s}", _stem(x, c) if s == 0 else _down(x, c), x)
        one = block(batch, c, s + 2, x.type.shape[2], x.type.shape[3])
        x = body.call(f"stages.{s}", sequence(*[one] * depth), x)
    x = body.apply(POOL, (x,), x.type.shape[:2])
    return body.finish(body.linear("head", body.norm("norm", x), classes))


def _stem(x: Value, width: int) -> Graph:
    body = Body("", GraphKind.SEQUENCE)
    y = body.conv("0", body.input("", *x.type.shape), width, k=4, stride=4)
    return body.finish(body.norm("1", y))


def _down(x: Value, width: int) -> Graph:
    body = Body("", GraphKind.SEQUENCE)
    y = body.norm("0", body.input("", *x.type.shape))
    return body.finish(body.conv("1", y, width, k=2, stride=2))
