"""Uses of operators on every element, over axes and between bases, as PyTorch has them."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.properties.uses import CASES, Draw, Use, Weights, case, entries, placed


def elementwise(name: str, expected: Callable[[Tensor], Tensor], text: str = "", positive: bool = False) -> None:
    """Register a case of an operator on every element."""

    def draw(d: Draw) -> Use:
        x = placed(d)[0] * 2
        x = x.abs() + 0.01 if positive else x
        return Use(text or f"x |> {name}", {"x": x}, lambda w: expected(x))

    CASES[name] = draw


for name_, expected_ in {
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": torch.round,
    "exp": torch.exp,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "erf": torch.erf,
    "sigmoid": torch.sigmoid,
    "relu": F.relu,
    "relu6": F.relu6,
    "silu": F.silu,
    "softplus": F.softplus,
    "mish": F.mish,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "gelu": F.gelu,
}.items():
    elementwise(name_, expected_)
elementwise("neg", torch.neg, "-x")
elementwise("log", torch.log, positive=True)
elementwise("sqrt", torch.sqrt, positive=True)
elementwise("rsqrt", torch.rsqrt, positive=True)
elementwise("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), "x |> gelu(tanh)")
elementwise("leaky_relu", lambda x: F.leaky_relu(x, 0.2), "x |> leaky_relu(0.2)")
elementwise("elu", lambda x: F.elu(x, 0.5), "x |> elu(0.5)")
elementwise("clamp", lambda x: x.clamp(-0.5, 1), "x |> clamp(-0.5, 1)")
elementwise("softclip", lambda x: 3 * torch.tanh(x / 3), "x |> softclip(3)")
elementwise("dropout", lambda x: F.dropout(x, 0.5, training=False), "x |> dropout(0.5)")
elementwise("droppath", lambda x: x, "x |> droppath(0.5)")
elementwise("logical_not", lambda x: ~(x > 0), "not (x > 0)")
elementwise("logical_and", lambda x: (x > 0) & (x < 1), "x > 0 and x < 1")
elementwise("logical_or", lambda x: (x > 1) | (x < 0), "x > 1 or x < 0")


def binary(name: str, sign: str, expected: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Register a case of an operator on two tensors that broadcast."""

    def draw(d: Draw) -> Use:
        shape = d.sizes(3, 2)
        a, b = d.tensor(*shape), d.tensor(*d.one(shape, shape[1:], [1, *shape[1:]], [*shape[:1], 1, 1], []))
        b = b.abs() + 0.5
        a = a.abs() if name == "pow" else a
        text = f"a {sign} b" if sign else f"{name}(a, b)"
        return Use(text, {"a": a, "b": b}, lambda w: expected(a, b))

    CASES[name] = draw


for name_, (sign_, function_) in {
    "add": ("+", torch.add),
    "sub": ("-", torch.sub),
    "mul": ("*", torch.mul),
    "div": ("/", torch.div),
    "floordiv": ("//", torch.floor_divide),
    "mod": ("%", torch.remainder),
    "pow": ("**", torch.pow),
    "equal": ("==", torch.eq),
    "not_equal": ("!=", torch.ne),
    "less": ("<", torch.lt),
    "less_equal": ("<=", torch.le),
    "greater": (">", torch.gt),
    "greater_equal": (">=", torch.ge),
    "minimum": ("", torch.minimum),
    "maximum": ("", torch.maximum),
}.items():
    binary(name_, sign_, function_)


@case
def use_mul_axis(d: Draw) -> Use:
    x = d.tensor(2, 3, 4, 5)
    axes = d.one([1], [0, 1], [-1], [2, 1])
    g = d.tensor(*(x.shape[a] for a in axes))
    text = f"x |> mul(g, axis={axes[0] if len(axes) == 1 else entries(axes)})"
    letters = "".join("abcd"[a] for a in axes)
    return Use(text, {"x": x, "g": g}, lambda w: torch.einsum(f"abcd,{letters}->abcd", x, g), counts=False)


@case
def use_lerp(d: Draw) -> Use:
    a, b = d.tensor(2, 3), d.tensor(2, 3)
    return Use("lerp(a, b, 0.1)", {"a": a, "b": b}, lambda w: torch.lerp(a, b, 0.1))


@case
def use_prelu(d: Draw) -> Use:
    x, each = d.tensor(2, 3, 4), d.one("tensor", "channel")
    return Use(f"x |> m: prelu(each={each})", {"x": x}, lambda w: F.prelu(x, w["m.weight"]))


@case
def use_softmax(d: Draw) -> Use:
    x, axis = placed(d)
    return Use(f"x |> softmax(axis={axis})", {"x": x}, lambda w: x.softmax(axis))


@case
def use_log_softmax(d: Draw) -> Use:
    x, axis = placed(d)
    return Use(f"x |> log_softmax(axis={axis})", {"x": x}, lambda w: x.log_softmax(axis))


# -- reductions ------------------------------------------------------------------------------------


def reducing(name: str, expected: Callable[..., Tensor]) -> None:
    """Register a case of an operator that reduces over axes."""

    def draw(d: Draw) -> Use:
        x = d.tensor(*d.sizes(3))
        axes, keep = d.one(None, [0], [-1], [0, 2], [1, 0], [0, 1, 2]), d.one(True, False)
        over = tuple(range(3)) if axes is None else tuple(axes)
        words = f"keep={str(keep).lower()}" + ("" if axes is None else f", axis={entries(axes)}")
        return Use(f"x |> {name}({words})", {"x": x}, lambda w: expected(x, over, keep))

    CASES[name] = draw


