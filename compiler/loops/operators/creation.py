"""Tensors from nothing."""

from __future__ import annotations

from archc.loops.nest import Nest, nest
from archc.loops.scalar import Cast, Number, Position
from archc.loops.use import Lowering, Use


def _filled(value: float) -> Lowering:
    def lower(use: Use) -> tuple[Nest, ...]:
        return (nest(use.result, lambda *i: Number(value)),)

    return lower


def _full(use: Use) -> tuple[Nest, ...]:
    return (nest(use.result, lambda *i: Number(use.number("value"))),)


def _arange(use: Use) -> tuple[Nest, ...]:
    return (nest(use.result, lambda i: Cast(use.result.dtype, Position(i))),)


CREATION: dict[str, Lowering] = {
    "zeros": _filled(0.0),
    "ones": _filled(1.0),
    "full": _full,
    "arange": _arange,
}
