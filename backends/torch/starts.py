"""How weights begin: as parameters and buffers of a class, and drawn anew by `reset_parameters`."""

from __future__ import annotations

import math
from collections.abc import Callable

from archc.backends.torch.code import (
    Argument,
    Call,
    Code,
    Hint,
    Hole,
    Listing,
    Name,
    Perform,
    Statement,
    call,
    extended,
)
from archc.graph.ir import Weight
from archc.graph.static import DType, Fill, Initialiser, Normal, Table, TruncatedNormal, Uniform

DTYPES = {
    DType.COMPLEX: "torch.complex64",
    DType.F16: "torch.float16",
    DType.BF16: "torch.bfloat16",
    DType.F32: "torch.float32",
    DType.F64: "torch.float64",
    DType.I8: "torch.int8",
    DType.I32: "torch.int32",
    DType.I64: "torch.int64",
    DType.BOOL: "torch.bool",
}
"""PyTorch's names of element types; the one float type of a call has none, it is the module's."""


def is_random(start: Initialiser | None) -> bool:
    """Say whether two modules begin differently."""
    return isinstance(start, Normal | TruncatedNormal | Uniform)


def tensor(weight: Weight, sizes: tuple[Code, ...], hint: Hint | None) -> Call:
    """Return the tensor in which a weight begins; one that is drawn begins empty."""
    dtype = DTYPES.get(weight.type.dtype)
    typed = (Argument(Name(dtype), "dtype"),) if dtype else ()
    shape = sizes or (Listing((), "()"),)
    start = weight.start
    if isinstance(start, Table):
        return extended(call("torch.tensor", Hole(start.values, hint, "table")), *typed)
    if isinstance(start, Fill) and start.value in (0.0, 1.0) and hint is None:
        return extended(call("torch.zeros" if start.value == 0.0 else "torch.ones", *shape), *typed)
    if isinstance(start, Fill):
        value = int(start.value) if weight.type.dtype in _INTEGERS else start.value
        return extended(call("torch.full", Listing(sizes, "()"), Hole(value, hint, "init")), *typed)
    return extended(call("torch.empty", *shape), *typed)


_INTEGERS = (DType.I8, DType.I32, DType.I64)


def draw(target: Code, start: Initialiser | None, hint: Hint | None) -> Statement | None:
    """Return the statement that begins a weight anew, None for one that is given by a table or left as it is."""
    rule = _DRAWS.get(type(start))
    if rule is None:
        return None
    drawn = rule(target, start, hint)
    assert isinstance(drawn, Call)
    return Perform(extended(drawn, *((Argument(Name("generator"), "generator"),) if is_random(start) else ())))


_DRAWS: dict[type, Callable[..., Code]] = {
    Fill: lambda target, start, hint: call("nn.init.constant_", target, Hole(start.value, hint, "init")),
    Normal: lambda target, start, hint: call("nn.init.normal_", target, std=Hole(start.std, hint, "std")),
    TruncatedNormal: lambda target, start, hint: call(
        "nn.init.trunc_normal_", target, std=Hole(start.std, hint, "std")
    ),
    Uniform: lambda target, start, hint: call(
        "nn.init.uniform_", target, Hole(-start.bound, None, "bound"), Hole(start.bound, hint, "bound")
    ),
}


def fan_in(weight: Weight) -> int:
    """Return the number of products that one output of a dense or convolutional weight sums."""
    return math.prod(size for size in weight.type.shape[1:] if isinstance(size, int))


def is_close(first: Initialiser | None, second: Initialiser | None) -> bool:
    """Say whether two initialisers are the same up to rounding."""
    if isinstance(first, Uniform) and isinstance(second, Uniform):
        return math.isclose(first.bound, second.bound, rel_tol=1e-9)
    return first == second
