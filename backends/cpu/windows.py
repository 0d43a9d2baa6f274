"""Depthwise windows: every channel by itself, several neighbouring places of a line at once.

What is read of a line goes into the totals of all places whose windows it lies in, while the weights of a line of the
window stay in registers. Borders are found as the line is read, so that nothing is padded.
"""

from __future__ import annotations

from archc.backends.cpu.target import Target
from archc.loops.contraction import Product, axes_in, product_of, steps
from archc.loops.index import Affine, Axis
from archc.loops.nest import Nest
from archc.loops.scalar import Load, Within
from archc.loops.use import flattened
from archc.records import record


@record
class Window:
    """`x` is the loop along a line of the output, `tap` the one along a line of the window. Both move the place that
    is read by `apart` entries, and `tap` that of the weights by `step`. Of the places x + tap - before those count
    that are at least 0 and less than `extent`; all of them where `extent` is None."""

    product: Product
    x: Axis
    tap: Axis
    apart: int
    step: int
    before: int
    extent: int | None

    def places(self, target: Target) -> int:
        """Return how many places are worked on at once: as many as the registers hold besides weights."""
        taps = self.tap.extent
        most = target.registers - 1 - taps
        most = most if most >= target.registers // 4 else target.registers - 4  # many weights come from memory
        even = [number for number in range(most // 2, most + 1) if self.x.extent % number == 0]
        return min(max(even, default=most), self.x.extent)


def window_of(nest: Nest) -> Window | str:
    """Return a nest as a depthwise window, or the reason why it is none."""
    product = product_of(nest)
    if product is None:
        return "it is no sum of products of two tensors"
    long = [axis for axis in nest.reduced if axis.extent > 1]
    if len(nest.axes) < 3 or not long:
        return "it has no window"
    x, column, tap = nest.axes[-2], nest.axes[-1], long[-1]
    a, b = product.guarded, product.other
    if x in axes_in(*b.index):
        a, b = b, a
    apart, step = _steps(a, tap), _steps(b, tap)
    if _steps(a, column) != 1 or _steps(b, column) != 1 or x in axes_in(*b.index):
        return "its channels are not side by side"
    if not apart or not step or _steps(a, x) != apart:
        return "its windows do not follow each other place by place"
    if any(column in axes_in(one.index) for one in product.guards):
        return "its border depends on the channel"
    bounds = [one for one in product.guards if tap in axes_in(one.index)]
    if not bounds:
        return Window(Product(product.guards, a, b), x, tap, apart, step, 0, None)
    bound = _bound(bounds, x, tap)
    if bound is None:
        return "the border of a line depends on more than the place"
    rest = tuple(one for one in product.guards if one not in bounds)
    return Window(Product(rest, a, b), x, tap, apart, step, *bound)


def _steps(load: Load, axis: Axis) -> int | None:
    return steps(flattened(load.index, load.buffer.shape), axis)


def _bound(bounds: list[Within], x: Axis, tap: Axis) -> tuple[int, int] | None:
    """Return how far a line begins before its first place, and its extent, where that is all that is asked."""
    [first, *others] = bounds
    index = first.index
    if others or not isinstance(index, Affine) or dict(index.terms) != {x: 1, tap: 1}:
        return None
    return (-index.constant, first.high) if first.low == 0 and first.high is not None else None
