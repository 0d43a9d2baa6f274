"""Fourier transforms and complex numbers."""

from __future__ import annotations

from archc.backends.torch.code import Argument, Code, Hole, call, extended, method, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Use, dims


def _axes(use: Use) -> tuple[int, ...]:
    named = use.value("axis")
    entries = named if isinstance(named, tuple) else (named,)
    return tuple(axis for axis in entries if isinstance(axis, int))


def _is_image(use: Use) -> bool:
    """Say whether the transform is that of the last two axes, for which PyTorch has a name."""
    rank = use.rank("x")
    return _axes(use) == (rank - 2, rank - 1)


def _forward(use: Use, x: Code) -> Code:
    norm = option("norm", use.word("norm"), "backward")
    if _is_image(use):
        return extended(call("torch.fft.rfft2", x), norm)
    return extended(call("torch.fft.rfftn", x, dim=dims(_axes(use), always=True)), norm)


def _inverse(use: Use, x: Code) -> Code:
    size = Argument(Hole(use.value("size"), use.hint("size"), "size"), "s")
    norm = option("norm", use.word("norm"), "backward")
    if _is_image(use):
        return extended(call("torch.fft.irfft2", x), size, norm)
    return extended(call("torch.fft.irfftn", x), size, Argument(dims(_axes(use), always=True), "dim"), norm)


FOURIER = {
    "rfft": Lowering(_forward),
    "irfft": Lowering(_inverse),
    "as_complex": Lowering(lambda use, x: call("torch.view_as_complex", method(x, "contiguous"))),
    "as_real": Lowering(lambda use, x: call("torch.view_as_real", x)),
}
