"""The library's operators against PyTorch's: shapes, types, weights, costs, and what their bodies compute."""

from __future__ import annotations

from itertools import product
from typing import cast

import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from archc.graph import Apply, Graph, Leaf, TensorType, Weight
from archc.graph.static import DType, Fill, Normal, Uniform
from archc.semantics.library import load_source, prelude
from archc.semantics.program import Elaborations
from archc.syntax import Source, tree
from tests.properties import uses_elements, uses_layers, uses_shaping
from tests.properties.interpreter import PrimitiveError, flat, run
from tests.properties.uses import CASES, Draw, Use, text_of

assert uses_elements and uses_layers and uses_shaping  # they fill CASES

DTYPES = {
    DType.FLOAT: torch.float64,
    DType.COMPLEX: torch.complex128,
    DType.I64: torch.int64,
    DType.BOOL: torch.bool,
}


def elaborate(use: Use) -> Graph | list[str]:
    """Return the architecture that is this one use, or what is wrong with it."""
    loaded = load_source(Source("use.arch", text_of(use)))
    assert loaded.scope is not None
    done = Elaborations(prelude()).run(next(iter(loaded.scope.definitions())), {})
    found = [f"{d.code} {d.message}" for d in (*loaded.diagnostics, *done.diagnostics)]
    return found if found or done.infer is None else done.infer


def graph_of(use: Use) -> Graph:
    """Return the architecture that is this one use, which is legal."""
    graph = elaborate(use)
    assert isinstance(graph, Graph), graph
    return graph


def weights_of(graph: Graph, prefix: str = "") -> dict[str, Weight]:
    """Return all weights by path."""
    found = {f"{prefix}{w.name}": w for w in graph.weights}
    for module in graph.modules:
        inner = f"{prefix}{module.label}."
        if isinstance(module.content, Leaf):
            found |= {f"{inner}{w.name}": w for w in module.content.weights}
        else:
            found |= weights_of(module.content, inner)
    return found


def macs_of(graph: Graph) -> int:
    """Return the multiply-accumulates of all nodes."""
    total = 0
    for node in graph.nodes:
        total += cast(int, node.operator.macs(node)) if isinstance(node, Apply) else macs_of(node.graph)
    return total


def outputs_of(graph: Graph) -> list[TensorType]:
    """Return the types of all outputs in order."""
    return [value.type for value in flat(graph.outputs)]  # type: ignore[attr-defined]


def check(use: Use, draw: Draw) -> None:
    """Compare one use with PyTorch."""
    graph = graph_of(use)
    shapes = {path: cast("tuple[int, ...]", w.type.shape) for path, w in weights_of(graph).items()}
    weights = {path: draw.tensor(*shape).abs() + 0.1 for path, shape in shapes.items()}
    with FlopCounterMode(display=False) as counter:
        expected = flat(use.expected(weights))
    for declared, wanted in zip(outputs_of(graph), expected, strict=True):
        assert declared.shape == tuple(wanted.shape)
        assert DTYPES[declared.dtype] == wanted.dtype
    try:
        found = flat(run(graph, tuple(use.inputs.values()) or (torch.zeros(1),), weights))
    except PrimitiveError as error:
        assert str(error) in PRIMITIVES & {node.operator.name for node in graph.nodes if isinstance(node, Apply)}
    else:
        torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)
    if use.counts:
        assert macs_of(graph) * 2 == counter.get_total_flops()


OPERATORS = [d for d in prelude().definitions() if d.block.kind is tree.BlockKind.OP]
PRIMITIVES = {d.name for d in OPERATORS if not d.has_meaning}
PHASES = (Phase.explicit, Phase.generate)
"""Shrinking costs minutes, and the sizes are small as they are."""
UNCHECKED = {"bernoulli", "nonzero", "unique", "cache", "position"}
"""Operators whose result is random, has a size known at run time only, or depends on earlier calls."""


def test_every_operator_has_a_case() -> None:
    parsed_only = {"std/sparse.arch", "std/flow.arch"}
    declared = {d.name for d in OPERATORS if d.block.span.source.name not in parsed_only}
    assert declared - set(CASES) == UNCHECKED


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=12, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_agrees_with_torch(name: str, data: st.DataObject) -> None:
    draw = Draw(data)
    check(CASES[name](draw), draw)


