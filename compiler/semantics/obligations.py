"""What a shape rule asks of sizes: decided for all legal sizes, and reported with condition, counterexample and fix."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Note
from archc.graph.static import Dim
from archc.semantics.session import Session
from archc.shapes import Comparison, Conditional, Counterexample, Proven, Refuted, Relation, decide, strongest
from archc.syntax.source import Span

CHANGED = "S104"
"""Two sizes that must be equal and are not."""
NEEDED = "S103"
"""A constraint of an operator or block that does not hold for all sizes."""


@dataclass(frozen=True, slots=True)
class Duties:
    """Decides relations for one use of an operator or block. After a finding work goes on as if the relation held."""

    session: Session
    span: Span
    labels: tuple[Label, ...] = ()
    subject: str = ""

    def about(self, subject: str, labels: tuple[Label, ...] = ()) -> Duties:
        """Return the same duties with what they are about and where its parts stand."""
        return replace(self, subject=subject, labels=labels)

    def equal(self, left: Dim, right: Dim, what: str) -> None:
        """Impose `left == right`."""
        if left is right or left == right:
            return
        self._decide(Relation(Comparison.EQ, left, right), what, CHANGED)

    def require(self, relation: Relation, what: str) -> None:
        """Impose a relation."""
        self._decide(relation, what, NEEDED)

    def _decide(self, relation: Relation, what: str, code: str) -> None:
        verdict = decide(relation, self.session.context)
        if isinstance(verdict, Proven):
            return
        context = self.session.context
        message = f"{self.subject}: {what}" if self.subject else what
        notes: list[Note] = []
        fixes: tuple[Fix, ...] = ()
        match verdict:
            case Conditional(condition=condition, counterexample=example, exact=exact):
                if condition:
                    word = "exactly when" if exact else "when"
                    shown = " and ".join(context.show_relation(r) for r in condition)
                    notes.append(Note("proof", f"true {word} {shown}"))
                    fixes = self._where(strongest(condition))
                notes.append(_counterexample(relation, example))
            case Refuted(counterexample=example):
                if example.sizes:
                    notes.append(Note("proof", "false for every legal size"))
                    notes.append(_counterexample(relation, example))
            case _:
                notes.append(Note("proof", f"not proved; true at the {verdict.tested} smallest legal sizes"))
        text = f"needs {context.show_relation(relation)}"
        self.session.report(Diagnostic(code, message, self.span, text, self.labels, tuple(notes), fixes))

    def _where(self, condition: tuple[Relation, ...]) -> tuple[Fix, ...]:
        """Return the fix that declares the condition on the architecture."""
        site = self.session.where_site
        if site is None:
            return ()
        text = ", ".join(self.session.context.show_relation(r) for r in condition)
        lead = ", " if site.has_where else " where "
        return (Fix(f"declare it: `where {text}`", (Edit(site.span, f"{lead}{text}"),)),)


def _counterexample(relation: Relation, example: Counterexample) -> Note:
    sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes)
    negated = {Comparison.EQ: "!=", Comparison.NE: "=="}.get(relation.kind, f"is not {relation.kind.value}")
    values = f"{example.left} {negated} {example.right}"
    return Note("counterexample", f"{sizes}:  {values}" if sizes else values)
