"""Convolutions."""

from __future__ import annotations

from archc.backends.torch.code import Argument, Code, Literal, call, extended, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Arguments, Core, Unit, Use, pairs
from archc.backends.torch.operators.windows import FILLS, even_pads, padded, same, spatial
from archc.graph.static import Static

# -- conv ----------------------------------------------------------------------------------------


def _windows(arguments: Arguments, padding: Code | None) -> tuple[Argument, ...]:
    return (
        option("stride", arguments.axes("stride"), 1),
        option("padding", Literal(0) if padding is None else padding, 0),
        option("dilation", arguments.axes("dilation"), 1),
        option("groups", arguments.hole("groups", is_width=True), 1),
    )


def _conv_module(unit: Unit) -> Code | None:
    groups = unit.value("groups")
    if not 1 <= spatial(unit) <= 3 or not unit.has("weight") or not isinstance(groups, int):
        return None
    padding = even_pads(unit)
    channels = unit.size("weight", 1, "in_channels", groups)
    base = call(f"nn.Conv{spatial(unit)}d", channels, unit.hole("C", "out_channels", is_width=True), unit.axes("k"))
    return extended(
        base,
        *_windows(unit, padding),
        option("bias", unit.has("bias"), True),
        option("padding_mode", "zeros" if padding is None else FILLS[unit.word("fill")], "zeros"),
    )


def _conv_function(use: Use, x: Code) -> Code:
    bias = use.optional("bias")
    base = call(f"F.conv{spatial(use)}d", x, use.operand("weight"), *(() if bias is None else (bias,)))
    return extended(base, *_windows(use, even_pads(use) if use.word("fill") == "zeros" else None))


def _conv_around(use: Use, core: Core) -> Code:
    x = use.operand("x")
    sides = pairs(use.value("pad"), spatial(use))
    if sides is None:
        return core(same(use, x, use.word("fill")))
    if even_pads(use) is None or (use.word("fill") != "zeros" and not core.is_module):
        x = padded(x, sides, use.word("fill"))
    return core(x)


# -- convT ---------------------------------------------------------------------------------------


def _transposed(arguments: Arguments) -> tuple[Argument, ...]:
    padding = even_pads(arguments)
    return (
        option("stride", arguments.axes("stride"), 1),
        option("padding", Literal(0) if padding is None else padding, 0),
        option("output_padding", arguments.axes("grow"), 0),
        option("groups", arguments.hole("groups"), 1),
    )


def _transposed_module(unit: Unit) -> Code | None:
    if not 1 <= spatial(unit) <= 3 or not unit.has("weight"):
        return None
    channels = unit.size("weight", 0, "in_channels")
    base = call(f"nn.ConvTranspose{spatial(unit)}d", channels, unit.hole("C", "out_channels"), unit.axes("k"))
    bias = option("bias", unit.has("bias"), True)
    return extended(base, *_transposed(unit), bias, option("dilation", unit.axes("dilation"), 1))


def _transposed_function(use: Use, x: Code) -> Code:
    bias = use.optional("bias")
    base = call(f"F.conv_transpose{spatial(use)}d", x, use.operand("weight"), *(() if bias is None else (bias,)))
    return extended(base, *_transposed(use), option("dilation", use.axes("dilation"), 1))


def _transposed_around(use: Use, core: Core) -> Code:
    """Uneven pads are cut off the result."""
    y = core(use.operand("x"))
    sides = pairs(use.value("pad"), spatial(use)) or ()
    if even_pads(use) is not None:
        return y
    return padded(y, tuple((_negative(before), _negative(after)) for before, after in sides), "zeros")


def _negative(amount: Static) -> Static:
    return -amount if isinstance(amount, int) else amount


CONVOLUTIONS = {
    "conv": Lowering(_conv_function, _conv_module, _conv_around),
    "convT": Lowering(_transposed_function, _transposed_module, _transposed_around),
}
