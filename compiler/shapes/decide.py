"""Deciding a relation for all sizes at once."""

from __future__ import annotations

from archc.graph.static import Dim
from archc.shapes import dims
from archc.shapes.context import Context
from archc.shapes.evaluation import free_symbols, substitute
from archc.shapes.relation import Comparison, Relation
from archc.shapes.sizes import legal_sizes
from archc.shapes.verdict import Conditional, Counterexample, Proven, Refuted, Unknown, Verdict

TESTED = 2000


def decide(relation: Relation, context: Context) -> Verdict:
    """Return what is known of the relation under the context; `Proven` and `Refuted` are only said of all legal sizes."""
    difference = dims.sub(context.to_witness(relation.left), context.to_witness(relation.right))
    if isinstance(difference, int) and relation.kind.holds(difference, 0):
        return Proven()
    if not isinstance(difference, int) and _plain(relation.kind, difference):
        return Proven()
    found, tested = _search(relation, context)
    if found is None:
        return Unknown(tested)
    if isinstance(difference, int):
        return Refuted(found)
    return Conditional((), found, exact=False)


def strongest(relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """Return relations that say the same in the fewest words: `H % 2 == 0` goes where `H % 4 == 0` stands."""
    return tuple(dict.fromkeys(relations))


def _plain(kind: Comparison, difference: Dim) -> bool:
    from archc.shapes.functions import at_least

    match kind:
        case Comparison.GE | Comparison.GT:
            return at_least(difference, int(kind is Comparison.GT))
        case Comparison.LE | Comparison.LT:
            return at_least(dims.negate(difference), int(kind is Comparison.LT))
        case Comparison.NE:
            return at_least(difference, 1) or at_least(dims.negate(difference), 1)
        case Comparison.EQ:
            return False


def _search(relation: Relation, context: Context) -> tuple[Counterexample | None, int]:
    tested = 0
    for sizes in legal_sizes(context, free_symbols(relation.left, relation.right), TESTED):
        left, right = substitute(relation.left, sizes), substitute(relation.right, sizes)
        if not relation.kind.holds(left, right):
            return Counterexample(tuple(sizes.items()), left, right), tested
        tested += 1
    return None, tested