@pytest.mark.parametrize("ceil", [True, False])
@pytest.mark.parametrize("k", range(1, 5))
def test_pools_have_torch_s_windows(k: int, ceil: bool) -> None:
    for n, stride, pad in product(range(k, 9), range(1, 5), range(k // 2 + 1)):
        x = torch.zeros(1, 1, n, dtype=torch.float64)
        expected = F.max_pool1d(x, k, stride, pad, ceil_mode=ceil).shape
        words = f"{k}, stride={stride}, pad={pad}, ceil={str(ceil).lower()}"
        for pool in ("maxpool", "avgpool"):
            [found] = outputs_of(graph_of(Use(f"x |> {pool}({words})", {"x": x}, lambda w: None)))
            assert found.shape == tuple(expected), (pool, n, stride, pad)


# -- how weights start ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "module"),
    [
        ("conv(64, k=3, groups=2)", (1, 32, 9, 9), nn.Conv2d(32, 64, 3, groups=2)),
        ("conv(64, k=5)", (1, 32, 9), nn.Conv1d(32, 64, 5)),
        ("convT(64, k=3, groups=2)", (1, 32, 9, 9), nn.ConvTranspose2d(32, 64, 3, groups=2)),
        ("linear(64)", (1, 32), nn.Linear(32, 64)),
        ("layernorm", (1, 32), nn.LayerNorm(32)),
        ("rmsnorm", (1, 32), nn.RMSNorm(32)),
        ("batchnorm", (1, 32, 9, 9), nn.BatchNorm2d(32)),
        ("groupnorm(4)", (1, 32, 9, 9), nn.GroupNorm(4, 32)),
        ("instancenorm(affine=true)", (1, 32, 9, 9), nn.InstanceNorm2d(32, affine=True)),
        ("instancenorm", (1, 32, 9, 9), nn.InstanceNorm2d(32)),
        ("prelu", (1, 32, 9), nn.PReLU()),
        ("prelu(each=channel)", (1, 32, 9), nn.PReLU(32, init=0.25)),
        ("conv(64, bias=false)", (1, 32, 9), nn.Conv1d(32, 64, 1, bias=False)),
    ],
)
def test_weights_are_torch_s(text: str, shape: tuple[int, ...], module: nn.Module) -> None:
    graph = graph_of(Use(f"x |> m: {text}", {"x": torch.zeros(shape, dtype=torch.float64)}, lambda w: None))
    declared = {path.removeprefix("m."): weight for path, weight in weights_of(graph).items()}
    state = module.state_dict()
    assert list(declared) == list(state)
    for name, weight in declared.items():
        assert weight.type.shape == tuple(state[name].shape)
        assert_starts(weight, state[name])
    trained = {name for name, weight in declared.items() if weight.store is tree.Store.PARAM}
    assert trained == {name for name, _ in module.named_parameters()}


def assert_starts(weight: Weight, sample: Tensor) -> None:
    """Compare an initialiser with a sample of the one that PyTorch uses."""
    match weight.start:
        case Fill(value=value):
            assert bool((sample == value).all())
        case Uniform(bound=bound):
            assert 0.8 * bound < float(sample.abs().max()) <= bound
            assert float(sample.std()) == pytest.approx(bound / 3**0.5, rel=0.3)
        case other:
            pytest.fail(f"{other} is not expected here")


def test_embeddings_start_as_torch_s() -> None:
    graph = graph_of(Use("x |> m: embedding(5, 3)", {"x": torch.zeros(2, dtype=torch.int64)}, lambda w: None))
    assert weights_of(graph)["m.weight"].start == Normal(1.0)


# -- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shapes", "expected"),
    [
        ("x |> m: conv(4, k=3)", [(1, 2, 2, 5)], lambda x: F.conv2d(x, torch.zeros(4, 2, 3, 3))),
        ("x |> m: conv(4, groups=2)", [(1, 3, 5)], lambda x: nn.Conv1d(3, 4, 1, groups=2)(x)),
        ("x |> m: conv(3, groups=2)", [(1, 4, 5)], lambda x: nn.Conv1d(4, 3, 1, groups=2)(x)),
        ("x |> m: conv(4, k=3, pad=5, fill=reflect)", [(1, 2, 5)], lambda x: F.pad(x, (5, 5), mode="reflect")),
        ("x |> m: conv(4, k=3, pad=6, fill=wrap)", [(1, 2, 5)], lambda x: F.pad(x, (6, 6), mode="circular")),
        ("x |> m: conv(4, stride=0)", [(1, 2, 5)], lambda x: F.conv1d(x, torch.zeros(4, 2, 1), stride=0)),
        ("x |> maxpool(3)", [(1, 2, 2)], lambda x: F.max_pool1d(x, 3)),
        ("x |> maxpool(2, pad=2)", [(1, 2, 5)], lambda x: F.max_pool1d(x, 2, padding=2)),
        ("x |> avgpool(3)", [(1, 2, 2)], lambda x: F.avg_pool1d(x, 3)),
        ("x |> split([1, 2])", [(1, 4)], lambda x: torch.split(x, [1, 2], 1)),
        ("x |> chunk(3)", [(1, 4)], lambda x: x.reshape(1, 3, -1)),
        ("concat([x, y])", [(1, 2, 3), (1, 2, 4)], lambda x, y: torch.cat([x, y], 1)),
        ("stack([x, y])", [(1, 2), (1, 3)], lambda x, y: torch.stack([x, y])),
        ("x + y", [(2, 3), (2, 4)], lambda x, y: x + y),
        ("matmul(x, y)", [(2, 3), (4, 2)], lambda x, y: x @ y),
        ("x |> reshape([3, 2])", [(2, 4)], lambda x: x.reshape(3, 2)),
        ("x |> permute([0, 0])", [(2, 4)], lambda x: x.permute(0, 0)),
        ("x[2]", [(2, 4)], lambda x: x[2]),
        ("x[1..5]", [(3, 4)], lambda x: x.narrow(0, 1, 4)),
        ("x |> softmax(axis=2)", [(3, 4)], lambda x: x.softmax(2)),
        ("x |> topk(5)", [(3, 4)], lambda x: x.topk(5)),
        ("x |> m: groupnorm(3)", [(1, 4, 5)], lambda x: F.group_norm(x, 3)),
        ("x |> expand(3)", [(2, 4)], lambda x: x.expand(3, 4)),
        (
            "irfft2(x |> rfft2, size=[4, 8])",
            [(4, 4)],
            lambda x: torch.fft.rfft2(x) + torch.fft.rfft2(x.new_zeros(4, 8)),
        ),
        ("attention(x, y, y)", [(1, 3, 2, 4), (1, 2, 2, 4)], lambda x, y: F.scaled_dot_product_attention(x, y, y)),
    ],
)
def test_what_torch_refuses_is_refused(text: str, shapes: list[tuple[int, ...]], expected: object) -> None:
    tensors = [torch.zeros(shape) for shape in shapes]
    with pytest.raises((RuntimeError, ValueError, IndexError)):
        expected(*tensors)  # type: ignore[operator]
    given = dict(zip("xy", (t.double() for t in tensors), strict=False))
    assert isinstance(elaborate(Use(text, given, lambda w: None)), list)
