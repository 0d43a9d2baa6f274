"""Deciding a relation for all sizes at once."""

from __future__ import annotations

from archc.shapes.context import Context
from archc.shapes.evaluation import free_symbols
from archc.shapes.relation import Relation
from archc.shapes.verdict import Counterexample, Proven, Refuted, Unknown, Verdict


def decide(relation: Relation, context: Context) -> Verdict:
    """Return what is known of the relation under the context; `Proven` and `Refuted` are said of all legal sizes.

    The relation may be in the author's sizes or in the witnesses of the context; counterexamples are in the former.
    Under a context that contradicts itself there are no legal sizes, and everything is proven. Nothing is known of a
    relation that the context makes divide by zero, or that outgrows all limits.
    """
    left, right = relation.left, relation.right
    if isinstance(left, int) and isinstance(right, int):
        holds = relation.kind.holds(left, right) or context.contradiction is not None
        return Proven() if holds else Refuted(Counterexample((), left, right))
    try:
        if is_plain(relation):
            return Proven()
        from archc.shapes.proof import Question, answer

        return answer(Question(relation, context))
    except ArithmeticError:
        return Unknown(0)


def is_plain(relation: Relation) -> bool:
    """Say whether a relation is plainly true of all sizes, whatever is known of them; False proves nothing.

    Raises an ArithmeticError where a side has no value.
    """
    left, right = relation.left, relation.right
    if isinstance(left, int) and isinstance(right, int):
        return relation.kind.holds(left, right)
    if left == right:
        return relation.kind.holds(0, 0)
    from archc.shapes import bounds
    from archc.shapes.goal import goal

    return bounds.is_plain(goal(relation))


def strongest(relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """Return relations that say the same in the fewest words: of `H % 2 == 0` and `H % 4 == 0` the second alone.

    Relations between several sizes stay as they are: they have no shorter form that says all of them.
    """
    from archc.shapes.summary import summary

    single = tuple(one for one in relations if len(free_symbols(one.left, one.right)) <= 1)
    context = Context()
    for relation in single:
        context = context.assume(relation)
    merged = single if context.contradiction is not None else summary(context)
    return (*merged, *dict.fromkeys(one for one in relations if one not in single))
