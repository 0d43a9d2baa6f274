"""Dims and conditions as one Python function, for what is worked out at thousands of sizes.

A dim that several formulas hold is worked out once. Where the functions of `evaluation` are quick to make, this one is
quick to call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archc.graph.static import Dim
from archc.shapes.evaluation import power
from archc.shapes.expression import Expr, Number, Power, Product, Sum, Symbol
from archc.shapes.functions import FloorDiv, Maximum, Minimum
from archc.shapes.relation import Relation


class Straight:
    """The function while it is written. Its argument are the sizes in the order of `names`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._sizes = {name: f"d{place}" for place, name in enumerate(names)}
        self._lines: list[str] = []
        self._written: dict[Expr, str] = {}
        self._constants: dict[str, object] = {"power": power}

    def dim(self, dim: Dim | Expr) -> str:
        """Write what a dim takes to work out, and return the name of its value."""
        if isinstance(dim, int):
            return f"({dim})"
        if isinstance(dim, Symbol):
            return self._sizes[dim.name]
        if dim.is_whole:
            return f"({int(dim)})"
        name = self._written.get(dim)
        if name is None:
            value = self._constant(dim.value) if isinstance(dim, Number) else self._value(dim)
            name = self._written[dim] = f"v{len(self._written)}"
            self._lines.append(f"{name} = {value}")
        return name

    def _constant(self, value: object) -> str:
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def _value(self, expr: Expr) -> str:
        parts = [self.dim(arg) for arg in expr.args]
        match expr:
            case Sum():
                return " + ".join(parts)
            case Product():
                return " * ".join(parts)
            case Power():
                return f"power({', '.join(parts)})"
            case FloorDiv():
                return " // ".join(parts)
            case Minimum() | Maximum():
                return f"{'min' if isinstance(expr, Minimum) else 'max'}({', '.join(parts)})"
        raise TypeError(f"no size: {expr}")

    def demand(self, relation: Relation) -> None:
        """Write that the function returns None where a relation does not hold."""
        left, right = self.dim(relation.left), self.dim(relation.right)
        self._lines.append(f"if not {left} {relation.kind.value} {right}: return None")

    def returning(self, value: str) -> Callable[[Sequence[int]], Any]:
        """Return the function, which returns an expression of names that `dim` gave.

        Where there is no value it raises ArithmeticError, as the functions of `evaluation` do.
        """
        sizes = "".join(f"{name}, " for name in self._sizes.values())
        unpacked = [f"{sizes}= sizes"] if sizes else []
        body = "\n  ".join([*unpacked, *self._lines, f"return {value}"])
        exec(f"def straight(sizes):\n  {body}\n", self._constants)
        made: Callable[[Sequence[int]], Any] = self._constants["straight"]  # type: ignore[assignment]
        return made
