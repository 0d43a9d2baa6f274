"""Peak memory by whole bodies equals the peak of the flat program, for every size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import shapes
from archc.analysis import activation_memory, bytes_of, last_uses, liveness
from archc.analysis.dominance import Dominance
from archc.analysis.memory import Moment, profile_of
from archc.graph import Apply, Call, Graph, Value
from archc.graph.static import DType
from archc.graph.walk import flatten, fold
from archc.shapes import Comparison, Context, Relation
from tests.graph.build import CONCAT, GELU, SPLIT, Body, block, hornet, sequence, tensor
from tests.graph.strategies import graphs


@dataclass(frozen=True)
class Step:
    """One operator of a flat program, or the begin or end of a call: the tensors that it needs and makes, by number."""

    reads: tuple[int, ...]
    makes: tuple[int, ...]


class Flat:
    """A graph with every call opened: the plain program that a run executes."""

    def __init__(self, graph: Graph, sizes: Mapping[str, int]) -> None:
        self.sizes = sizes
        self.bytes: list[int] = []
        self.steps: list[Step] = []
        inputs = [self._tensor(value) for value in graph.inputs]
        self.inputs = inputs
        self.outputs = list(self._run(graph, inputs))

    def _tensor(self, value: Value) -> int:
        self.bytes.append(shapes.substitute(bytes_of(value.type), self.sizes))
        return len(self.bytes) - 1

    def _run(self, graph: Graph, inputs: list[int | None]) -> Iterator[int | None]:
        held = {value.id: number for value, number in zip(graph.inputs, inputs, strict=True)}
        for node in graph.nodes:
            operands = [held.get(one.id) if isinstance(one, Value) else None for one in flatten(node.operands)]
            if isinstance(node, Apply):
                made = [self._tensor(value) for value in node.results]
                self.steps.append(Step(tuple(one for one in operands if one is not None), tuple(made)))
            else:
                assert isinstance(node, Call)
                self._needs(operands)
                made = list(self._run(node.graph, operands))
                self._needs(made)
            held.update({value.id: number for value, number in zip(node.results, made, strict=True)})
        for output in flatten(graph.outputs):
            yield held[output.id] if isinstance(output, Value) else None

    def _needs(self, tensors: list[int | None]) -> None:
        self.steps.append(Step(tuple(one for one in tensors if one is not None), ()))

    def peak(self) -> int:
        last = {number: place for place, step in enumerate(self.steps) for number in (*step.reads, *step.makes)}
        last.update((number, len(self.steps)) for number in self.outputs if number is not None)
        first = {number: place for place, step in enumerate(self.steps) for number in step.makes}
        moments = [
            sum(size for n, size in enumerate(self.bytes) if n in last and first.get(n, 0) <= place <= last[n])
            for place, step in enumerate(self.steps)
            if step.makes
        ]
        return max(moments, default=sum(self.bytes[number] for number in self.inputs))


SIZES = st.fixed_dictionaries(
    {name: st.integers(1, 40) for name in ("B", "H", "W", "two words")} | {"N'": st.integers(0, 9)}
)


@given(graphs(depth=3), SIZES)
@settings(max_examples=40, deadline=None)
def test_the_formula_is_the_peak_of_the_flat_program(graph: Graph, sizes: dict[str, int]) -> None:
    assert shapes.substitute(activation_memory(graph), sizes) == Flat(graph, sizes).peak()


def test_hornet_has_one_worst_moment_for_all_sizes() -> None:
    b, h, w = (shapes.symbol(name) for name in ("B", "h", "w"))
    found = activation_memory(hornet(batch=b, h=h, w=w))
    assert found == shapes.product([4 * 9 * 64 * 8 * 8, b, h, w])  # in the first stage
    assert shapes.substitute(found, {"B": 2, "h": 7, "w": 7}) == Flat(hornet(batch=2), {}).peak()


def wide_or_long(x_first: bool = True) -> Graph:
    """A tensor of H * W and then one of 64 * W: which is worse depends on H."""
    h, w = shapes.symbol("H"), shapes.symbol("W")
    body = Body("Either")
    x = body.input("x", w)
    y = body.apply(GELU, (x,), (h, w))
    z = body.apply(GELU, (y,), (w,))
    return body.finish(body.apply(GELU, (body.apply(GELU, (z,), (64, w)),), (w,)))


def test_where_sizes_decide_the_formula_is_a_maximum() -> None:
    found = activation_memory(wide_or_long())
    h, w = shapes.symbol("H"), shapes.symbol("W")
    assert found == shapes.maximum(shapes.mul(4, shapes.mul(shapes.add(h, 1), w)), shapes.mul(4 * 65, w))
    assert str(shapes.render(found)) == "max(260 * W, 4 * H * W + 4 * W)"


def test_an_input_is_freed_inside_the_call_that_uses_it_last() -> None:
    inner = Body("Inner")
    x = inner.input("x", 10)
    y = inner.apply(GELU, (x,), (20,))
    graph = inner.finish(inner.apply(GELU, (y,), (30,)))
    body = Body("Outer")
    x = body.input("x", 10)
    assert activation_memory(body.finish(body.call("a", graph, x))) == 4 * (20 + 30)
    kept = Body("Kept")
    x = kept.input("x", 10)
    assert activation_memory(kept.finish(kept.call("a", graph, x), x)) == 4 * (10 + 20 + 30)


def test_a_block_that_hands_its_input_on_takes_no_memory() -> None:
    same = Body("Identity")
    identity = same.finish(same.input("x", 10))
    body = Body("Outer")
    x = body.input("x", 10)
    y = body.call("b", identity, body.call("a", identity, x))
    assert activation_memory(body.finish(body.apply(GELU, (y,), (10,)))) == 4 * 20
    assert activation_memory(identity) == 40


def test_lists_are_alive_as_their_parts_are() -> None:
    body = Body("Parts")
    x = body.input("x", 2, 8)
    body.apply(SPLIT, (x,), (2, 4), (2, 4), d=(4, 4), axis=1)
    left, right = body.nodes[-1].results
    left = body.apply(GELU, (left,), (2, 4))
    graph = body.finish(body.apply(CONCAT, ((left, right),), (2, 8), axis=1))
    assert [[value.id for value in alive] for alive in liveness(graph)] == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert last_uses(graph) == {0: 0, 1: 1, 2: 2, 3: 2, 4: 3}


def test_liveness_of_a_block_keeps_the_residual() -> None:
    graph = block(1, 8, 2, 7, 7)
    x = graph.inputs[0]
    assert [x in alive for alive in liveness(graph)] == [True] * 4 + [False] * 6
    assert all(set(node.results) <= set(alive) for node, alive in zip(graph.nodes, liveness(graph), strict=True))


def test_what_nothing_uses_lives_for_its_node_alone() -> None:
    body = Body("Dead")
    x, _ = body.input("x", 4), body.input("unused", 4)
    body.apply(GELU, (x,), (4,))
    graph = body.finish(body.apply(GELU, (x,), (4,)))
    assert [[value.id for value in alive] for alive in liveness(graph)] == [[0, 2], [0, 3]]


@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        (DType.FLOAT, 4),
        (DType.COMPLEX, 8),
        (DType.F16, 2),
        (DType.F64, 8),
        (DType.I8, 1),
        (DType.I64, 8),
        (DType.BOOL, 1),
    ],
)
def test_bytes_of_dtypes(dtype: DType, size: int) -> None:
    assert bytes_of(tensor(3, 5, dtype=dtype)) == 15 * size


def test_every_dtype_has_a_size() -> None:
    assert all(bytes_of(tensor(dtype=dtype)) in (1, 2, 4, 8) for dtype in DType)


def test_a_block_is_looked_at_once_however_often_it_is_called() -> None:
    assert activation_memory(sequence(*[block(1, 64, 5, 7, 7)] * 3000)) == activation_memory(block(1, 64, 5, 7, 7))


def test_an_output_that_is_given_twice_takes_memory_once() -> None:
    inner = Body("Twice")
    y = inner.apply(GELU, (inner.input("x", 10),), (10,))
    both = inner.finish(y, y)
    body = Body("Outer")
    body.call("a", both, body.input("x", 10))
    left, right = body.nodes[-1].results
    body.apply(GELU, (left,), (1,))
    graph = body.finish(body.apply(GELU, (right,), (10,)))
    assert activation_memory(graph) == Flat(graph, {}).peak() == 4 * 20


def moments(graph: Graph) -> tuple[Moment, ...]:
    dominance = Dominance(Context())
    return fold(graph, lambda body, below: profile_of(body, below, dominance)).moments


def test_moments_that_are_never_the_worst_are_not_kept() -> None:
    assert len(moments(block(1, 64, 5, 7, 7))) == len(moments(hornet())) == 1
    body = Body("Held")
    x = body.input("x", 100)
    for width in (10, 12, 11):
        body.apply(GELU, (x,), (width,))
    assert moments(body.finish(x)) == (Moment(frozenset({0}), {1: 4 * 12}),)


def halving(context: Context) -> str:
    """Halve a map five times without a `where` that makes it divisible, as HorNet does."""
    b, h, w = (shapes.symbol(name) for name in "BHW")
    body = Body("Halving")
    x = body.input("x", b, 3, h, w)
    for level in range(1, 6):
        x = body.apply(GELU, (x,), (b, 16 * 2**level, shapes.floordiv(h, 2**level), shapes.floordiv(w, 2**level)))
    return shapes.render(activation_memory(body.finish(x), context))


def test_what_the_context_says_of_the_sizes_decides_which_moment_is_the_worst() -> None:
    context = Context()
    assert halving(context).startswith("max(")
    for name in "HW":
        context = context.assume(Relation(Comparison.GE, shapes.symbol(name), 32))
    assert halving(context) == "128 * B * (H // 2) * (W // 2) + 256 * B * (H // 4) * (W // 4)"
