"""Uses of operators with weights, of attention and of normalisations, as PyTorch has them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.properties.interpreter import torch_pad
from tests.properties.uses import CASES, Draw, Use, Weights, case, entries

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
CONV_T = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


@case
def use_conv(d: Draw) -> Use:
    n, groups = d.size(1, 3), d.size(1, 3)
    k, stride, dilation = d.sizes(n, 1, 3), d.sizes(n, 1, 3), d.sizes(n, 1, 2)
    before, after = d.sizes(n, 0, 2), d.sizes(n, 0, 2)
    spare = [dl * (kk - 1) + 1 for kk, dl in zip(k, dilation, strict=True)]
    x = d.tensor(2, groups * d.size(1, 2), *(s + d.size(0, 4) for s in spare))
    width, bias = groups * d.size(1, 2), d.one(True, False)
    pads = entries([f"({a}, {b})" for a, b in zip(before, after, strict=True)])  # type: ignore[misc]
    text = (
        f"x |> m: conv({width}, k={entries(k)}, stride={entries(stride)}, pad={pads}, "
        f"dilation={entries(dilation)}, groups={groups}, bias={str(bias).lower()})"
    )
    return Use(
        text,
        {"x": x},
        lambda w: CONV[n](
            torch_pad(x, tuple(before), tuple(after)), w["m.weight"], w.get("m.bias"), stride, 0, dilation, groups
        ),
    )


@case
def use_conv_fill(d: Draw) -> Use:
    fill, mode = d.one(("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular"))
    pad = d.size(1, 3)
    x = d.tensor(2, 3, d.size(4, 6), d.size(4, 6))
    return Use(
        f"x |> m: conv(2, k=3, pad={pad}, fill={fill})",
        {"x": x},
        lambda w: F.conv2d(F.pad(x, (pad,) * 4, mode=mode), w["m.weight"], w["m.bias"]),
    )


@case
def use_conv_same(d: Draw) -> Use:
    k, stride = d.size(1, 5), d.size(1, 3)
    x = d.tensor(1, 2, d.size(5, 12))

    def expected(w: Weights) -> Tensor:
        total = max((-(-x.shape[2] // stride) - 1) * stride + k - x.shape[2], 0)
        return F.conv1d(F.pad(x, (total // 2, total - total // 2)), w["m.weight"], w["m.bias"], stride)

    return Use(f"x |> m: conv(3, k={k}, stride={stride}, pad=same)", {"x": x}, expected)


@case
def use_dwconv(d: Draw) -> Use:
    width = d.size()
    x = d.tensor(2, width, 7, 9)
    return Use("x |> m: dwconv(5)", {"x": x}, lambda w: F.conv2d(x, w["m.weight"], w["m.bias"], 1, 2, 1, width))


def use_conv_transposed(d: Draw) -> Use:
    n, groups = d.size(1, 2), d.size(1, 2)
    k, stride, dilation = d.size(1, 4), d.size(1, 3), d.size(1, 2)
    pad, grow = d.size(0, (dilation * (k - 1)) // 2), d.size(0, max(stride, dilation) - 1)
    x = d.tensor(2, 2 * groups, *d.sizes(n, 3, 5))
    width = groups * d.size(1, 2)
    return Use(
        f"x |> m: convT({width}, k={k}, stride={stride}, pad={pad}, grow={grow}, dilation={dilation}, groups={groups})",
        {"x": x},
        lambda w: CONV_T[n](x, w["m.weight"], w["m.bias"], stride, pad, grow, groups, dilation),
    )


CASES["convT"] = use_conv_transposed


@case
def use_linear(d: Draw) -> Use:
    shape = d.sizes(d.size(1, 4))
    axis = d.size(0, len(shape) - 1) - d.one(0, len(shape))
    x = d.tensor(*shape)
    return Use(
        f"x |> m: linear(4, axis={axis})",
        {"x": x},
        lambda w: F.linear(x.movedim(axis, -1), w["m.weight"], w["m.bias"]).movedim(-1, axis),
    )


@case
def use_embedding(d: Draw) -> Use:
    index = d.index(5, *d.sizes(d.size(0, 3)))
    return Use("x |> m: embedding(5, 3)", {"x": index}, lambda w: F.embedding(index, w["m.weight"]))


@case
def use_matmul(d: Draw) -> Use:
    n, k, m = d.sizes(3)
    batch = d.sizes(2)
    a = d.tensor(*batch, n, k)
    b = d.tensor(*d.one(batch, batch[1:], [1, batch[1]], []), k, m)
    return Use("matmul(a, b)", {"a": a, "b": b}, lambda w: torch.matmul(a, b))


@case
def use_einsum(d: Draw) -> Use:
    pattern, compact, shapes = d.one(
        ("b i d, b j d -> b i j", "bid,bjd->bij", ("bid", "bjd")),
        ("ij,jk->ik", "ij,jk->ik", ("ij", "jk")),
        ("o i y x, b i -> b o", "oiyx,bi->bo", ("oiyx", "bi")),
        ("a b, b c, c d -> a d", "ab,bc,cd->ad", ("ab", "bc", "cd")),
        ("a b -> b a", "ab->ba", ("ab",)),
    )
    size = {letter: d.size(2, 5) for letter in "abcdijkoxy"}
    names = "pqr"[: len(shapes)]
    tensors = {n: d.tensor(*(size[c] for c in s)) for n, s in zip(names, shapes, strict=True)}
    return Use(
        f'einsum("{pattern}", [{", ".join(names)}])', tensors, lambda w: torch.einsum(compact, *tensors.values())
    )


@case
def use_unfold(d: Draw) -> Use:
    k, stride, pad, dilation = d.size(1, 3), d.size(1, 2), d.size(0, 1), d.size(1, 2)
    x = d.tensor(2, 3, d.size(5, 8), d.size(5, 8))
    return Use(
        f"x |> unfold({k}, stride={stride}, pad={pad}, dilation={dilation})",
        {"x": x},
        lambda w: F.unfold(x, k, dilation, pad, stride),
    )


@case
def use_dynconv(d: Draw) -> Use:
    planes, n, k = d.size(1, 3), d.size(2, 3), d.one(1, 3, 5)
    share = d.one("interleaved", "contiguous")
    x, w = d.tensor(2, planes * n, 4, 5), d.tensor(2, planes, k * k, 4, 5)

    def expected(_: Weights) -> Tensor:
        result = torch.zeros_like(x)
        wide = F.pad(x, (k // 2,) * 4)
        for c in range(planes * n):
            plane = w[:, c % planes if share == "interleaved" else c // n]
            for t in range(k * k):
                result[:, c] += plane[:, t] * wide[:, c, t // k : t // k + 4, t % k : t % k + 5]
        return result

    return Use(f"dynconv(x, w, {k}, share={share})", {"x": x, "w": w}, expected)


@case
def use_attention(d: Draw) -> Use:
    share = d.one(1, 2)
    n, m, e, g = d.size(1, 5), d.size(5, 7), d.size(), d.size(1, 2)
    q, k, v = d.tensor(2, g * share, n, 3), d.tensor(2, g, m, 3), d.tensor(2, g, m, e)
    causal, scale = d.one(True, False), d.one(None, 0.5)
    window = d.one(None, 2, 3) if causal else None
    bias = d.tensor(g * share, n, m) if d.one(True, False) else None
    extra = {"bias": bias} if bias is not None else {}

    def expected(_: Weights) -> Tensor:
        scores = q @ k.repeat_interleave(share, 1).transpose(-1, -2) * (3**-0.5 if scale is None else scale)
        scores = scores if bias is None else scores + bias
        if causal:
            last, at = torch.arange(n)[:, None] + m - n, torch.arange(m)
            seen = (at <= last) & (at > last - (m + n if window is None else window))
            scores = scores.masked_fill(~seen, float("-inf"))
        return scores.softmax(-1) @ v.repeat_interleave(share, 1)

    words = [f"causal={str(causal).lower()}", *(f"bias={name}" for name in extra)]
    words += [f"window={window}"] if window is not None else []
    words += [f"scale={scale}"] if scale is not None else []
    return Use(f"attention(q, k, v, {', '.join(words)})", {"q": q, "k": k, "v": v, **extra}, expected)


@case
def use_rope(d: Draw) -> Use:
    t, half, theta = d.size(1, 5), d.size(1, 3), d.one(1e4, 100.0)
    x, at = d.tensor(2, 3, t, 2 * half), d.index(50, t)
    layout = d.one("half", "pairs")
    speed = theta ** (-2 * torch.arange(half, dtype=torch.float64) / (2 * half))
    return Use(
        f"rope(x, at, theta={theta}, layout={layout})",
        {"x": x, "at": at},
        lambda w: turned(x, at[:, None] * speed, layout),
    )


@case
def use_rope_split(d: Draw) -> Use:
    t, parts = d.size(1, 5), d.sizes(3, 1, 3)
    x, at = d.tensor(2, t, 2 * sum(parts)), d.tensor(t, 3) * 9
    speeds = [100.0 ** (-torch.arange(n, dtype=torch.float64) / n) for n in parts]
    angle = torch.cat([at[:, j : j + 1] * speed for j, speed in enumerate(speeds)], 1)
    return Use(
        f"rope(x, at, theta=100, layout=pairs, split={entries(parts)})",
        {"x": x, "at": at},
        lambda w: turned(x, angle, "pairs"),
    )


def turned(x: Tensor, angle: Tensor, layout: str) -> Tensor:
    """Return the pairs of the last axis turned by angles."""
    turn = torch.polar(torch.ones_like(angle), angle)
    halves = x.unflatten(-1, (2, -1)).transpose(-1, -2) if layout == "half" else x.unflatten(-1, (-1, 2))
    found = torch.view_as_real(torch.view_as_complex(halves.contiguous()) * turn)
    return found.transpose(-1, -2).flatten(-2) if layout == "half" else found.flatten(-2)


@case
def use_upfirdn(d: Draw) -> Use:
    up, down, low, high = d.size(1, 3), d.size(1, 2), d.size(-1, 3), d.size(-1, 3)
    x, kernel = d.tensor(2, 3, d.size(5, 7), d.size(5, 7)), d.tensor(d.size(1, 3), d.size(1, 3))

    def expected(_: Weights) -> Tensor:
        wide = torch.zeros(2, 3, x.shape[2] * up, x.shape[3] * up, dtype=x.dtype)
        wide[:, :, ::up, ::up] = x
        weight = kernel.flip(0, 1).expand(3, 1, *kernel.shape)
        return F.conv2d(torch_pad(wide, (low, low), (high, high)), weight, stride=down, groups=3)

    return Use(f"upfirdn(x, kernel, up={up}, down={down}, pad=({low}, {high}))", {"x": x, "kernel": kernel}, expected)


# -- normalisation ---------------------------------------------------------------------------------


@case
def use_layernorm(d: Draw) -> Use:
    shape = d.sizes(d.size(2, 4), 2)
    axis = d.size(0, len(shape) - 1)
    x = d.tensor(*shape)
    return Use(
        f"x |> m: layernorm(axis={axis}, eps=1e-3)",
        {"x": x},
        lambda w: F.layer_norm(x.movedim(axis, -1), (shape[axis],), w["m.weight"], w["m.bias"], 1e-3).movedim(-1, axis),
    )


@case
def use_rmsnorm(d: Draw) -> Use:
    x, offset = d.tensor(2, 3, d.size(2)), d.one(0, 1)
    return Use(
        f"x |> m: rmsnorm(eps=1e-3, offset={offset})",
        {"x": x},
        lambda w: F.rms_norm(x, (x.shape[-1],), w["m.weight"] + offset, 1e-3),
    )


@case
def use_pixelnorm(d: Draw) -> Use:
    x = d.tensor(2, 3, 4, 4)
    return Use("x |> pixelnorm", {"x": x}, lambda w: x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt())


@case
def use_batchnorm(d: Draw) -> Use:
    x = d.tensor(2, 3, *d.sizes(d.size(0, 3)))
    return Use(
        "x |> m: batchnorm(eps=1e-3)",
        {"x": x},
        lambda w: F.batch_norm(x, w["m.running_mean"], w["m.running_var"], w["m.weight"], w["m.bias"], False, 0, 1e-3),
    )


@case
def use_groupnorm(d: Draw) -> Use:
    groups = d.size(1, 3)
    x = d.tensor(2, groups * d.size(2, 3), *d.sizes(d.size(0, 2)))
    return Use(
        f"x |> m: groupnorm({groups}, eps=1e-3)",
        {"x": x},
        lambda w: F.group_norm(x, groups, w["m.weight"], w["m.bias"], 1e-3),
    )


@case
def use_instancenorm(d: Draw) -> Use:
    affine = d.one(True, False)
    x = d.tensor(2, 3, d.size(2), d.size(2))
    return Use(
        f"x |> m: instancenorm(eps=1e-3, affine={str(affine).lower()})",
        {"x": x},
        lambda w: F.instance_norm(x, None, None, w.get("m.weight"), w.get("m.bias"), True, 0, 1e-3),
    )
