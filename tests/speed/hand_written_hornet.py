"""HorNet-T (arXiv 2207.14284) as one would write it by hand, to hold the generated module against.

    python tests/speed/torch_modules.py --of hornet:HorNet.tiny_7x7 --against tests/speed/hand_written_hornet.py:tiny

Attributes have the names of the official state dict, so that both modules get the same weights.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ChannelNorm(nn.Module):
    """Layer norm over the channels of [B, C, H, W]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(1, keepdim=True)
        spread = (x - mean).pow(2).mean(1, keepdim=True)
        x = (x - mean) / torch.sqrt(spread + 1e-6)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class RecursiveGate(nn.Module):
    """gnConv of an order (section 3.1)."""

    def __init__(self, width: int, order: int) -> None:
        super().__init__()
        self.widths = [width // 2**i for i in reversed(range(order))]
        self.proj_in = nn.Conv2d(width, 2 * width, 1)
        self.dwconv = nn.Conv2d(sum(self.widths), sum(self.widths), 7, padding=3, groups=sum(self.widths))
        self.pws = nn.ModuleList(nn.Conv2d(self.widths[i], self.widths[i + 1], 1) for i in range(order - 1))
        self.proj_out = nn.Conv2d(width, width, 1)
        self.scale = 1 / 3

    def forward(self, x: Tensor) -> Tensor:
        first, rest = torch.split(self.proj_in(x), (self.widths[0], sum(self.widths)), dim=1)
        gates = torch.split(self.dwconv(rest) * self.scale, self.widths, dim=1)
        x = first * gates[0]
        for project, gate in zip(self.pws, gates[1:], strict=True):
            x = project(x) * gate
        return self.proj_out(x)


class Block(nn.Module):
    """gnConv, then two pointwise maps, both scaled and added to what came in."""

    def __init__(self, width: int, order: int) -> None:
        super().__init__()
        self.norm1 = ChannelNorm(width)
        self.gnconv = RecursiveGate(width, order)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.pwconv2 = nn.Linear(4 * width, width)
        self.gamma1 = nn.Parameter(1e-6 * torch.ones(width))
        self.gamma2 = nn.Parameter(1e-6 * torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.gamma1.view(-1, 1, 1) * self.gnconv(self.norm1(x))
        y = self.norm2(x.permute(0, 2, 3, 1))
        y = self.gamma2 * self.pwconv2(F.gelu(self.pwconv1(y)))
        return x + y.permute(0, 3, 1, 2)


class HorNet(nn.Module):
    """Four stages, each at half the resolution of the one before, of the orders 2 to 5."""

    def __init__(self, width: int, depths: tuple[int, int, int, int], classes: int = 1000) -> None:
        super().__init__()
        widths = [width * 2**i for i in range(4)]
        self.downsample_layers = nn.ModuleList([nn.Sequential(nn.Conv2d(3, width, 4, stride=4), ChannelNorm(width))])
        for before, after in pairwise(widths):
            self.downsample_layers.append(nn.Sequential(ChannelNorm(before), nn.Conv2d(before, after, 2, stride=2)))
        self.stages = nn.ModuleList(
            nn.Sequential(*[Block(widths[i], i + 2) for _ in range(depths[i])]) for i in range(4)
        )
        self.norm = nn.LayerNorm(widths[3], eps=1e-6)
        self.head = nn.Linear(widths[3], classes)

    def forward(self, x: Tensor) -> Tensor:
        for down, stage in zip(self.downsample_layers, self.stages, strict=True):
            x = stage(down(x))
        return self.head(self.norm(x.mean((-2, -1))))


def tiny() -> HorNet:
    """HorNet-T with 7x7 convolutions."""
    return HorNet(64, (2, 3, 18, 2))
