"""Uses of operators that move, join and pool, as PyTorch has them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.properties.interpreter import torch_pad
from tests.properties.uses import Draw, Use, Weights, case, entries, placed


@case
def use_maxpool(d: Draw) -> Use:
    k, dilation, ceil = d.size(1, 4), d.size(1, 2), d.one(True, False)
    stride, pad = d.size(1, 4), d.size(0, k // 2)
    x = d.tensor(2, 3, d.size(8, 12), d.size(8, 12))
    return Use(
        f"x |> maxpool({k}, stride={stride}, pad={pad}, dilation={dilation}, ceil={str(ceil).lower()})",
        {"x": x},
        lambda w: F.max_pool2d(x, k, stride, pad, dilation, ceil),
    )


@case
def use_argmaxpool(d: Draw) -> Use:
    k, stride, pad = d.size(1, 4), d.size(1, 3), 0
    x = d.tensor(2, 3, d.size(5, 9), d.size(5, 9))
    return Use(
        f"x |> argmaxpool({k}, stride={stride}, pad={pad})",
        {"x": x},
        lambda w: F.max_pool2d(x, k, stride, pad, return_indices=True)[1],
    )


@case
def use_unpool(d: Draw) -> Use:
    wide = d.tensor(2, 3, 8, 6)
    x, index = F.max_pool2d(wide, 2, return_indices=True)
    return Use(
        "unpool(x, index, size=[8, 6])",
        {"x": x, "index": index},
        lambda w: F.max_unpool2d(x, index, 2, output_size=[8, 6]),
    )


@case
def use_avgpool(d: Draw) -> Use:
    k, ceil, count = d.size(1, 4), d.one(True, False), d.one(True, False)
    stride, pad = d.size(1, 4), d.size(0, k // 2)
    x = d.tensor(2, 3, d.size(5, 9), d.size(5, 9))
    return Use(
        f"x |> avgpool({k}, stride={stride}, pad={pad}, ceil={str(ceil).lower()}, count_pad={str(count).lower()})",
        {"x": x},
        lambda w: F.avg_pool2d(x, k, stride, pad, ceil, count),
    )


@case
def use_adaptive_avgpool(d: Draw) -> Use:
    size = d.sizes(2, 1, 9)
    x = d.tensor(2, 3, d.size(1, 9), d.size(1, 9))
    return Use(f"x |> adaptive_avgpool({entries(size)})", {"x": x}, lambda w: F.adaptive_avg_pool2d(x, size))


@case
def use_gap(d: Draw) -> Use:
    x, keep = d.tensor(2, 3, *d.sizes(d.size(1, 3))), d.one(True, False)
    return Use(
        f"x |> gap(keep={str(keep).lower()})",
        {"x": x},
        lambda w: x.mean(tuple(range(2, x.ndim)), keepdim=keep),
    )


# -- moving and joining ----------------------------------------------------------------------------


@case
def use_identity(d: Draw) -> Use:
    x, _ = placed(d)
    return Use("x |> identity", {"x": x}, lambda w: x)


@case
def use_clone(d: Draw) -> Use:
    x, _ = placed(d)
    return Use("x |> clone(3)", {"x": x}, lambda w: [x, x, x])


@case
def use_concat(d: Draw) -> Use:
    x, axis = placed(d)
    y = torch.cat([x, x], axis)
    return Use(f"concat([x, y, x], axis={axis})", {"x": x, "y": y}, lambda w: torch.cat([x, y, x], axis))


@case
def use_split(d: Draw) -> Use:
    parts = d.sizes(d.size(1, 4))
    x = d.tensor(2, sum(parts), 3)
    return Use(f"x |> split({entries(parts)})", {"x": x}, lambda w: torch.split(x, parts, 1))


@case
def use_chunk(d: Draw) -> Use:
    n = d.size(1, 4)
    x = d.tensor(2, n * d.size(), 3)
    return Use(f"x |> chunk({n})", {"x": x}, lambda w: torch.chunk(x, n, 1))


@case
def use_stack(d: Draw) -> Use:
    x, _ = placed(d)
    axis = d.size(0, x.ndim) - d.one(0, x.ndim + 1)
    return Use(f"stack([x, x], axis={axis})", {"x": x}, lambda w: torch.stack([x, x], axis))


@case
def use_unstack(d: Draw) -> Use:
    x, axis = placed(d)
    return Use(f"x |> unstack(axis={axis})", {"x": x}, lambda w: torch.unbind(x, axis))


@case
def use_select(d: Draw) -> Use:
    x, axis = placed(d)
    index = d.size(0, x.shape[axis] - 1) - d.one(0, x.shape[axis])
    return Use(f"x |> select({axis}, {index})", {"x": x}, lambda w: x.select(axis, index))


@case
def use_slice_(d: Draw) -> Use:
    x = d.tensor(2, 5, 6)
    start = d.size(0, 4)
    stop = d.size(start + 1, 5)
    return Use(f"x[.., {start}..{stop}, 1..]", {"x": x}, lambda w: x[:, start:stop, 1:])


@case
def use_reshape(d: Draw) -> Use:
    x = d.tensor(2, 6, 4)
    shape = d.one([12, 4], [48], [2, 2, 3, 4], [8, 6])
    return Use(f"x |> reshape({entries(shape)})", {"x": x}, lambda w: x.reshape(shape))


@case
def use_flatten(d: Draw) -> Use:
    x = d.tensor(*d.sizes(d.size(2, 4)))
    return Use("x |> flatten", {"x": x}, lambda w: x.flatten(1))


@case
def use_permute(d: Draw) -> Use:
    x, _ = placed(d)
    order = d.shuffled(list(range(x.ndim)))
    return Use(f"x |> permute({entries(order)})", {"x": x}, lambda w: x.permute(order))


@case
def use_rearrange(d: Draw) -> Use:
    h, p, q = d.sizes(3)
    x = d.tensor(2, h * p, q, 3)
    pattern, expected = d.one(
        (
            "b (h p) q c -> b h (q c) p",
            lambda t: t.reshape(2, h, p, q, 3).permute(0, 1, 3, 4, 2).reshape(2, h, q * 3, p),
        ),
        (
            "b (h p) ... -> (p b) ... h",
            lambda t: t.reshape(2, h, p, q, 3).permute(2, 0, 3, 4, 1).reshape(2 * p, q, 3, h),
        ),
        (
            "... (h p) q c -> ... (q h) 1 (c p)",
            lambda t: t.reshape(2, h, p, q, 3).permute(0, 3, 1, 4, 2).reshape(2, q * h, 1, 3 * p),
        ),
    )
    return Use(f'x |> rearrange("{pattern}", h={h})', {"x": x}, lambda w: expected(x))


@case
def use_reduce(d: Draw) -> Use:
    h, p = d.sizes(2)
    x, by = d.tensor(2, 3, h * p), d.one("mean", "sum", "max", "min")
    function = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin}[by]
    return Use(
        f'x |> reduce("b c (h p) -> h (b c)", with={by}, p={p})',
        {"x": x},
        lambda w: function(x.reshape(6, h, p), -1).T,
    )


@case
def use_expand(d: Draw) -> Use:
    x, n = d.tensor(2, 1, 3), d.size()
    return Use(f"x |> expand({n}, axis=1)", {"x": x}, lambda w: x.expand(2, n, 3))


@case
def use_flip(d: Draw) -> Use:
    x = d.tensor(2, 3, 4)
    axes = d.one([0], [1, 2], [-1])
    return Use(f"x |> flip({entries(axes)})", {"x": x}, lambda w: x.flip(axes))


@case
def use_roll(d: Draw) -> Use:
    x, axis = placed(d)
    by = d.size(1 - x.shape[axis], x.shape[axis] - 1)
    return Use(f"x |> roll({by}, axis={axis})", {"x": x}, lambda w: x.roll(by, axis))


@case
def use_shift(d: Draw) -> Use:
    x = d.tensor(2, d.size(2), 3)
    by = d.size(0, x.shape[1] - 1)
    filled = torch.full((2, by, 3), 1.5, dtype=x.dtype)
    return Use(
        f"x |> shift({by}, axis=1, fill=1.5)", {"x": x}, lambda w: torch.cat([filled, x[:, : x.shape[1] - by]], 1)
    )


@case
def use_pad(d: Draw) -> Use:
    x = d.tensor(2, 3, 5, 6)
    low, high = d.size(-2, 3), d.size(-2, 3)
    fill, mode = d.one(("zeros", "constant"), ("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular"))
    return Use(
        f"x |> pad(({low}, {high}), fill={fill})",
        {"x": x},
        lambda w: (
            torch_pad(x, (low, low), (high, high), fill) if min(low, high) < 0 else F.pad(x, (low, high) * 2, mode=mode)
        ),
    )


@case
def use_pad_axis(d: Draw) -> Use:
    x, by = d.tensor(2, 3, 5), d.size(0, 3)
    return Use(f"x |> pad((0, {by}), axis=1)", {"x": x}, lambda w: F.pad(x, (0, 0, 0, by)))


@case
def use_spread(d: Draw) -> Use:
    by = d.size(1, 3)
    x = d.tensor(2, 1, 3, 4)

    def expected(_: Weights) -> Tensor:
        result = torch.zeros(2, 1, 2 * by + 1, 3 * by + 1, dtype=x.dtype)
        result[:, :, ::by, ::by] = x
        return result

    return Use(f"x |> spread({by})", {"x": x}, expected)


@case
def use_dirac(d: Draw) -> Use:
    w = d.tensor(d.size(), 1, 3, 5)
    return Use("w |> dirac", {"w": w}, lambda _: nn.init.dirac_(torch.zeros_like(w), groups=w.shape[0]))


@case
def use_pixel_shuffle(d: Draw) -> Use:
    r = d.size(1, 3)
    x = d.tensor(2, r * r * d.size(), 3, 4)
    return Use(f"x |> pixel_shuffle({r})", {"x": x}, lambda w: F.pixel_shuffle(x, r))


@case
def use_gather(d: Draw) -> Use:
    x, axis = placed(d)
    index = d.index(x.shape[axis], *d.sizes(d.size(0, 2)))

    def expected(_: Weights) -> Tensor:
        at = axis % x.ndim
        return x.movedim(at, 0)[index].movedim(tuple(range(index.ndim)), tuple(range(at, at + index.ndim)))

    return Use(f"gather(x, index, axis={axis})", {"x": x, "index": index}, expected)


@case
def use_take_along(d: Draw) -> Use:
    x = d.tensor(2, 4, 3)
    index = d.index(4, 2, d.size(), 3)
    return Use("take_along(x, index, axis=1)", {"x": x, "index": index}, lambda w: torch.gather(x, 1, index))


@case
def use_topk(d: Draw) -> Use:
    x, k = d.tensor(2, 6), d.size(1, 6)
    return Use(f"x |> topk({k})", {"x": x}, lambda w: torch.topk(x, k))


@case
def use_where(d: Draw) -> Use:
    a, b = d.tensor(2, 3), d.tensor(3)
    return Use("where(a > b, a, b)", {"a": a, "b": b}, lambda w: torch.where(a > b, a, b))


@case
def use_cast(d: Draw) -> Use:
    x = d.tensor(2, 3) * 4
    return Use("x |> cast(i64)", {"x": x}, lambda w: x.to(torch.int64))


@case
def use_cumsum(d: Draw) -> Use:
    x, axis = placed(d)
    return Use(f"x |> cumsum(axis={axis})", {"x": x}, lambda w: x.cumsum(axis))


@case
def use_zeros(d: Draw) -> Use:
    return Use("zeros([2, 3])", {}, lambda w: torch.zeros(2, 3, dtype=torch.float64))


@case
def use_ones(d: Draw) -> Use:
    return Use("ones([2])", {}, lambda w: torch.ones(2, dtype=torch.float64))


@case
def use_full(d: Draw) -> Use:
    return Use("full([2, 3], 0.5)", {}, lambda w: torch.full((2, 3), 0.5, dtype=torch.float64))


@case
def use_arange(d: Draw) -> Use:
    n = d.size()
    return Use(f"arange({n})", {}, lambda w: torch.arange(n))
