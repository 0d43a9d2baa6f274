"""Windows over an image, and what stands around it: pads, pools, columns."""

from __future__ import annotations

from archc.backends.torch.code import (
    Argument,
    Axes,
    Code,
    Hole,
    Infix,
    Listing,
    Literal,
    call,
    extended,
    item,
    method,
    option,
)
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Arguments, Core, Sides, Unit, Use, pairs
from archc.graph.ir import Apply

FILLS = {"zeros": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
"""Our words for what stands in a pad, and PyTorch's."""


def spatial(arguments: Arguments) -> int:
    """Return over how many axes the windows go."""
    kernel = arguments.value("k")
    return len(kernel) if isinstance(kernel, tuple) else 1


def even_pads(arguments: Arguments) -> Code | None:
    """Return the pads where both sides of every axis are alike, so that the operator itself can add them."""
    sides = pairs(arguments.value("pad"), spatial(arguments))
    if sides is None or any(before != after for before, after in sides):
        return None
    hint = arguments.hint("pad")
    return Axes(tuple(Hole(before, hint, "padding") for before, _ in sides))


def padded(x: Code, sides: Sides, fill: str = "zeros", value: float = 0.0) -> Code:
    """Return `x` with places added around its last axes; PyTorch counts them from the last axis backwards."""
    amounts = tuple(Hole(amount, None, "padding") for pair in reversed(sides) for amount in pair)
    base = call("F.pad", x, Listing(amounts, "()"))
    mode = () if fill == "zeros" else (Argument(Literal(FILLS[fill]), "mode"),)
    return extended(base, *mode, *((Argument(Literal(value), "value"),) if value else ()))


def same(use: Use, x: Code, fill: str = "zeros", value: float = 0.0) -> Code:
    """Return `x` padded so that a window starts at every stride-th place, the odd place last."""
    base = call("pad_same", x, _row(use.axes("k")), _row(use.axes("stride")))
    dilated = "dilation" in dict(use.attributes)
    once = Listing((Literal(1),) * spatial(use), "()")
    return extended(
        base,
        *((option("dilation", _row(use.axes("dilation")), once),) if dilated else ()),
        option("mode", "constant" if fill == "zeros" else FILLS[fill], "constant"),
        option("value", value, 0.0),
    )


def _row(code: Code) -> Code:
    return Listing(code.items if isinstance(code, Axes) else (code,), "()")


def around(use: Use, x: Code, value: float) -> Code:
    """Return `x` with the pad that the operator itself cannot add."""
    sides = pairs(use.value("pad"), spatial(use))
    return same(use, x, value=value) if sides is None else padded(x, sides, value=value)


# -- pools ---------------------------------------------------------------------------------------


def _steps(arguments: Arguments) -> tuple[Argument, ...]:
    padding = even_pads(arguments)
    own = arguments.value("stride") == arguments.value("k")
    return (
        *(() if own else (Argument(arguments.axes("stride"), "stride"),)),
        option("padding", Literal(0) if padding is None else padding, 0),
        option("ceil_mode", arguments.value("ceil") is True, False),
    )


def _max_options(arguments: Arguments) -> tuple[Argument, ...]:
    return (*_steps(arguments), option("dilation", arguments.axes("dilation"), 1))


def _max_function(use: Use, x: Code) -> Code:
    return extended(call(f"F.max_pool{spatial(use)}d", x, use.axes("k")), *_max_options(use))


def _max_module(unit: Unit) -> Code | None:
    return extended(call(f"nn.MaxPool{spatial(unit)}d", unit.axes("k")), *_max_options(unit))


def _max_around(use: Use, core: Core) -> Code:
    x = use.operand("x")
    return core(x) if even_pads(use) is not None else core(around(use, x, float("-inf")))


def _argmax_function(use: Use, x: Code) -> Code:
    base = extended(call(f"F.max_pool{spatial(use)}d", x, use.axes("k")), *_max_options(use))
    return item(extended(base, Argument(Literal(True), "return_indices")), 1)


def _unpool(use: Use, x: Code) -> Code:
    size = use.value("size")
    sizes = tuple(Hole(one, None, "size") for one in (size if isinstance(size, tuple) else (size,)))
    lead = tuple(Hole(one, None, "size") for one in use.type("x").shape[:2])
    blank = method(x, "new_zeros", Listing((*lead, *sizes), "()"))
    index = method(use.operand("index"), "flatten", 2)
    filled = method(method(blank, "flatten", 2), "scatter", 2, index, method(x, "flatten", 2))
    return method(filled, "unflatten", 2, Listing(sizes, "()"))


def _mean_options(arguments: Arguments) -> tuple[Argument, ...]:
    inside = even_pads(arguments) is None or arguments.value("count_pad") is True
    return (*_steps(arguments), option("count_include_pad", inside, True))


def _mean_function(use: Use, x: Code) -> Code:
    return extended(call(f"F.avg_pool{spatial(use)}d", x, use.axes("k")), *_mean_options(use))


def _mean_module(unit: Unit) -> Code | None:
    return extended(call(f"nn.AvgPool{spatial(unit)}d", unit.axes("k")), *_mean_options(unit))


def _mean_around(use: Use, core: Core) -> Code:
    """With uneven pads that do not count, the mean of every window is divided by the share of it that lies inside."""
    x = use.operand("x")
    if even_pads(use) is not None:
        return core(x)
    total = core(around(use, x, 0.0))
    if use.value("count_pad") is True:
        return total
    return Infix(total, "/", core(around(use, call("torch.ones_like", x), 0.0)))


def _adaptive(use: Use, x: Code) -> Code:
    return call(f"F.adaptive_avg_pool{use.rank('x') - 2}d", x, use.axes("size"))


def _adaptive_module(unit: Unit) -> Code | None:
    return call(f"nn.AdaptiveAvgPool{unit.rank - 2}d", unit.axes("size")) if 3 <= unit.rank <= 5 else None


# -- pads and columns ----------------------------------------------------------------------------


def _pad(use: Use, x: Code) -> Code:
    rank = use.rank("x")
    named = use.value("axis")
    axes = tuple(range(2, rank)) if named is None else named if isinstance(named, tuple) else (named,)
    sides = pairs(use.value("by"), len(axes)) or ()
    table = {axis: side for axis, side in zip(axes, sides, strict=True) if isinstance(axis, int)}
    first = min(table, default=rank)
    everywhere: Sides = tuple(table.get(axis, (0, 0)) for axis in range(first, rank))
    return padded(x, everywhere, use.word("fill"))


def _unfold(use: Use, x: Code) -> Code:
    base = call("F.unfold", x, use.axes("k"))
    padding = even_pads(use)
    return extended(
        base,
        option("dilation", use.axes("dilation"), 1),
        option("padding", Literal(0) if padding is None else padding, 0),
        option("stride", use.axes("stride"), 1),
    )


def _is_image(apply: Apply) -> bool:
    x = apply.operand("x")
    return x is not None and not isinstance(x, tuple) and len(x.type.shape) == 4


def _unfold_around(use: Use, core: Core) -> Code:
    x = use.operand("x")
    return core(x) if even_pads(use) is not None else core(around(use, x, 0.0))


def _shuffle(use: Use, x: Code) -> Code:
    return call("F.pixel_shuffle", x, use.hole("r"))


WINDOWS = {
    "maxpool": Lowering(_max_function, _max_module, _max_around),
    "argmaxpool": Lowering(_argmax_function),
    "unpool": Lowering(_unpool),
    "avgpool": Lowering(_mean_function, _mean_module, _mean_around),
    "adaptive_avgpool": Lowering(_adaptive, _adaptive_module),
    "pad": Lowering(_pad),
    "unfold": Lowering(_unfold, around=_unfold_around, accepts=_is_image),
    "pixel_shuffle": Lowering(_shuffle, lambda unit: call("nn.PixelShuffle", unit.hole("r")), accepts=_is_image),
    "spread": Lowering(lambda use, x: call("spread", x, _row(use.axes("by")))),
    "dirac": Lowering(lambda use, x: call("dirac_like", use.operand("weight"))),
}

__all__ = ["FILLS", "WINDOWS", "even_pads", "padded", "same", "spatial"]
