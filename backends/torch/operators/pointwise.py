"""Operators on every element."""

from __future__ import annotations

from collections.abc import Callable

from archc.backends.torch.code import SELF, Code, Infix, Literal, Member, Prefix, Slice, call, item, method
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Unit, Use


def aligned(use: Use) -> Code:
    """Return the second operand with its axes lined up with those of the first that `axis` names."""
    b = use.operand("b")
    named = dict(use.attributes).get("axis")
    if named is None:
        return b
    axes = named if isinstance(named, tuple) else (named,)
    places = [axis for axis in axes if isinstance(axis, int)]
    rank = use.rank("a")
    first = min(places, default=rank)
    if sorted(places) == list(range(first, rank)):
        return b
    if len(places) == 1:
        return method(b, "view", -1, *[1] * (rank - 1 - first))
    return item(b, *[Slice(None, None) if axis in places else Literal(None) for axis in range(first, rank)])


def _binary(operator: str) -> Lowering:
    return Lowering(lambda use, a: Infix(a, operator, aligned(use)))


def _two(function: str) -> Lowering:
    return Lowering(lambda use, a: call(function, a, use.operand("b")))


def _function(name: str, module: str = "") -> Lowering:
    return Lowering(lambda use, x: call(name, x), _plain_module(module))


def _method(name: str, module: str = "") -> Lowering:
    return Lowering(lambda use, x: method(x, name), _plain_module(module))


def _plain_module(module: str) -> Callable[[Unit], Code | None]:
    return lambda unit: call(module) if module else None


def _gelu_options(word: str) -> dict[str, str]:
    return {"approximate": "tanh"} if word == "tanh" else {}


def _training(rate: Code) -> tuple[Code, Code]:
    return rate, Member(SELF, "training")


POINTWISE = {
    "add": _binary("+"),
    "sub": _binary("-"),
    "mul": _binary("*"),
    "div": _binary("/"),
    "floordiv": _binary("//"),
    "mod": _binary("%"),
    "pow": _binary("**"),
    "neg": Lowering(lambda use, x: Prefix("-", x)),
    "minimum": _two("torch.minimum"),
    "maximum": _two("torch.maximum"),
    "lerp": Lowering(lambda use, a: call("torch.lerp", a, use.operand("b"), use.hole("t"))),
    "exp": _method("exp"),
    "log": _method("log"),
    "sqrt": _method("sqrt"),
    "rsqrt": _method("rsqrt"),
    "tanh": _method("tanh", "nn.Tanh"),
    "erf": _method("erf"),
    "sigmoid": _method("sigmoid", "nn.Sigmoid"),
    "relu": _function("F.relu", "nn.ReLU"),
    "gelu": Lowering(
        lambda use, x: call("F.gelu", x, **_gelu_options(use.word("form"))),
        lambda unit: call("nn.GELU", **_gelu_options(unit.word("form"))),
    ),
    "identity": Lowering(lambda use, x: x, _plain_module("nn.Identity")),
    "dropout": Lowering(
        lambda use, x: call("F.dropout", x, *_training(use.hole("rate"))),
        lambda unit: call("nn.Dropout", unit.hole("rate")),
    ),
    "droppath": Lowering(
        lambda use, x: call("drop_path", x, *_training(use.hole("rate"))),
        lambda unit: call("DropPath", unit.hole("rate")),
    ),
}
