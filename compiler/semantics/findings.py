"""Relations that do not hold for all legal sizes, gathered: one place and one cause, one diagnostic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Note
from archc.records import record
from archc.semantics.instances import Path, instance, some
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

    `left` is its left side as the message writes it, where that is not as it would be written anyway; `denial` says
    that a relation of numbers is false, in the words of the condition that it comes from.
    """

    relation: Relation
    verdict: Verdict
    left: str = ""
    denial: str = ""

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


@dataclass(slots=True)
class Part:
    """What is open at one place in one variant, or in an architecture that has none."""

    claims: list[tuple[Path, Claim]] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """The instance that is told of: the outermost one."""
        return self.claims[0][0]

    @property
    def claim(self) -> Claim:
        return self.claims[0][1]

    def add(self, claim: Claim, found: Iterable[Open], path: Path) -> list[Open]:
        """Take over what else is open, and return it. The outermost instance is told of first."""
        known = {one.relation for one in self.open}
        new = [one for one in found if one.relation not in known]
        if not self.claims or len(path) < len(self.path):
            self.claims, self.open = [(path, claim), *self.claims], [*new, *self.open]
        else:
            self.claims, self.open = [*self.claims, (path, claim)], [*self.open, *new]
        return new

    @property
    def is_plain(self) -> bool:
        """Whether numbers do not fit, as is seen without a proof."""
        never = next((one for one in self.open if isinstance(one.verdict, Refuted)), None)
        return never is not None and _numbers(never.relation)

    def message(self) -> str:
        what = "; ".join(dict.fromkeys(claim.what for _, claim in self.claims))
        return f"{self.claim.subject}: {what}" if self.claim.subject else what

    def text(self, context: Context) -> str:
        """Return what stands below the place itself."""
        if self.claim.text:
            return self.claim.text
        return "needs " + " and ".join([one.text(context) for one in self.open if not one.denial][:MOST_NEEDS])

    def proof(self, context: Context) -> str:
        """Return what is known of the relations."""
        condition = condition_of(self.open)
        holds = "equal" if self.claim.code == UNEQUAL else "true"
        unknown = next((one.verdict for one in self.open if isinstance(one.verdict, Unknown)), None)
        if condition and unknown is None:
            exact = all(one.verdict.exact for one in self.open if isinstance(one.verdict, Conditional))
            return f"{holds} {'exactly when' if exact else 'when'} {_all_of(condition, context)}"
        if unknown is not None:
            return f"neither proved nor refuted; true at the {unknown.tested} smallest legal sizes"
        never = next((one for one in self.open if isinstance(one.verdict, Refuted)), None)
        if never is None:
            return "false for some legal sizes"
        if _numbers(never.relation):
            return never.denial or f"{never.text(context)} is false"
        return f"{never.text(context)} holds for no legal sizes"

    def counterexample(self, context: Context) -> tuple[Note, ...]:
        for one in self.open:
            if isinstance(one.verdict, Conditional):
                example = one.verdict.counterexample
                sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes)
                left, right = one.left or context.show(one.relation.left), context.show(one.relation.right)
                shown = at_sizes(one.relation.kind, (left, right), example)
                return (Note("counterexample", f"{sizes}:  {shown}"),)
        return ()


@dataclass(slots=True)
class Finding:
    """Everything open at one place, variant by variant; `told` is what was last said of it."""

    parts: dict[str, Part] = field(default_factory=dict)
    told: Diagnostic | None = None

    def add(self, claim: Claim, found: Iterable[Open], path: Path) -> list[Open]:
        """Take over what else is open at the same place in the variant that a path begins with, and return it."""
        return self.parts.setdefault(path[0], Part()).add(claim, found, path)

    def diagnostic(self, context: Context, site: WhereSite | None) -> Diagnostic:
        """Return the message, in sizes of the given context: what it marks is of the first variant."""
        head = next(iter(self.parts.values()))
        condition = condition_of([one for part in self.parts.values() for one in part.open])
        notes = (*self._proofs(context), *head.counterexample(context), *self._instance(head, context))
        fixes = (*head.claim.fixes, *_declaration(condition, context, site))
        claim = head.claim
        return Diagnostic(claim.code, head.message(), claim.span, head.text(context), claim.labels, notes, fixes)

    def _groups(self, context: Context) -> dict[str, list[str]]:
        """Return the variants by what each of them needs."""
        groups: dict[str, list[str]] = {}
        for variant, part in self.parts.items():
            groups.setdefault(part.proof(context), []).append(variant)
        return groups

    def _proofs(self, context: Context) -> Iterator[Note]:
        groups = self._groups(context)
        for proof, variants in groups.items():
            if len(groups) > 1:
                yield Note("proof", f"in {some(variants)}: {proof}")
            elif not self.parts[variants[0]].is_plain:
                yield Note("proof", proof)

    def _instance(self, head: Part, context: Context) -> tuple[Note, ...]:
        """Name the instance that is shown, and the other variants in which the same is wrong."""
        others = [variant for variant in self.parts if variant != head.path[0]]
        return instance(head.path, others if len(self._groups(context)) == 1 else ())


def condition_of(found: Sequence[Open]) -> tuple[Relation, ...]:
    """Return what would make all relations true; nothing where no sizes would, or it takes too many words."""
    if any(isinstance(one.verdict, Refuted) for one in found):
        return ()
    conditions = tuple(dict.fromkeys(relation for one in found for relation in one.condition()))
    return strongest(conditions) if len(conditions) <= MOST_CONDITIONS else ()


def _all_of(relations: Iterable[Relation], context: Context) -> str:
    return " and ".join(context.show_relation(relation) for relation in relations)


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
