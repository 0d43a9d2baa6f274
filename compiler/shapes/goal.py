"""A relation as one difference and what its sign has to be."""

from __future__ import annotations

from archc.records import record
from archc.shapes import algebra, dims, polynomial
from archc.shapes.expression import ONE, Expr, Symbol, number, power, product
from archc.shapes.relation import Comparison, Relation


@record
class Goal:
    """`difference == 0`, `difference != 0` or `difference >= 0`, as `kind` says."""

    kind: Comparison
    difference: Expr

    def holds(self, sign: int) -> bool:
        """Return whether the goal is met where the difference has this sign."""
        return self.kind.holds(sign, 0)

    def reduced(self) -> Goal:
        """Return the goal without factors that cannot change it: positive numbers and positive sizes."""
        shared = polynomial.exponents(polynomial.common_monomial((self.difference,)))
        positive = product(
            power(atom, number(n)) for atom, n in shared.items() if isinstance(atom, Symbol) and atom.least
        )
        parts = polynomial.terms(polynomial.divide(self.difference, positive)[0])
        constant = int(parts.pop(ONE, 0))
        common = polynomial.content(parts.values())
        if common == 0:
            return Goal(self.kind, number(constant))
        if self.kind is not Comparison.GE and constant % common:
            return Goal(self.kind, ONE)
        reduced = {monomial: number // common for monomial, number in parts.items()}
        return Goal(self.kind, polynomial.collect({**reduced, ONE: constant // common}))

    def negated(self) -> Goal:
        """Return the goal that is met where this one is not."""
        match self.kind:
            case Comparison.EQ:
                return Goal(Comparison.NE, self.difference)
            case Comparison.NE:
                return Goal(Comparison.EQ, self.difference)
            case _:
                return Goal(Comparison.GE, polynomial.minus(-1, self.difference))


def goal(relation: Relation) -> Goal:
    """Return a relation between dims, of which one at least is symbolic, as a goal."""
    greater, lesser = (relation.right, relation.left) if relation.kind in _UPWARDS else (relation.left, relation.right)
    difference = algebra.expression(dims.sub(greater, lesser))
    if relation.kind in (Comparison.EQ, Comparison.NE):
        return Goal(relation.kind, difference)
    return Goal(Comparison.GE, polynomial.minus(difference, 1) if relation.kind in _STRICT else difference)


_UPWARDS = (Comparison.LE, Comparison.LT)
_STRICT = (Comparison.LT, Comparison.GT)
