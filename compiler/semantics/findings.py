"""Relations that do not hold for all legal sizes, gathered: one place and one cause, one diagnostic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Note
from archc.records import record
from archc.semantics.wording import at_sizes
from archc.shapes import Comparison, Conditional, Context, Refuted, Relation, Unknown, Verdict, strongest
from archc.shapes.expression import Symbol
from archc.syntax.source import Span

UNEQUAL = "S104"
"""Two sizes that must be equal and are not."""
NEEDED = "S103"
"""A constraint of an operator or block that does not hold for all sizes."""


MOST_CONDITIONS = 16
"""Conditions that are put together into one."""
MOST_NEEDS = 2
"""Relations that a message spells out; what makes all of them true stands below."""


@record
class WhereSite:
    """Where the architecture under elaboration can state another condition: an empty span."""

    span: Span
    has_where: bool


@record
class Claim:
    """What was asked of sizes, in words, and what a message marks. Without a `text` it says what is needed."""

    code: str
    subject: str
    what: str
    span: Span
    text: str = ""
    labels: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()


@record
class Open:
    """A relation that does not hold for all sizes, in the author's names, and what is known of it.

    `left` is its left side as the message writes it, where that is not as it would be written anyway.
    """

    relation: Relation
    verdict: Verdict
    left: str = ""

    def condition(self) -> tuple[Relation, ...]:
        """Return what would make the relation true, nothing where no sizes would."""
        match self.verdict:
            case Conditional(condition=condition):
                return condition
            case Unknown():
                return (self.relation,)
            case _:
                return ()

    def text(self, context: Context) -> str:
        """Return the relation as the message writes it."""
        if not self.left:
            return context.show_relation(self.relation)
        return f"{self.left} {self.relation.kind.value} {context.show(self.relation.right)}"


Path = tuple[str, ...]
"""The architecture, or its variant, and the labels from there to an instance of a block."""


@dataclass(slots=True)
class Finding:
    """Everything open at one place; `told` is what was last said of it."""

    claims: list[tuple[Path, Claim]] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    told: Diagnostic | None = None

    @property
    def path(self) -> Path:
        """The instance that is told of: the outermost one."""
        return self.claims[0][0]

    def add(self, claim: Claim, found: Iterable[Open], path: Path) -> list[Open]:
        """Take over what else is open at the same place, and return it. The outermost instance is told of first."""
        known = {one.relation for one in self.open}
        new = [one for one in found if one.relation not in known]
        if not self.claims or len(path) < len(self.path):
            self.claims, self.open = [(path, claim), *self.claims], [*new, *self.open]
        else:
            self.claims, self.open = [*self.claims, (path, claim)], [*self.open, *new]
        return new

    def condition(self) -> tuple[Relation, ...]:
        """Return what would make all the relations true; nothing where no sizes would, or it takes too many words."""
        if any(isinstance(one.verdict, Refuted) for one in self.open):
            return ()
        conditions = tuple(dict.fromkeys(relation for one in self.open for relation in one.condition()))
        return strongest(conditions) if len(conditions) <= MOST_CONDITIONS else ()

    def diagnostic(self, context: Context, site: WhereSite | None) -> Diagnostic:
        """Return the message, in sizes of the given context."""
        claim = self.claims[0][1]
        condition = self.condition()
        notes = (*self._proof(condition, context), *self._counterexample(context))
        fixes = (*claim.fixes, *_declaration(condition, context, site))
        text = claim.text or self._needs(context)
        return Diagnostic(claim.code, self._message(), claim.span, text, claim.labels, notes, fixes)

    def _message(self) -> str:
        subject = self.claims[0][1].subject
        whats = (claim.what for path, claim in self.claims if path[:1] == self.path[:1])
        what = "; ".join(dict.fromkeys(whats))
        return f"{subject}: {what}" if subject else what

    def _needs(self, context: Context) -> str:
        shown = [one.text(context) for one in self.open[:MOST_NEEDS]]
        return "needs " + " and ".join(shown)

    def _proof(self, condition: Sequence[Relation], context: Context) -> tuple[Note, ...]:
        holds = "equal" if self.claims[0][1].code == UNEQUAL else "true"
        unknown = next((one.verdict for one in self.open if isinstance(one.verdict, Unknown)), None)
        if condition and unknown is None:
            shown = " and ".join(context.show_relation(relation) for relation in condition)
            return (Note("proof", f"{holds} {'exactly when' if self._exact() else 'when'} {shown}"),)
        if unknown is not None:
            return (Note("proof", f"neither proved nor refuted; true at the {unknown.tested} smallest legal sizes"),)
        never = next((one for one in self.open if isinstance(one.verdict, Refuted)), None)
        if never is None:
            return (Note("proof", "false for some legal sizes"),)
        if _numbers(never.relation):
            return ()
        return (Note("proof", f"{never.text(context)} holds for no legal sizes"),)

    def _exact(self) -> bool:
        return all(one.verdict.exact for one in self.open if isinstance(one.verdict, Conditional))

    def _counterexample(self, context: Context) -> tuple[Note, ...]:
        for one in self.open:
            if isinstance(one.verdict, Conditional):
                example = one.verdict.counterexample
                sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes)
                left, right = one.left or context.show(one.relation.left), context.show(one.relation.right)
                shown = at_sizes(one.relation.kind, (left, right), example)
                return (Note("counterexample", f"{sizes}:  {shown}"),)
        return ()


class Findings:
    """What is open in an architecture, place by place; its variants share them, for they share its `where`."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span], Finding] = {}

    def at(self, code: str, span: Span) -> Finding:
        """Return the finding of a code at a place, a new one where there is none yet."""
        return self._found.setdefault((code, span), Finding())

    def latest(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return what was last said at the place of a diagnostic, or itself."""
        finding = self._found.get((diagnostic.code, diagnostic.span))
        return diagnostic if finding is None or finding.told is None else finding.told


def _numbers(relation: Relation) -> bool:
    return isinstance(relation.left, int) and isinstance(relation.right, int)


def _pins(relation: Relation) -> bool:
    """Say whether a relation leaves one value of a free size: nobody means that by a free size."""
    sides = (relation.left, relation.right)
    return (
        relation.kind is Comparison.EQ
        and any(isinstance(a, int) for a in sides)
        and any(isinstance(b, Symbol) for b in sides)
    )


def _declaration(condition: Sequence[Relation], context: Context, site: WhereSite | None) -> tuple[Fix, ...]:
    """Return the fix that declares the condition on the architecture."""
    if site is None or not condition or site.span.source.library or any(map(_pins, condition)):
        return ()
    text = ", ".join(context.show_relation(relation) for relation in condition)
    lead = ", " if site.has_where else " where "
    return (Fix(f"declare it: `where {text}`", (Edit(site.span, f"{lead}{text}"),)),)