reducing("sum", torch.sum)
reducing("mean", torch.mean)
reducing("max", torch.amax)
reducing("min", torch.amin)
reducing("var", lambda x, axes, keep: x.var(axes, correction=0, keepdim=keep))
reducing("norm", lambda x, axes, keep: torch.linalg.vector_norm(x, 2, axes, keep))
reducing(
    "prod",
    lambda x, axes, keep: (
        x.log().sum(axes, keepdim=keep).exp() if bool((x > 0).all()) else signed_product(x, axes, keep)
    ),
)


def signed_product(x: Tensor, axes: tuple[int, ...], keep: bool) -> Tensor:
    size = x.abs().log().sum(axes, keepdim=keep).exp()
    odd = (x < 0).sum(axes, keepdim=keep) % 2 == 1
    return torch.where(odd, -size, size)


@case
def use_argmax(d: Draw) -> Use:
    (x, axis), keep = placed(d), d.one(True, False)
    return Use(f"x |> argmax(axis={axis}, keep={str(keep).lower()})", {"x": x}, lambda w: x.argmax(axis, keepdim=keep))


# -- transforms ------------------------------------------------------------------------------------


@case
def use_rfft(d: Draw) -> Use:
    x, norm = d.tensor(2, 3, d.size(2), d.size(2)), d.one("ortho", "backward", "forward")
    axes = d.one([-2, -1], [-1], [1, 2])
    return Use(
        f"x |> rfft(axis={entries(axes)}, norm={norm})", {"x": x}, lambda w: torch.fft.rfftn(x, dim=axes, norm=norm)
    )


@case
def use_irfft(d: Draw) -> Use:
    size, norm = d.sizes(2, 2), d.one("ortho", "backward", "forward")
    x = torch.fft.rfft2(d.tensor(2, 3, *size))
    return Use(
        f"irfft2(x, size={entries(size)}, norm={norm})", {"x": x}, lambda w: torch.fft.irfft2(x, s=size, norm=norm)
    )


@case
def use_as_complex(d: Draw) -> Use:
    x = d.tensor(3, 4, 2)
    return Use("x |> as_complex", {"x": x}, lambda w: torch.view_as_complex(x))


@case
def use_as_real(d: Draw) -> Use:
    x = torch.view_as_complex(d.tensor(3, 4, 2))
    return Use("x |> as_real", {"x": x}, lambda w: torch.view_as_real(x))


WAVES = {"haar": (1.0, 1.0), "db2": (1 + 3**0.5, 3 + 3**0.5, 3 - 3**0.5, 1 - 3**0.5)}


def wavelet_kernels(wave: str, channels: int) -> Tensor:
    """Return the kernels of all bands: the outer products of the low-pass filter, and of the high-pass one."""
    low = torch.tensor(WAVES[wave], dtype=torch.float64)
    low = low / low.norm()
    high = low.flip(0) * torch.tensor([(-1.0) ** i for i in range(len(low))], dtype=torch.float64)
    bands = [torch.outer((low, high)[b & 1], (low, high)[b >> 1]) for b in range(4)]
    return torch.stack(bands).unsqueeze(1).repeat(channels, 1, 1, 1)


def transformed(x: Tensor, wave: str, mode: str = "constant") -> Tensor:
    """Return the bands of an image, by a convolution."""
    taps, channels = len(WAVES[wave]), x.shape[1]
    wide = F.pad(x, (taps - 2, taps - 1) * 2, mode=mode)
    return F.conv2d(wide, wavelet_kernels(wave, channels), stride=2, groups=channels)


@case
def use_dwt(d: Draw) -> Use:
    x, wave = d.tensor(2, 3, d.size(4, 7), d.size(4, 7)), d.one(*WAVES)
    fill, mode = d.one(("zeros", "constant"), ("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular"))
    return Use(f"x |> dwt({wave}, fill={fill})", {"x": x}, lambda w: transformed(x, wave, mode))


@case
def use_idwt(d: Draw) -> Use:
    x, wave = d.tensor(1, 2, 2 * d.size(2, 4), 2 * d.size(2, 4)), d.one(*WAVES)

    def expected(_: Weights) -> Tensor:
        kernels = wavelet_kernels(wave, 2)
        back = F.conv_transpose2d(transformed(x, wave), kernels, stride=2, padding=kernels.shape[2] - 2, groups=2)
        torch.testing.assert_close(back, x)
        return back

    return Use(f"x |> dwt({wave}) |> idwt({wave})", {"x": x}, expected)


@case
def use_resize(d: Draw) -> Use:
    mode, torch_mode = d.one(
        ("bilinear", "bilinear"), ("bicubic", "bicubic"), ("nearest", "nearest"), ("nearest_half", "nearest-exact")
    )
    smooth = mode in ("bilinear", "bicubic")
    corners, antialias = d.one((True, False), (False, True), (False, False)) if smooth else (False, False)
    x, size = d.tensor(2, 3, d.size(2), d.size(2)), d.sizes(2)
    words = f"mode={mode}, corners={str(corners).lower()}, antialias={str(antialias).lower()}"
    return Use(
        f"x |> resize({entries(size)}, {words})",
        {"x": x},
        lambda w: F.interpolate(
            x, size, mode=torch_mode, align_corners=corners if smooth else None, antialias=antialias
        ),
    )


@case
def use_resize_scale(d: Draw) -> Use:
    scale = d.one(0.5, 2, 0.25, 1.5)
    x = d.tensor(2, 3, d.size(4, 9), d.size(4, 9))
    return Use(f"x |> resize(scale={scale})", {"x": x}, lambda w: F.interpolate(x, scale_factor=scale, mode="bilinear"))
