"""What is known of the free sizes of an architecture: the relations of its `where`, turned into substitutions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archc.graph.static import Dim, Shape
from archc.shapes.relation import Comparison, Relation
from archc.shapes.text import render

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Witness:
    """A free size written by a simpler one: `H = 32 * h` says that H is a multiple of 32."""

    symbol: sympy.Symbol
    value: Dim


@dataclass(frozen=True, slots=True)
class Context:
    """Relations that hold of all legal sizes. An empty context knows that sizes are positive and nothing else.

    `contradiction` is the first assumption that no sizes can meet together with those before it.
    """

    assumptions: tuple[Relation, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    contradiction: Relation | None = None

    def assume(self, relation: Relation) -> Context:
        """Return the context in which the relation holds too."""
        left, right = self.to_witness(relation.left), self.to_witness(relation.right)
        if isinstance(left, int) and isinstance(right, int):
            if relation.kind.holds(left, right):
                return self
            return replace(self, contradiction=self.contradiction or relation)
        return replace(self, assumptions=(*self.assumptions, relation))

    def to_witness(self, dim: Dim) -> Dim:
        """Return the dim in the sizes by which this context writes the others; inference works in these."""
        return dim

    def from_witness(self, dim: Dim) -> Dim:
        """Return the dim in the names of the architecture again."""
        return dim

    def show(self, dim: Dim) -> str:
        """Return the dim as a text of the language, in the names of the architecture."""
        return render(self.from_witness(dim))

    def show_shape(self, shape: Shape) -> str:
        """Return `[B, 64, H // 2]`."""
        return f"[{', '.join(self.show(dim) for dim in shape)}]"

    def show_relation(self, relation: Relation) -> str:
        """Return `H % 2 == 0`."""
        return f"{self.show(relation.left)} {relation.kind.value} {self.show(relation.right)}"


_ = Comparison
