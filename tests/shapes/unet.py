"""A U-Net of ConvNeXt blocks, four levels deep, as shapes alone: what an elaborator would ask of the dim engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from archc.graph.static import Dim, Shape
from archc.shapes import Comparison, Context, Proven, Relation, add, decide, floordiv, mod, mul, sub, symbol, total

LEVELS = 4
BLOCKS = 6

B, C, H, W = map(symbol, "BCHW")
FREE = Context()
DIVISIBLE = FREE.assume(Relation(Comparison.EQ, mod(H, 16), 0)).assume(Relation(Comparison.EQ, mod(W, 16), 0))


@dataclass
class UNet:
    """Counts the nodes it makes and the equalities that stay open."""

    context: Context
    nodes: int = 0
    opened: int = 0
    shapes: list[Shape] = field(default_factory=list)

    def conv(self, x: Shape, channels: Dim, k: int = 1, stride: int = 1, pad: int = 0) -> Shape:
        sides = (add(floordiv(sub(add(n, 2 * pad), k), stride), 1) for n in x[2:])
        return self.node((x[0], channels, *sides))

    def node(self, x: Shape) -> Shape:
        self.nodes += 1
        self.shapes.append(x)
        return x

    def up(self, x: Shape, channels: Dim) -> Shape:
        return self.node((x[0], channels, *(add(mul(sub(n, 1), 2), 2) for n in x[2:])))

    def equal(self, a: Shape, b: Shape) -> None:
        for left, right in zip(a, b, strict=True):
            self.opened += decide(Relation(Comparison.EQ, left, right), self.context) != Proven()

    def concat(self, a: Shape, b: Shape) -> Shape:
        self.equal((a[0], *a[2:]), (b[0], *b[2:]))
        return self.node((a[0], total((a[1], b[1])), *a[2:]))

    def block(self, x: Shape, channels: Dim) -> Shape:
        y = self.node(self.conv(x, channels, k=7, pad=3))
        y = self.node(self.conv(y, mul(4, channels)))
        y = self.node(self.conv(y, channels))
        self.equal(x, y)
        return self.node(self.node(y))

    def level(self, x: Shape, channels: Dim, level: int = 0) -> Shape:
        for _ in range(BLOCKS):
            x = self.block(x, channels)
        if level == LEVELS:
            return x
        wider = mul(2, channels)
        below = self.level(self.conv(x, wider, k=2, stride=2), wider, level + 1)
        y = self.conv(self.concat(x, self.up(below, channels)), channels)
        for _ in range(BLOCKS):
            y = self.block(y, channels)
        return y


def run(context: Context) -> tuple[int, int]:
    """Return the number of nodes and of equalities that do not hold for all sizes."""
    net = UNet(context)
    net.level(tuple(map(context.to_witness, (B, C, H, W))), C)
    return net.nodes, net.opened
