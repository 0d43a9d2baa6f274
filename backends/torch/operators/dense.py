"""Dense maps."""

from __future__ import annotations

from archc.backends.torch.code import Code, call, extended, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.normalisation import last
from archc.backends.torch.operators.use import Unit, Use
from archc.graph.static import Normal


def _linear_module(unit: Unit) -> Code | None:
    if not unit.has("weight"):
        return None
    base = call("nn.Linear", unit.size("weight", 1, "in_features"), unit.hole("C", "out_features"))
    return extended(base, option("bias", unit.has("bias"), True))


def _linear_function(use: Use, x: Code) -> Code:
    bias = use.optional("bias")
    return call("F.linear", x, use.operand("weight"), *(() if bias is None else (bias,)))


def _embedding_module(unit: Unit) -> Code | None:
    return call("nn.Embedding", unit.hole("V"), unit.hole("D")) if unit.has("weight") else None


DENSE = {
    "linear": Lowering(_linear_function, _linear_module, last),
    "embedding": Lowering(
        lambda use, x: call("F.embedding", x, use.operand("weight")),
        _embedding_module,
        start=lambda unit, weight: Normal(1.0),
    ),
}
