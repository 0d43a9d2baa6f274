"""`rearrange`: an einops pattern, written as the splits, the transposition and the joins that it stands for."""

from __future__ import annotations

import re

from archc import shapes
from archc.backends.torch.code import Code, Hole, Listing, method
from archc.backends.torch.operators.use import Use
from archc.graph.static import Dim, Row, Shape
from archc.shapes.expression import Expr

Axis = tuple[str, ...]
"""One axis of a side of the pattern: the names that it is made of; none for an axis of 1."""

_TOKEN = re.compile(r"\(([^()]*)\)|(\.\.\.)|([^\s()]+)")


def rearranged(use: Use, x: Code) -> Code:
    """Return `x` with its axes split, permuted and joined as the pattern says."""
    shape = use.type("x").shape
    left, right = (sides(side, len(shape), str(use.value("pattern"))) for side in str(use.value("pattern")).split("->"))
    x = split(x, left, sizes_of(left, shape, given(use)))
    names = [name for axis in left for name in axis]
    wanted = [name for axis in right for name in axis]
    x = permuted(x, tuple(names.index(name) for name in wanted))
    return joined(x, right)


def given(use: Use) -> dict[str, Dim]:
    """Return the sizes that the call gives by name."""
    rows = use.value("sizes")
    entries = rows if isinstance(rows, tuple) else ()
    named = [row.items for row in entries if isinstance(row, Row)]
    return {str(name): value for name, value in named if isinstance(value, int | Expr)}


def sides(text: str, rank: int, pattern: str) -> tuple[Axis, ...]:
    """Return the axes of one side of a pattern; `...` stands for as many as the input has beside the others."""
    tokens = _TOKEN.findall(text)
    spread = rank - (len(_TOKEN.findall(pattern.split("->")[0])) - 1)
    axes: list[Axis] = []
    for group, dots, name in tokens:
        if dots:
            axes.extend((f".{i}",) for i in range(spread))
        elif name:
            axes.append(() if name == "1" else (name,))
        else:
            axes.append(tuple(part for part in group.split() if part != "1"))
    return tuple(axes)


def sizes_of(axes: tuple[Axis, ...], shape: Shape, known: dict[str, Dim]) -> dict[str, Dim]:
    """Return the size of every name: what the call gives, and what is left of an axis."""
    found = dict(known)
    for axis, dim in zip(axes, shape, strict=True):
        open_names = [name for name in axis if name not in found]
        rest = dim
        for name in axis:
            rest = shapes.floordiv(rest, found[name]) if name in found else rest
        found.update(dict.fromkeys(open_names, rest))
    return found


def split(x: Code, axes: tuple[Axis, ...], sizes: dict[str, Dim]) -> Code:
    """Return `x` with an axis for every name."""
    for place, axis in reversed(list(enumerate(axes))):
        if not axis:
            x = method(x, "squeeze", place)
        elif len(axis) > 1:
            x = method(x, "unflatten", place, Listing(tuple(Hole(sizes[n], None, "size") for n in axis), "()"))
    return x


def permuted(x: Code, order: tuple[int, ...]) -> Code:
    """Return `x` with its axes in another order."""
    moved = [place for place, axis in enumerate(order) if place != axis]
    if not moved:
        return x
    if len(moved) == 2:
        return method(x, "transpose", *moved)
    return method(x, "permute", *order)


def joined(x: Code, axes: tuple[Axis, ...]) -> Code:
    """Return `x` with the names of every axis made one."""
    for place, axis in enumerate(axes):
        if not axis:
            x = method(x, "unsqueeze", place)
        elif len(axis) > 1:
            x = method(x, "flatten", place, place + len(axis) - 1)
    return x
