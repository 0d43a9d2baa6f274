"""`reshape`: written as the flattening and unflattening that it is, so that free sizes need not be spelled out."""

from __future__ import annotations

from archc import shapes
from archc.backends.torch.code import Code, Hole, Listing, method
from archc.backends.torch.operators.use import Use
from archc.graph.static import Dim, Shape

Group = tuple[int, int, int, int]
"""Axes start..stop of the input that become axes start..stop of the output."""


def reshaped(use: Use, x: Code) -> Code:
    """Return `x` under the shape of the result."""
    before, after = use.type("x").shape, use.results[0].shape
    groups = grouped(before, after)
    if groups is None or any(_is_mixed(group) for group in groups):
        return method(x, "reshape", *[_size(dim, i, before) for i, dim in enumerate(after)])
    for group in reversed(groups):
        x = _regrouped(x, group, after)
    return x


def _is_mixed(group: Group) -> bool:
    """Several axes become several others."""
    return group[1] - group[0] > 1 and group[3] - group[2] > 1


def _size(dim: Dim, axis: int, before: Shape) -> Code:
    return Hole(dim, None, "size")


def _regrouped(x: Code, group: Group, after: Shape) -> Code:
    start, stop, first, end = group
    if stop - start > 1:
        return method(x, "flatten", start, stop - 1)
    if end - first > 1:
        sizes = tuple(Hole(dim, None, "size") for dim in after[first:end])
        return method(x, "unflatten", start, Listing(sizes, "()"))
    return x


def grouped(before: Shape, after: Shape) -> tuple[Group, ...] | None:
    """Return the shortest runs of axes with equal products, None where products cannot be compared."""
    groups: list[Group] = []
    i = j = 0
    while i < len(before) and j < len(after):
        i, j, start, first = i + 1, j + 1, i, j
        left, right = before[start], after[first]
        while left != right:
            step = _shorter(left, right, i < len(before), j < len(after))
            if step is None:
                return None
            if step:
                left, i = shapes.mul(left, before[i]), i + 1
            else:
                right, j = shapes.mul(right, after[j]), j + 1
        groups.append((start, i, first, j))
    return tuple(groups) if i == len(before) and j == len(after) else None


def _shorter(left: Dim, right: Dim, more_left: bool, more_right: bool) -> bool | None:
    """Say whether the left product is the one to grow."""
    if left < right if isinstance(left, int) and isinstance(right, int) else _divides(left, right):
        return True if more_left else None
    return False if more_right else None


def _divides(left: Dim, right: Dim) -> bool:
    return shapes.mul(shapes.floordiv(right, left), left) == right
