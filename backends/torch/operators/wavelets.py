"""Wavelet transforms: convolutions of every channel by itself, with the kernels of all bands."""

from __future__ import annotations

from archc.backends.torch.code import Code, Listing, Literal, call, extended, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Use
from archc.backends.torch.operators.windows import FILLS
from archc.graph.ir import Apply, Value
from archc.semantics.builtins.wavelets import taps


def _is_convolution(apply: Apply) -> bool:
    """Say whether there are as many spatial axes as PyTorch's convolutions take."""
    x = apply.operands[0]
    return isinstance(x, Value) and 3 <= len(x.type.shape) <= 5


def _filter(use: Use) -> Code:
    return Listing(tuple(map(Literal, taps(use.word("wave")))), "()")


def _transform(use: Use, x: Code) -> Code:
    fill = use.word("fill")
    mode = option("mode", "constant" if fill == "zeros" else FILLS[fill], "constant")
    return extended(call("dwt", x, _filter(use)), mode)


WAVELETS = {
    "dwt": Lowering(_transform, accepts=_is_convolution),
    "idwt": Lowering(lambda use, x: call("idwt", x, _filter(use)), accepts=_is_convolution),
}
