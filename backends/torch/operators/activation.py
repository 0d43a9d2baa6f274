"""Activations."""

from __future__ import annotations

from archc.backends.torch.code import Code, call, extended, method, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Unit, Use
from archc.graph.ir import Weight
from archc.graph.static import Fill, Initialiser


def _plain(function: str, module: str) -> Lowering:
    return Lowering(lambda use, x: call(f"F.{function}", x), lambda unit: call(f"nn.{module}"))


def _gelu(word: str) -> dict[str, str]:
    return {"approximate": "tanh"} if word == "tanh" else {}


def _prelu_module(unit: Unit) -> Code | None:
    if not unit.has("weight"):
        return None
    return extended(call("nn.PReLU"), option("num_parameters", unit.size("weight", 0, "channels"), 1))


def _prelu_start(unit: Unit, weight: Weight) -> Initialiser:
    return Fill(0.25)


def _along(name: str, module: str) -> Lowering:
    """An operator along one axis."""
    return Lowering(lambda use, x: method(x, name, dim=_axis(use)), lambda unit: call(f"nn.{module}", dim=_axis(unit)))


def _axis(arguments: Use | Unit) -> int:
    axis = arguments.value("axis")
    assert isinstance(axis, int)
    return axis


def _clamp(use: Use, x: Code) -> Code:
    low, high = use.value("low"), use.value("high")
    low_end = () if low == float("-inf") else (option("min", use.hole("low"), None),)
    high_end = () if high == float("inf") else (option("max", use.hole("high"), None),)
    return extended(method(x, "clamp"), *low_end, *high_end)


ACTIVATIONS = {
    "relu": _plain("relu", "ReLU"),
    "relu6": _plain("relu6", "ReLU6"),
    "silu": _plain("silu", "SiLU"),
    "mish": _plain("mish", "Mish"),
    "softplus": _plain("softplus", "Softplus"),
    "hardsigmoid": _plain("hardsigmoid", "Hardsigmoid"),
    "hardswish": _plain("hardswish", "Hardswish"),
    "leaky_relu": Lowering(
        lambda use, x: extended(call("F.leaky_relu", x), option("negative_slope", use.hole("slope"), 0.01)),
        lambda unit: extended(call("nn.LeakyReLU"), option("negative_slope", unit.hole("slope"), 0.01)),
    ),
    "elu": Lowering(
        lambda use, x: extended(call("F.elu", x), option("alpha", use.hole("alpha"), 1)),
        lambda unit: extended(call("nn.ELU"), option("alpha", unit.hole("alpha"), 1)),
    ),
    "prelu": Lowering(lambda use, x: call("F.prelu", x, use.operand("weight")), _prelu_module, start=_prelu_start),
    "gelu": Lowering(
        lambda use, x: call("F.gelu", x, **_gelu(use.word("form"))),
        lambda unit: call("nn.GELU", **_gelu(unit.word("form"))),
    ),
    "softmax": _along("softmax", "Softmax"),
    "log_softmax": _along("log_softmax", "LogSoftmax"),
    "clamp": Lowering(_clamp),
}
