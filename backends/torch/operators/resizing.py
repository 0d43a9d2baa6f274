"""Interpolation."""

from __future__ import annotations

from archc.backends.torch.code import Argument, Code, Hole, Listing, Literal, call, extended, item, method, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Core, Use

# -- resize --------------------------------------------------------------------------------------


def _resize(use: Use, x: Code) -> Code:
    axes = _resized_axes(use)
    options = (
        option("mode", _mode(use, len(axes)), "nearest"),
        *((Argument(Literal(use.value("corners") is True), "align_corners"),) if _is_linear(use) else ()),
        option("antialias", use.value("antialias") is True, False),
    )
    if use.value("size") is not None:
        target = Argument(Hole(use.value("size"), use.hint("size"), "size"), "size")
    else:
        target = Argument(use.axes("scale"), "scale_factor")
    return extended(call("F.interpolate", x), target, *options)


def _resized_axes(use: Use) -> tuple[int, ...]:
    named = use.value("axis")
    if named is None:
        return tuple(range(2, use.rank("x")))
    entries = named if isinstance(named, tuple) else (named,)
    return tuple(axis for axis in entries if isinstance(axis, int))


def _is_linear(use: Use) -> bool:
    return use.word("mode") in ("bilinear", "bicubic")


def _mode(use: Use, axes: int) -> str:
    words = {"nearest": "nearest", "nearest_half": "nearest-exact", "bicubic": "bicubic"}
    return words.get(use.word("mode")) or {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]


def _resize_around(use: Use, core: Core) -> Code:
    """PyTorch resizes what stands behind a batch and a channel axis: others are brought there and back."""
    x = use.operand("x")
    rank = use.rank("x")
    axes = _resized_axes(use)
    others = tuple(axis for axis in range(rank) if axis not in axes)
    if others == (0, 1):
        return core(x)
    order = (*others, *axes)
    moved = x if order == tuple(range(rank)) else method(x, "permute", *order)
    back = tuple(order.index(axis) for axis in range(rank))
    done = _led(use, core, moved, others)
    return done if back == tuple(range(rank)) else method(done, "permute", *back)


def _led(use: Use, core: Core, x: Code, others: tuple[int, ...]) -> Code:
    """The operator behind any number of axes, which are made two."""
    if len(others) < 2:
        for _ in range(2 - len(others)):
            x = method(x, "unsqueeze", 0)
        y = core(x)
        return item(y, *[0] * (2 - len(others)))
    if len(others) == 2:
        return core(x)
    lead = tuple(Hole(use.type("x").shape[axis], None, "size") for axis in others[:-1])
    return method(core(method(x, "flatten", 0, len(lead) - 1)), "unflatten", 0, Listing(lead, "()"))


RESIZING = {
    "resize": Lowering(_resize, around=_resize_around),
}
