"""Operators on every element."""

from __future__ import annotations

from collections.abc import Callable

from archc.backends.torch.code import SELF, Code, Hole, Infix, Literal, Member, Name, Prefix, Slice, call, item, method
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Arguments, Unit, Use
from archc.backends.torch.starts import DTYPES
from archc.graph.static import DType


def aligned(use: Use) -> Code:
    """Return the second operand with its axes lined up with those of the first that `axis` names."""
    b = use.operand("b")
    named = dict(use.attributes).get("axis")
    if named is None:
        return b
    axes = named if isinstance(named, tuple) else (named,)
    places = [axis for axis in axes if isinstance(axis, int)]
    order = sorted(range(len(places)), key=places.__getitem__)
    if order != list(range(len(places))):
        b = method(b, "permute", *order)
    rank = use.rank("a")
    first = min(places, default=rank)
    if sorted(places) == list(range(first, rank)):
        return b
    if len(places) == 1:
        return method(b, "view", -1, *[1] * (rank - 1 - first))
    return item(b, *[Slice(None, None) if axis in places else Literal(None) for axis in range(first, rank)])


def _binary(operator: str) -> Lowering:
    return Lowering(lambda use, a: Infix(a, operator, aligned(use)))


def _bounded(function: str, end: str) -> Lowering:
    """The smaller or larger one; a number is an `end` of what it bounds."""

    def write(use: Use, a: Code) -> Code:
        b = use.operand("b")
        if isinstance(b, Hole) or isinstance(a, Hole):
            number, tensor = (b, a) if isinstance(b, Hole) else (a, b)
            return method(tensor, "clamp", **{end: number})
        return call(function, a, b)

    return Lowering(write)


def _method(name: str, module: str = "") -> Lowering:
    return Lowering(lambda use, x: method(x, name), _plain_module(module))


def _plain_module(module: str) -> Callable[[Unit], Code | None]:
    return lambda unit: call(module) if module else None


def _training(rate: Code) -> tuple[Code, Code]:
    return rate, Member(SELF, "training")


def _dropout_kind(arguments: Arguments, rank: int) -> str:
    """Return the number that stands in the name of a dropout of whole channels."""
    return f"{rank - 2}d" if arguments.word("each") == "channel" and 3 <= rank <= 5 else ""


def _cast(use: Use, x: Code) -> Code:
    to = use.value("to")
    name = DTYPES.get(to) if isinstance(to, DType) else None
    return method(x, "to", Name(name) if name else Member(use.anchor, "dtype"))


def _where(use: Use, condition: Code) -> Code:
    return call("torch.where", condition, use.operand("a"), use.operand("b"))


POINTWISE = {
    "add": _binary("+"),
    "sub": _binary("-"),
    "mul": _binary("*"),
    "div": _binary("/"),
    "floordiv": _binary("//"),
    "mod": _binary("%"),
    "pow": _binary("**"),
    "equal": _binary("=="),
    "not_equal": _binary("!="),
    "less": _binary("<"),
    "less_equal": _binary("<="),
    "greater": _binary(">"),
    "greater_equal": _binary(">="),
    "logical_and": _binary("&"),
    "logical_or": _binary("|"),
    "logical_not": Lowering(lambda use, x: Prefix("~", x)),
    "neg": Lowering(lambda use, x: Prefix("-", x)),
    "minimum": _bounded("torch.minimum", "max"),
    "maximum": _bounded("torch.maximum", "min"),
    "lerp": Lowering(lambda use, a: call("torch.lerp", a, use.operand("b"), use.hole("t"))),
    "abs": _method("abs"),
    "sign": _method("sign"),
    "floor": _method("floor"),
    "ceil": _method("ceil"),
    "round": _method("round"),
    "exp": _method("exp"),
    "log": _method("log"),
    "sin": _method("sin"),
    "cos": _method("cos"),
    "sqrt": _method("sqrt"),
    "rsqrt": _method("rsqrt"),
    "tanh": _method("tanh", "nn.Tanh"),
    "erf": _method("erf"),
    "sigmoid": _method("sigmoid", "nn.Sigmoid"),
    "identity": Lowering(lambda use, x: x, _plain_module("nn.Identity")),
    "where": Lowering(_where),
    "cast": Lowering(_cast),
    "dropout": Lowering(
        lambda use, x: call(f"F.dropout{_dropout_kind(use, use.rank('x'))}", x, *_training(use.hole("rate"))),
        lambda unit: call(f"nn.Dropout{_dropout_kind(unit, unit.rank)}", unit.hole("rate")),
    ),
    "droppath": Lowering(
        lambda use, x: call("drop_path", x, *_training(use.hole("rate"))),
        lambda unit: call("DropPath", unit.hole("rate")),
    ),
}
