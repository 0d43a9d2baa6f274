"""Dims as text in the language's own syntax, which is also Python's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archc.graph.static import Dim

if TYPE_CHECKING:
    import sympy

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How tightly a text binds."""


def render(dim: Dim, names: Mapping[str, str] | None = None) -> str:
    """Return a dim as an expression of `+ - * // % ** min max`; `names` says how to write a free size."""
    return str(dim) if isinstance(dim, int) else _render(dim, names or {})[0]


def _render(expr: sympy.Expr, names: Mapping[str, str]) -> tuple[str, int]:
    from archc.shapes.functions import FloorDiv, Maximum, Minimum

    if expr.is_Integer:
        return str(expr), ATOM if expr >= 0 else SUM
    if expr.is_Symbol:
        return names.get(expr.name, expr.name), ATOM
    if expr.is_Add:
        return _sum(expr, names), SUM
    if expr.is_Pow:
        return f"{_at(expr.base, names, ATOM)} ** {_at(expr.exp, names, ATOM)}", POWER
    if expr.is_Mul:
        return _product(expr, names)
    if isinstance(expr, FloorDiv):
        return f"{_at(expr.args[0], names, PRODUCT)} // {_at(expr.args[1], names, POWER)}", PRODUCT
    if isinstance(expr, Minimum | Maximum):
        inside = ", ".join(_render(arg, names)[0] for arg in expr.args)
        return f"{'min' if isinstance(expr, Minimum) else 'max'}({inside})", ATOM
    return str(expr), SUM


def _at(expr: sympy.Expr, names: Mapping[str, str], least: int) -> str:
    text, binding = _render(expr, names)
    return text if binding >= least else f"({text})"


def _sum(expr: sympy.Expr, names: Mapping[str, str]) -> str:
    parts = [_render(term, names)[0] for term in expr.as_ordered_terms()]
    return parts[0] + "".join(f" - {part[1:]}" if part.startswith("-") else f" + {part}" for part in parts[1:])


def _product(expr: sympy.Expr, names: Mapping[str, str]) -> tuple[str, int]:
    number, rest = expr.as_coeff_Mul()
    if number < 0:
        return f"-{_at(-expr, names, PRODUCT)}", SUM
    if number != 1:
        return f"{number} * {' * '.join(_at(f, names, POWER) for f in rest.as_ordered_factors())}", PRODUCT
    first, *others = rest.as_ordered_factors()
    return " * ".join([_at(first, names, PRODUCT), *(_at(factor, names, POWER) for factor in others)]), PRODUCT
