"""How weights begin: as parameters and buffers of a class, and drawn anew by `reset_parameters`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest

from archc.backends.torch.code import (
    Argument,
    Call,
    Code,
    Hint,
    Hole,
    Listing,
    Literal,
    Name,
    Perform,
    Prefix,
    Statement,
    call,
    extended,
)
from archc.graph.ir import Weight
from archc.graph.static import DType, Fill, Identity, Initialiser, Normal, Static, Table, TruncatedNormal, Uniform

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
        if not typed and not _is_float(start.values):
            typed = (Argument(call("torch.get_default_dtype"), "dtype"),)
        return extended(call("torch.tensor", Hole(start.values, hint, "table")), *typed)
    if isinstance(start, Identity):
        return extended(call("torch.eye", *sizes), *typed)
    if isinstance(start, Fill) and start.value in (0.0, 1.0) and hint is None:
        return extended(call("torch.zeros" if start.value == 0.0 else "torch.ones", *shape), *typed)
    if isinstance(start, Fill):
        value = int(start.value) if weight.type.dtype in _INTEGERS else start.value
        return extended(call("torch.full", Listing(sizes, "()"), Hole(value, hint, "init")), *typed)
    return extended(call("torch.empty", *shape), *typed)


def _is_float(value: Static) -> bool:
    """Say whether PyTorch takes a table for one of floats, as it does if a single entry is one."""
    return any(map(_is_float, value)) if isinstance(value, tuple) else isinstance(value, float)


_INTEGERS = (DType.I8, DType.I32, DType.I64)


def draw(target: Code, start: Initialiser | None, number: Code) -> Statement | None:
    """Return the statement that begins a weight anew from an initialiser's number; None for one given by a table."""
    if isinstance(start, Identity):
        return Perform(call("nn.init.eye_", target))
    rule = _DRAWS.get(type(start))
    if rule is None:
        return None
    generator = (Argument(Name("generator"), "generator"),) if is_random(start) else ()
    return Perform(extended(rule(target, number), *generator))


def amount(start: Initialiser | None) -> float:
    """Return the number of an initialiser: its value, deviation or bound; 0 for one that has none."""
    return next((getattr(start, name) for name in ("value", "std", "bound") if hasattr(start, name)), 0.0)


def _constant(target: Code, value: Code) -> Call:
    for plain, function in ((0.0, "nn.init.zeros_"), (1.0, "nn.init.ones_")):
        if value in (Literal(plain), Hole(plain)):
            return call(function, target)
    return call("nn.init.constant_", target, value)


def initialiser(start: Initialiser | None, hint: Hint | None) -> Code:
    """Return an initialiser as a function of a tensor. A number of the author's stays one, whatever it is here."""
    if isinstance(start, Identity):
        return Name("nn.init.eye_")
    if isinstance(start, Table):
        return call("filled", Hole(start.values, hint, "table"))
    number = Hole(amount(start), hint, "init")
    of_author = isinstance(start, Fill) and hint is not None
    drawn = call("nn.init.constant_", MISSING, number) if of_author else _DRAWS[type(start)](MISSING, number)
    rest = drawn.arguments[1:]
    return Call(Name("partial"), (Argument(drawn.function), *_named(start, rest))) if rest else drawn.function


def _named(start: Initialiser | None, rest: tuple[Argument, ...]) -> tuple[Argument, ...]:
    names = {Fill: ("val",), Uniform: ("a", "b")}.get(type(start), ())
    return tuple(replace(a, name=a.name or name) for a, name in zip_longest(rest, names) if a is not None)


MISSING = Name("tensor")

_DRAWS: dict[type, Callable[[Code, Code], Call]] = {
    Fill: _constant,
    Normal: lambda target, std: call("nn.init.normal_", target, std=std),
    TruncatedNormal: lambda target, std: call("nn.init.trunc_normal_", target, std=std),
    Uniform: lambda target, bound: call("nn.init.uniform_", target, Prefix("-", bound), bound),
}


def is_close(first: Initialiser | None, second: Initialiser | None) -> bool:
    """Say whether two initialisers are the same up to rounding."""
    if isinstance(first, Uniform) and isinstance(second, Uniform):
        return math.isclose(first.bound, second.bound, rel_tol=1e-9)
    return first == second
