"""What a context has understood: substitutions, ranges, and what fits neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.graph.static import Dim
from archc.records import record
from archc.shapes.expression import Symbol

if TYPE_CHECKING:
    from archc.shapes.goal import Goal


@record
class Witness:
    """A free size written by others: `H = 32 * h` says that H is a multiple of 32, `T = H * W // 4` what T is."""

    symbol: Symbol
    value: Dim


@record
class Range:
    """The sizes from `first` to `last`, both included; None for no last."""

    symbol: Symbol
    first: int
    last: int | None


@record
class Knowledge:
    """Witnesses take their symbols out of everything else; ranges and facts speak of the symbols that are left."""

    witnesses: tuple[Witness, ...] = ()
    ranges: tuple[Range, ...] = ()
    facts: tuple[Goal, ...] = ()

    def substitution(self) -> dict[Symbol, Dim]:
        """Return the value of every symbol that has a witness."""
        return {witness.symbol: witness.value for witness in self.witnesses}

    def range(self, symbol: Symbol) -> Range:
        """Return what a symbol that is left may be."""
        least = Range(symbol, least_size(symbol), None)
        return next((known for known in self.ranges if known.symbol == symbol), least)


def least_size(symbol: Symbol) -> int:
    """Return the least value of a free size: 1, or 0 where it may be empty."""
    return symbol.least


NOTHING = Knowledge()
