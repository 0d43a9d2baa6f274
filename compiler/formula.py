"""Costs as formulas in the free sizes of an architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.graph.static import Dim
from archc.shapes import Context, free_symbols, substitute, with_sizes

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Formula:
    """A count that may depend on sizes. It equals and converts to an integer where it depends on none.

    `expr` is the SymPy expression in the architecture's own names, for integer positive symbols.
    """

    dim: Dim
    context: Context

    @property
    def expr(self) -> sympy.Expr:
        import sympy

        return sympy.sympify(self.context.from_witness(self.dim))

    def _sympy_(self) -> sympy.Expr:
        return self.expr

    @property
    def free(self) -> tuple[str, ...]:
        """The names of the sizes that the count depends on."""
        return free_symbols(self.context.from_witness(self.dim))

    def subs(self, sizes: Mapping[str, int] | None = None, /, **named: int) -> Formula:
        """Return the formula with some sizes given: `macs.subs(B=1, H=224, W=224)`.

        Raises ValueError for a name that the formula does not have and no input of the architecture has.
        """

        given = {**(sizes or {}), **named}
        return Formula(with_sizes(self.context.from_witness(self.dim), given), Context())

    def __int__(self) -> int:
        if self.free:
            raise TypeError(f"the count depends on {', '.join(self.free)}: give them with .subs({self.free[0]}=…)")
        return substitute(self.dim, {})

    __index__ = __int__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Formula):
            return bool(self.expr == other.expr)
        return bool(self.expr == other)

    def __hash__(self) -> int:
        return hash(self.expr)

    def __repr__(self) -> str:
        return f"Formula({self})"

    def __str__(self) -> str:
        return self.context.show(self.dim)
