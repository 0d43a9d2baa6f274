"""Random graphs that keep every rule of the verifier."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from archc import shapes
from archc.graph import Constant, Graph, GraphKind, Operands, TensorType, Value, WeightRef
from archc.graph.static import Dim, DType, Fill, Identity, Normal, Row, Static, Symbol, Table, TruncatedNormal, Uniform
from archc.syntax.tree import Store
from tests.graph.build import ADD, CONCAT, GELU, LINEAR, MASKED, SPLIT, Body, operator, weight

FREE = operator("free", "x", "", "value")
B, H, W = map(shapes.symbol, "BHW")
EMPTY = shapes.symbol("N'", 0)
ODD = shapes.symbol("two words")

finite = st.floats(allow_nan=False)
names = st.sampled_from(["", "x", "skip", "größe", "odd name", "none", "a'", "%7"])


@st.composite
def dims(draw: st.DrawFn) -> Dim:
    """Sizes as inference makes them: sums, products, floors and extremes of free sizes."""
    dim: Dim = draw(st.sampled_from([B, H, W, EMPTY, ODD, 3, 64]))
    for _ in range(draw(st.integers(0, 3))):
        other: Dim = draw(st.sampled_from([2, 3, H, W, EMPTY]))
        step = draw(st.sampled_from([shapes.add, shapes.mul, shapes.maximum, shapes.minimum, _halved]))
        dim = step(dim, other)
    return dim


def _halved(dim: Dim, other: Dim) -> Dim:
    return shapes.floordiv(shapes.add(dim, other), 2)


statics: st.SearchStrategy[Static] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | finite
    | st.text()
    | dims()
    | st.sampled_from(list(DType))
    | st.builds(Symbol, st.sampled_from(["same", "two words", "f32", "H"]))
    | st.builds(Fill, finite)
    | st.builds(Normal, finite)
    | st.builds(TruncatedNormal, finite)
    | st.builds(Uniform, finite)
    | st.builds(Identity)
    | st.builds(Table, st.tuples(finite, finite)),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.builds(Row, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)


@st.composite
def graphs(draw: st.DrawFn, depth: int = 2) -> Graph:
    """A sound graph whose one input and one output have the same type, with graphs like it inside."""
    shape = (B, 8, draw(st.sampled_from([H, shapes.floordiv(W, 2), 16])))
    return draw(bodies(shape, depth))


@st.composite
def bodies(draw: st.DrawFn, shape: tuple[Dim, ...], depth: int) -> Graph:
    body = Body(draw(st.sampled_from(["Block", "U", "odd name", ""])), **draw(_arguments))
    pool = [replace(body.input("x", *shape), name=draw(names))]
    body.inputs = pool[:]
    store = draw(st.sampled_from([Store.PARAM, Store.BUFFER]))
    scale = body.own(weight("scale", 8, start=draw(st.none() | st.builds(Fill, finite)), store=store))
    inner = [draw(bodies(shape, depth - 1)) for _ in range(draw(st.integers(0, 2)))] if depth else []
    for place in range(draw(st.integers(0, 6))):
        step = draw(st.sampled_from([_labelled, _unlabelled, _split_and_joined, _called, _reused]))
        pool.append(step(draw, body, pool, place, scale, inner))
    graph = body.finish(draw(st.sampled_from(pool)), doc=draw(st.text(max_size=20)))
    mode = any(one.depends_on_mode for one in inner) or draw(st.booleans())
    name = draw(st.none() | st.sampled_from(["y", "odd name"]))
    return replace(
        graph, depends_on_mode=mode, output_names=(name,), kind=draw(st.sampled_from([GraphKind.ARCH, GraphKind.BLOCK]))
    )


_arguments = st.dictionaries(st.sampled_from(["C", "drop", "mixer"]), statics, max_size=3)


def _labelled(draw: st.DrawFn, body: Body, pool: list[Value], place: int, *_: object) -> Value:
    x = draw(st.sampled_from(pool))
    entries = (weight("weight", 8, 8), weight("bias", 8))[: draw(st.integers(0, 2))]
    label = draw(st.sampled_from([f"m.{place}", f"m{place}", f"m{place}.a.{place}"]))
    return body.weighted(label, LINEAR, x, entries, x.type.shape, C=8, axis=1)


def _unlabelled(
    draw: st.DrawFn, body: Body, pool: list[Value], place: int, scale: WeightRef, inner: list[Graph]
) -> Value:
    x = draw(st.sampled_from(pool))
    other: Operands = draw(
        st.sampled_from([*pool, scale, Constant(0.5, TensorType(())), Constant((1, 2), TensorType((2,)))])
    )
    choices = [
        (ADD, (x, other), {"axis": 1}),
        (GELU, (x,), {}),
        (MASKED, (x, None), {}),
        (FREE, (x,), {"value": draw(statics)}),
    ]
    used, operands, attributes = draw(st.sampled_from(choices))
    return body.apply(used, operands, x.type.shape, **attributes)


def _split_and_joined(draw: st.DrawFn, body: Body, pool: list[Value], *_: object) -> Value:
    x = draw(st.sampled_from(pool))
    halves = [(x.type.shape[0], 4, x.type.shape[2])] * 2
    body.apply(SPLIT, (x,), *halves, d=(4, 4), axis=1)
    return body.apply(CONCAT, (body.nodes[-1].results,), x.type.shape, axis=1)


def _called(draw: st.DrawFn, body: Body, pool: list[Value], place: int, scale: WeightRef, inner: list[Graph]) -> Value:
    x = draw(st.sampled_from(pool))
    if not inner:
        return x
    return body.call(f"inner.{place}", draw(st.sampled_from(inner)), x)


def _reused(draw: st.DrawFn, body: Body, pool: list[Value], place: int, *_: object) -> Value:
    """Call a module a second time, or give it a second name and call that."""
    x = draw(st.sampled_from(pool))
    owned = [m for m in body.modules if isinstance(m.content, Graph) and m.alias_of is None]
    if not owned:
        return x
    module = draw(st.sampled_from(owned))
    label = module.label
    if draw(st.booleans()):
        label = f"again.{place}"
        body.alias(label, module.label)
    assert isinstance(module.content, Graph)
    return body.call(label, module.content, x, declare=False)
