"""Costs as formulas in the free sizes of an architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.graph.static import Dim
from archc.shapes import Context, free_symbols, is_legal, substitute, with_sizes

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Formula:
    """A count that may depend on sizes. It equals and converts to an integer where it depends on none.

    `expr` is the SymPy expression in the architecture's own names, for integer positive symbols.
    """

    dim: Dim
    context: Context
    names: tuple[str, ...] = ()
    """The free sizes of the architecture, whether the count depends on them or not."""

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

        Raises ValueError for a name that no input of the architecture has, and for sizes that it does not take.
        """
        given = {**(sizes or {}), **named}
        known = {*self.free, *self.names}
        for name, size in given.items():
            if name not in known:
                raise ValueError(f"no input has a size `{name}`; there are: {', '.join(sorted(known)) or 'none'}")
            if isinstance(size, bool) or not isinstance(size, int):
                raise ValueError(f"the size `{name}` is an integer, not {size!r}")
        if not is_legal(self.context, given):
            shown = ", ".join(f"{name}={size}" for name, size in given.items())
            wanted = ", ".join(map(self.context.show_relation, self.context.assumptions))
            raise ValueError(f"{shown} is not taken: sizes are at least 1{f', and {wanted}' if wanted else ''}")
        return Formula(with_sizes(self.context.from_witness(self.dim), given), self.context, self.names)

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
