"""Tables: numbers in nested tuples, which stand for a tensor whose values are known."""

from __future__ import annotations

from archc.graph.static import Static
from archc.shapes.expression import Expr


def table_shape(table: Static) -> tuple[int, ...] | None:
    """Return the shape of a number or table; None where rows differ in length or an entry is no number."""
    if not isinstance(table, tuple):
        return () if isinstance(table, int | float | Expr) else None
    inner = {table_shape(item) for item in table}
    if len(inner) > 1 or None in inner:
        return None
    return (len(table), *(inner.pop() or () if inner else ()))
