"""Running a graph node by node: primitive operators by PyTorch, all others by their meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from archc.graph import Apply, Call, Constant, Graph, Operand, Operands, Value, WeightRef
from archc.graph.static import DType, Static, Symbol
from archc.semantics.builtins.axes import positions
from archc.semantics.builtins.builtin import StaticError
from archc.semantics.builtins.pads import PAD_FUNCTIONS
from archc.shapes import Relation

Tensors = Tensor | tuple[Tensor, ...]
Attributes = Mapping[str, Static]
Kernel = Callable[..., Tensors]


class PrimitiveError(Exception):
    """An operator that has neither a kernel here nor a meaning; the text is its name."""


TYPES = {DType.F32: torch.float32, DType.F64: torch.float64, DType.I32: torch.int32, DType.I64: torch.int64}


class Decided:
    """Decides what static functions impose where all sizes are known."""

    def equal(self, left: object, right: object, what: str) -> None:
        if left != right:
            raise StaticError(what)

    def require(self, relation: Relation, what: str) -> None:
        if not relation.holds({}):
            raise StaticError(what)


def run(graph: Graph, inputs: tuple[Tensor, ...], weights: Mapping[str, Tensor]) -> tuple[Tensors, ...]:
    """Return what a graph computes; `weights` are by path, an operand without a number is never read."""
    values = {value.id: tensor for value, tensor in zip(graph.inputs, inputs, strict=True)}

    def tensor(operand: Operand) -> Tensor:
        if isinstance(operand, Value):
            return values[operand.id]
        if isinstance(operand, WeightRef):
            return weights[operand.path]
        assert isinstance(operand, Constant)
        exact = {DType.I64: torch.int64, DType.BOOL: torch.bool}.get(operand.type.dtype, torch.float64)
        return torch.tensor(operand.value, dtype=exact)

    def operand(one: Operands) -> Tensors | None:
        if isinstance(one, tuple):
            return tuple(map(tensor, one))
        return None if one is None else tensor(one)

    for node in graph.nodes:
        given = tuple(map(operand, node.operands))
        results = apply(node, given) if isinstance(node, Apply) else call(node, given, weights)
        for value, result in zip(node.results, flat(results), strict=True):
            values[value.id] = result
    return tuple(cast(Tensors, operand(one)) for one in graph.outputs)


def flat(results: object) -> tuple[Tensor, ...]:
    """Return all tensors of nested tuples in order, without what is absent."""
    if isinstance(results, (tuple, list)):
        return tuple(one for part in results for one in flat(part))
    return () if results is None else (cast(Tensor, results),)


def apply(node: Apply, operands: tuple[Tensors | None, ...]) -> Tensors:
    """Return what one operator computes."""
    kernel = KERNELS.get(node.operator.name)
    if kernel is not None:
        return kernel(*operands, **dict(node.attributes))
    meaning = node.operator.meaning(node)
    if meaning is None:
        raise PrimitiveError(node.operator.name)
    return run(meaning, flat(operands), {})


def call(node: Call, operands: tuple[Tensors | None, ...], weights: Mapping[str, Tensor]) -> Tensors:
    """Return what one block computes."""
    prefix = f"{node.label}." if node.label else ""
    own = {path.removeprefix(prefix): w for path, w in weights.items() if path.startswith(prefix)}
    return run(node.graph, flat(operands), own)


# -- kernels -------------------------------------------------------------------------------------------

FILLS = {"zeros": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def torch_pad(
    x: Tensor, before: tuple[int, ...], after: tuple[int, ...], fill: str = "zeros", value: float = 0
) -> Tensor:
    """Return the last axes padded (or cut), one axis at a time."""
    rank = len(before)
    for axis, (low, high) in enumerate(zip(before, after, strict=True)):
        moved = x.movedim(x.ndim - rank + axis, -1)
        cut = moved[..., max(-low, 0) : moved.shape[-1] - max(-high, 0)]
        wide = (max(low, 0), max(high, 0))
        shape = cut.shape
        if fill == "zeros":
            padded = F.pad(cut, wide, value=value)
        else:
            padded = F.pad(cut.reshape(1, -1, shape[-1]), wide, mode=FILLS[fill])
            padded = padded.reshape(*shape[:-1], padded.shape[-1])
        x = padded.movedim(-1, x.ndim - rank + axis)
    return x


def sides(pad: Static, shape: tuple[int, ...], reach: Static = 1, stride: Static = 1) -> tuple[tuple[int, ...], ...]:
    """Return what a `pad` argument adds before and after every axis."""
    return cast("tuple[tuple[int, ...], ...]", PAD_FUNCTIONS[0].call((pad, shape, reach, stride), {}, Decided()))


def _reach(k: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(d * (n - 1) + 1 for n, d in zip(k, dilation, strict=True))


CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def conv(x, weight, bias, *, k, stride, pad, dilation, groups, fill, **_):  # type: ignore[no-untyped-def]
    before, after = sides(pad, tuple(x.shape[2:]), _reach(k, dilation), stride)
    padded = torch_pad(x, before, after, fill.name)
    return CONVOLUTIONS[len(k)](padded, weight, bias, stride, 0, dilation, groups)


def conv_transposed(x, weight, bias, *, k, stride, pad, grow, dilation, groups, **_):  # type: ignore[no-untyped-def]
    long = tuple(n * s for n, s in zip(x.shape[2:], stride, strict=True))
    before, after = sides(pad, long, _reach(k, dilation), stride)
    full = TRANSPOSED[len(k)](x, weight, None, stride, 0, 0, groups, dilation)
    cut = torch_pad(full, tuple(-b for b in before), tuple(g - a for g, a in zip(grow, after, strict=True)))
    return cut if bias is None else cut + bias.reshape(-1, *[1] * len(k))


def linear(x, weight, bias, *, axis, **_):  # type: ignore[no-untyped-def]
    return F.linear(x.movedim(axis, -1), weight, bias).movedim(-1, axis)


def aligned(function: Callable[[Tensor, Tensor], Tensor]) -> Kernel:
    """Return a kernel of two operands, the second along `axis` of the first where that is given."""

    def kernel(a: Tensor, b: Tensor, *, axis: tuple[int, ...] | None = None) -> Tensor:
        if axis is not None:
            spread = [1] * a.ndim
            for position, size in zip(axis, b.shape, strict=True):
                spread[position] = size
            order = sorted(range(len(axis)), key=axis.__getitem__)
            b = b.permute(order).reshape(spread)
        return function(a, b)

    return kernel


def reduction(function: Callable[..., Tensor]) -> Kernel:
    """Return a kernel that reduces over `axis`, over all axes without it."""

    def kernel(x: Tensor, *, axis: tuple[int, ...] | None, keep: bool) -> Tensor:
        return function(x, tuple(range(x.ndim)) if axis is None else axis, keep)

    return kernel


def product(x: Tensor, axes: tuple[int, ...], keep: bool) -> Tensor:
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


def pointwise(function: Callable[[Tensor], Tensor]) -> Kernel:
    return lambda x: function(x)


POOLS = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}


def maxpool(x, *, k, stride, pad, dilation, ceil):  # type: ignore[no-untyped-def]
    return windows_of(x, k, stride, pad, dilation, ceil, float("-inf")).amax(-1)


def windows_of(x, k, stride, pad, dilation, ceil, value):  # type: ignore[no-untyped-def]
    """Return the windows of a pool on a new last axis."""
    reach = _reach(k, dilation)
    before, after = sides(pad, tuple(x.shape[2:]), reach, stride)
    x = torch_pad(x, before, after, value=value)
    for i in range(len(k)):
        last = (x.shape[2 + i] - reach[i]) // stride[i]
        if ceil and -(-(x.shape[2 + i] - reach[i]) // stride[i]) * stride[i] < x.shape[2 + i] - after[i]:
            last = -(-(x.shape[2 + i] - reach[i]) // stride[i])
        more = last * stride[i] + reach[i] - x.shape[2 + i]
        x = torch_pad(x.movedim(2 + i, -1), (0,), (more,), value=value).movedim(-1, 2 + i)
    for i in range(len(k)):
        x = x.unfold(2 + i, reach[i], stride[i])[..., :: dilation[i]]
    return x.flatten(2 + len(k))


def concat(xs, *, axis):  # type: ignore[no-untyped-def]
    return torch.cat(xs, axis)


def unfold(x, *, k, stride, pad, dilation):  # type: ignore[no-untyped-def]
    before, after = sides(pad, tuple(x.shape[2:]), _reach(k, dilation), stride)
    return F.unfold(torch_pad(x, before, after), k, dilation, 0, stride)


KERNELS: dict[str, Kernel] = {
    "conv": conv,
    "convT": conv_transposed,
    "linear": linear,
    "unfold": unfold,
    "maxpool": maxpool,
    "concat": concat,
    "stack": lambda xs, *, axis: torch.stack(xs, axis),
    "split": lambda x, *, d, axis: torch.split(x, d, axis),
    "chunk": lambda x, *, n, axis: torch.split(x, x.shape[axis] // n, axis),
    "unstack": lambda x, *, axis: torch.unbind(x, axis),
    "select": lambda x, *, axis, index: x.select(axis, index),
    "slice": lambda x, *, axis, start, stop: x.narrow(axis, start, stop - start),
    "reshape": lambda x, *, shape: x.reshape(shape),
    "permute": lambda x, *, order: x.permute(order),
    "flip": lambda x, *, axis: x.flip(axis),
    "spread": lambda x, *, by: spread(x, by),
    "expand": lambda x, *, n, axis: x.expand([n if i == axis else -1 for i in range(x.ndim)]),
    "pad": lambda x, *, by, axis, fill: pad_axes(x, by, axis, fill),
    "gather": lambda x, index, *, axis: gather(x, index, axis),
    "matmul": torch.matmul,
    "einsum": lambda xs, *, pattern: torch.einsum(pattern.replace(" ", ""), *xs),
    "where": torch.where,
    "full": lambda *, shape, value: torch.full(shape, value, dtype=torch.float64),
    "arange": lambda *, n: torch.arange(n),
    "add": aligned(torch.add),
    "sub": aligned(torch.sub),
    "mul": aligned(torch.mul),
    "div": aligned(torch.div),
    "pow": aligned(torch.pow),
    "minimum": aligned(torch.minimum),
    "maximum": aligned(torch.maximum),
    "less_equal": aligned(torch.le),
    "greater": aligned(torch.gt),
    "neg": pointwise(torch.neg),
    "abs": pointwise(torch.abs),
    "exp": pointwise(torch.exp),
    "log": pointwise(torch.log),
    "sin": pointwise(torch.sin),
    "cos": pointwise(torch.cos),
    "sqrt": pointwise(torch.sqrt),
    "rsqrt": pointwise(torch.rsqrt),
    "tanh": pointwise(torch.tanh),
    "erf": pointwise(torch.erf),
    "sigmoid": pointwise(torch.sigmoid),
    "sum": reduction(torch.sum),
    "mean": reduction(torch.mean),
    "max": reduction(torch.amax),
    "min": reduction(torch.amin),
    "prod": reduction(product),
}
"""The operators without a simpler meaning, and a few that PyTorch does at once."""


def pad_axes(x: Tensor, by: Static, axis: tuple[int, ...] | None, fill: Symbol) -> Tensor:
    """Return a tensor with places added before and after the given axes, all behind the second without them."""
    over = tuple(range(2, x.ndim)) if axis is None else positions(axis, x.ndim)
    before, after = sides(by, tuple(x.shape[i] for i in over))
    for one, low, high in zip(over, before, after, strict=True):
        x = torch_pad(x.movedim(one, -1), (low,), (high,), fill.name).movedim(-1, one)
    return x


def gather(x: Tensor, index: Tensor, axis: int) -> Tensor:
    """Return the places of an axis that an index of any rank names."""
    taken = x.index_select(axis, index.reshape(index.numel()))
    return taken.reshape((*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]))


def spread(x: Tensor, by: tuple[int, ...]) -> Tensor:
    """Return a tensor with `by - 1` zeros between two places of its last axes."""
    sizes = [(n - 1) * step + 1 for n, step in zip(x.shape[2:], by, strict=True)]
    result = torch.zeros((*x.shape[:2], *sizes), dtype=x.dtype)
    result[(slice(None), slice(None), *(slice(None, None, step) for step in by))] = x
    return result
