"""Operators that move, cut and join, and reductions."""

from __future__ import annotations

from archc.backends.torch.code import Code, Hole, Literal, Slice, call, extended, item, method, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.rearranging import permuted, rearranged
from archc.backends.torch.operators.reshaping import reshaped
from archc.backends.torch.operators.use import Unit, Use, dims


def _integer(use: Use, name: str) -> int:
    value = use.value(name)
    assert isinstance(value, int), name
    return value


def _axes(use: Use) -> tuple[int, ...]:
    """Return the axes that are reduced."""
    named = use.value("axis")
    if named is None:
        return tuple(range(use.rank("x")))
    entries = named if isinstance(named, tuple) else (named,)
    return tuple(axis for axis in entries if isinstance(axis, int))


def _reduction(name: str) -> Lowering:
    def write(use: Use, x: Code) -> Code:
        return extended(method(x, name, dim=dims(_axes(use))), option("keepdim", use.value("keep") is True, False))

    return Lowering(write)


def _extreme(name: str) -> Lowering:
    def write(use: Use, x: Code) -> Code:
        return extended(method(x, name, dim=dims(_axes(use))), option("keepdim", use.value("keep") is True, False))

    return Lowering(write)


def _product(use: Use, x: Code) -> Code:
    keep = use.value("keep") is True
    for axis in sorted(_axes(use), reverse=True):
        x = extended(method(x, "prod", dim=axis), option("keepdim", keep, False))
    return x


def _length(use: Use, x: Code) -> Code:
    base = call("torch.linalg.vector_norm", x, dim=dims(_axes(use)))
    return extended(base, option("keepdim", use.value("keep") is True, False))


def _argmax(use: Use, x: Code) -> Code:
    base = method(x, "argmax", dim=_integer(use, "axis"))
    return extended(base, option("keepdim", use.value("keep") is True, False))


def _variance(use: Use, x: Code) -> Code:
    base = extended(method(x, "var", dim=dims(_axes(use))), option("correction", use.hole("correction"), 1))
    return extended(base, option("keepdim", use.value("keep") is True, False))


def _gap(use: Use, x: Code) -> Code:
    axes = tuple(range(2, use.rank("x")))
    return extended(method(x, "mean", dim=dims(axes)), option("keepdim", use.value("keep") is True, False))


def _pooled(unit: Unit) -> Code | None:
    if unit.value("keep") is not True or not 3 <= unit.rank <= 5:
        return None
    return call(f"nn.AdaptiveAvgPool{unit.rank - 2}d", 1)


def _split(use: Use, x: Code) -> Code:
    sizes = Hole(use.value("d"), use.hint("d"), "sizes")
    return method(x, "split", sizes, dim=_integer(use, "axis"))


def _select(use: Use, x: Code) -> Code:
    lead: list[Code] = [Slice(None, None)] * _integer(use, "axis")
    return item(x, *lead, use.hole("index"))


def _slice(use: Use, x: Code) -> Code:
    lead: list[Code] = [Slice(None, None)] * _integer(use, "axis")
    axis = _integer(use, "axis")
    start = None if use.value("start") == 0 else use.hole("start")
    stop = None if use.value("stop") == use.type("x").shape[axis] else use.hole("stop")
    return item(x, *lead, Slice(start, stop))


def _permute(use: Use, x: Code) -> Code:
    order = use.value("order")
    assert isinstance(order, tuple)
    return permuted(x, tuple(axis for axis in order if isinstance(axis, int)))


def _expand(use: Use, x: Code) -> Code:
    sizes: list[Code] = [Literal(-1)] * use.rank("x")
    sizes[_integer(use, "axis")] = use.hole("n")
    return method(x, "expand", *sizes)


def _flip(use: Use, x: Code) -> Code:
    return method(x, "flip", dims(_axes(use)))


def _topk(use: Use, x: Code) -> Code:
    return extended(method(x, "topk", use.hole("k")), option("dim", _integer(use, "axis"), use.rank("x") - 1))


SHAPING = {
    "mean": _reduction("mean"),
    "sum": _reduction("sum"),
    "max": _extreme("amax"),
    "min": _extreme("amin"),
    "prod": Lowering(_product),
    "norm": Lowering(_length),
    "argmax": Lowering(_argmax),
    "cumsum": Lowering(lambda use, x: method(x, "cumsum", dim=_integer(use, "axis"))),
    "topk": Lowering(_topk),
    "unstack": Lowering(lambda use, x: method(x, "unbind", dim=_integer(use, "axis"))),
    "expand": Lowering(_expand),
    "flip": Lowering(_flip),
    "roll": Lowering(lambda use, x: method(x, "roll", use.hole("by"), _integer(use, "axis"))),
    "flatten": Lowering(lambda use, x: method(x, "flatten", 1), lambda unit: call("nn.Flatten")),
    "var": Lowering(_variance),
    "gap": Lowering(_gap, _pooled),
    "split": Lowering(_split),
    "chunk": Lowering(lambda use, x: method(x, "chunk", use.hole("n"), dim=_integer(use, "axis"))),
    "concat": Lowering(lambda use, xs: call("torch.cat", xs, dim=_integer(use, "axis"))),
    "stack": Lowering(lambda use, xs: call("torch.stack", xs, dim=_integer(use, "axis"))),
    "select": Lowering(_select),
    "slice": Lowering(_slice),
    "permute": Lowering(_permute),
    "reshape": Lowering(reshaped),
    "rearrange": Lowering(rearranged),
}
