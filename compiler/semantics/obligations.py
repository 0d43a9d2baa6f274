"""What a shape rule asks of sizes: decided for all legal sizes, and reported with condition, counterexample and fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Note
from archc.graph.static import Dim
from archc.semantics.session import Session
from archc.shapes import (
    Comparison,
    Conditional,
    Counterexample,
    Proven,
    Refuted,
    Relation,
    Unknown,
    Verdict,
    decide,
    strongest,
)
from archc.syntax.source import Span

UNEQUAL = "S104"
"""Two sizes that must be equal and are not."""
NEEDED = "S103"
"""A constraint of an operator or block that does not hold for all sizes."""


@dataclass(frozen=True, slots=True)
class Duties:
    """Decides relations for one use of an operator or block.

    After a finding work goes on as if the relation held, so that one cause is reported once.
    """

    session: Session
    span: Span
    labels: tuple[Label, ...] = ()
    subject: str = ""

    def about(self, span: Span, labels: tuple[Label, ...]) -> Duties:
        """Return the same duties at another place, with labels on what takes part."""
        return replace(self, span=span, labels=labels)

    def equal(self, left: Dim, right: Dim, what: str) -> None:
        """Impose `left == right`; `what` says what needs it."""
        self.all_equal(((left, right),), what)

    def all_equal(self, pairs: Sequence[tuple[Dim, Dim]], what: str) -> None:
        """Impose equality of every pair, reported as one."""
        relations = [Relation(Comparison.EQ, a, b) for a, b in pairs if not (a is b or a == b)]
        self._decide_all(relations, what, UNEQUAL)

    def require(self, relation: Relation, what: str) -> None:
        """Impose a relation."""
        self._decide_all([relation], what, NEEDED)

    def require_all(self, relations: Sequence[Relation], what: str) -> None:
        """Impose several relations, reported as one."""
        self._decide_all(relations, what, NEEDED)

    def _decide_all(self, relations: Sequence[Relation], what: str, code: str) -> None:
        open_: list[tuple[Relation, Verdict]] = []
        for relation in relations:
            verdict = self.session.decide(relation)
            if not isinstance(verdict, Proven) and not self._follows(relation):
                open_.append((relation, verdict))
        if open_:
            self._report(open_, what, code)

    def _follows(self, relation: Relation) -> bool:
        """Say whether a relation holds given everything that was reported as missing so far."""
        supposed = self.session.supposed
        if supposed is None:
            return False
        context = self.session.context
        shown = Relation(relation.kind, context.from_witness(relation.left), context.from_witness(relation.right))
        return isinstance(decide(shown, supposed), Proven)

    def _report(self, open_: list[tuple[Relation, Verdict]], what: str, code: str) -> None:
        context = self.session.context
        condition, notes = self._conditions(open_)
        fixes = self._where(condition)
        example = next((v.counterexample for _, v in open_ if isinstance(v, (Conditional, Refuted))), None)
        if example is not None and example.sizes:
            notes.append(_counterexample(open_[0][0], example))
        needs = " and ".join(context.show_relation(relation) for relation, _ in open_)
        message = f"{self.subject}: {what}" if self.subject else what
        self.session.report(Diagnostic(code, message, self.span, f"needs {needs}", self.labels, tuple(notes), fixes))
        self.session.suppose(condition)

    def _conditions(self, open_: list[tuple[Relation, Verdict]]) -> tuple[tuple[Relation, ...], list[Note]]:
        """Return what would make all the relations true, and how that is known."""
        conditions: list[Relation] = []
        exact = True
        for _, verdict in open_:
            match verdict:
                case Conditional(condition=condition) if condition:
                    conditions.extend(condition)
                    exact = exact and verdict.exact
                case Refuted():
                    return (), [Note("proof", "false for every legal size")]
                case Unknown(tested=tested):
                    return (), [Note("proof", f"not proved; true at the {tested} smallest legal sizes")]
                case _:
                    return (), [Note("proof", "false for some legal sizes")]
        condition = strongest(tuple(dict.fromkeys(conditions)))
        shown = " and ".join(self.session.context.show_relation(relation) for relation in condition)
        return condition, [Note("proof", f"true {'exactly when' if exact else 'when'} {shown}")]

    def _where(self, condition: tuple[Relation, ...]) -> tuple[Fix, ...]:
        """Return the fix that declares the condition on the architecture."""
        site = self.session.where_site
        if site is None or not condition:
            return ()
        text = ", ".join(self.session.context.show_relation(relation) for relation in condition)
        lead = ", " if site.has_where else " where "
        return (Fix(f"declare it: `where {text}`", (Edit(site.span, f"{lead}{text}"),)),)


def _counterexample(relation: Relation, example: Counterexample) -> Note:
    sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes)
    negated = {Comparison.EQ: "!=", Comparison.NE: "=="}.get(relation.kind, f"is not {relation.kind.value}")
    return Note("counterexample", f"{sizes}:  {example.left} {negated} {example.right}")
