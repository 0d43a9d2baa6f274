"""Tensors from nothing, of the type and on the device of what flows through the block."""

from __future__ import annotations

from archc.backends.torch.code import Code, Hole, Listing, Member, call, method
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Use
from archc.graph.static import Static


def _shape(use: Use) -> Code:
    value: Static = use.value("shape")
    sizes = value if isinstance(value, tuple) else (value,)
    return Listing(tuple(Hole(size, None, "size") for size in sizes), "()")


def _new(name: str) -> Lowering:
    return Lowering(lambda use, anchor: method(anchor, name, _shape(use)))


def _arange(use: Use, anchor: Code) -> Code:
    return call("torch.arange", use.hole("n"), device=Member(anchor, "device"))


CREATION = {
    "zeros": _new("new_zeros"),
    "ones": _new("new_ones"),
    "full": Lowering(lambda use, anchor: method(anchor, "new_full", _shape(use), use.hole("value"))),
    "arange": Lowering(_arange),
    "bernoulli": Lowering(
        lambda use, anchor: method(method(anchor, "new_empty", _shape(use)), "bernoulli_", use.hole("p"))
    ),
}
