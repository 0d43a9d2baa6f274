"""What is known of the free sizes of an architecture: the relations of its `where`, turned into substitutions."""

from __future__ import annotations

from archc.graph.static import Dim, Shape
from archc.records import record
from archc.shapes.knowledge import NOTHING, Knowledge
from archc.shapes.limits import TooLargeError
from archc.shapes.relation import Relation
from archc.shapes.text import render


@record
class Context:
    """Relations that hold of all legal sizes. An empty context knows that sizes are positive and nothing else.

    `contradiction` is the first assumption that is seen to be impossible together with those before it.
    """

    assumptions: tuple[Relation, ...] = ()
    knowledge: Knowledge = NOTHING
    contradiction: Relation | None = None

    def assume(self, relation: Relation) -> Context:
        """Return the context in which the relation holds too; one that can have no value contradicts the others."""
        try:
            left, right = self.to_witness(relation.left), self.to_witness(relation.right)
        except ZeroDivisionError:
            return self._with(relation, None)
        if isinstance(left, int) and isinstance(right, int):
            return self if relation.kind.holds(left, right) else self._with(relation, None)
        from archc.shapes.goal import goal
        from archc.shapes.learning import learn

        try:
            return self._with(relation, learn(self.knowledge, goal(Relation(relation.kind, left, right))))
        except TooLargeError:
            return self._with(relation, self.knowledge)

    def _with(self, relation: Relation, learnt: Knowledge | None) -> Context:
        if learnt is None:
            contradiction = relation if self.contradiction is None else self.contradiction
            return Context((*self.assumptions, relation), self.knowledge, contradiction)
        return Context((*self.assumptions, relation), learnt, self.contradiction)

    def to_witness(self, dim: Dim) -> Dim:
        """Return the dim in the sizes by which this context writes the others; inference works in these.

        Raises ZeroDivisionError where a divisor is 0 for all legal sizes.
        """
        if isinstance(dim, int) or not self.knowledge.witnesses:
            return dim
        from archc.shapes import algebra

        found: Dim = algebra.replace(dim, self.knowledge.substitution())
        return found

    def from_witness(self, dim: Dim) -> Dim:
        """Return a dim in the names of the architecture again, equal for all legal sizes."""
        if isinstance(dim, int) or not self.knowledge.witnesses:
            return dim
        from archc.shapes.restore import restore

        return restore(dim, self.knowledge)

    def show(self, dim: Dim) -> str:
        """Return the dim as a text of the language, in the names of the architecture."""
        return render(self.from_witness(dim))

    def show_shape(self, shape: Shape) -> str:
        """Return `[B, 64, H // 2]`."""
        return f"[{', '.join(self.show(dim) for dim in shape)}]"

    def show_relation(self, relation: Relation) -> str:
        """Return `H % 2 == 0`."""
        return f"{self.show(relation.left)} {relation.kind.value} {self.show(relation.right)}"
