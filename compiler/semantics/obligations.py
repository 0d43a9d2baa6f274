"""What a shape rule asks of sizes: decided for all legal sizes, and reported where it does not hold for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archc.diagnostics.diagnostic import Label
from archc.graph.static import Dim
from archc.records import record
from archc.semantics.alignment import realigned, rejoined
from archc.semantics.faults import Poisoned
from archc.semantics.findings import NEEDED, UNEQUAL, Claim, Open
from archc.semantics.scene import Pair, Picture, Scene
from archc.semantics.session import Session
from archc.semantics.wording import bracketed
from archc.shapes import Comparison, Context, Proven, Refuted, Relation, Unknown, mod
from archc.syntax.source import Span


@record
class About:
    """What is at fault where sizes differ: one input, or "" for none more than others; and what else to show."""

    input: str = ""
    labels: tuple[Label, ...] = ()


EVERYTHING = About()


@record
class Duties:
    """Decides relations for one use of an operator or block.

    After a finding work goes on as if the relation held, so that one cause is reported once; where it can never hold,
    there is nothing to go on with, and Poisoned is raised.
    """

    session: Session
    span: Span
    subject: str = ""
    scene: Scene | None = None

    def at(self, span: Span) -> Duties:
        """Return the same duties at another place."""
        return replace(self, span=span)

    def equal(self, left: Dim, right: Dim, what: str) -> None:
        """Impose `left == right`; `what` says what needs it."""
        self.all_equal(((left, right),), what)

    def all_equal(self, pairs: Sequence[Pair], what: str, about: About = EVERYTHING) -> None:
        """Impose equality of every pair, reported as one."""
        relations = [Relation(Comparison.EQ, a, b) for a, b in pairs if not (a is b or a == b)]
        unequal = {relation: found for relation in relations if (found := self._open(relation)) is not None}
        if unequal:
            picture = self._pictured([(relation.left, relation.right) for relation in unequal], about)
            fixes = realigned(self.scene) or rejoined(self.scene) if self.scene else ()
            claim = replace(self._claim(UNEQUAL, what, picture), fixes=fixes)
            self._report(claim, list(unequal.values()))

    def divides(self, divisor: Dim, whole: Dim, what: str) -> None:
        """Impose that `divisor` goes into `whole` without a remainder."""
        found = self._open(Relation(Comparison.EQ, mod(whole, divisor), 0))
        if found is not None:
            context = self.session.context
            left = f"{bracketed(context.show(whole))} % {bracketed(context.show(divisor))}"
            self._report(self._claim(NEEDED, what, self._pictured(())), [replace(found, left=left)])

    def require(self, relation: Relation, what: str) -> None:
        """Impose a relation."""
        if not self.holds(relation):
            self.require_all((relation,), self._claim(NEEDED, what, self._pictured(())))

    def require_all(self, relations: Sequence[Relation], claim: Claim) -> None:
        """Impose several relations, reported as one; what the claim marks says that numbers do not fit."""
        found = [replace(one, denial=claim.text) for relation in relations if (one := self._open(relation)) is not None]
        if found:
            self._report(claim, found)

    def holds(self, relation: Relation) -> bool:
        """Say whether a relation holds for all sizes, as far as is known."""
        return self._open(relation) is None

    # -- deciding --------------------------------------------------------------------------------------

    def _open(self, relation: Relation) -> Open | None:
        """Return what is known of a relation that does not follow from what is assumed, or was reported as missing.

        In a sketch, whose parameters have no values, what is neither proved nor refuted is left to its uses.
        """
        if self.session.asked is not None:
            self._note(relation, self.session.asked)
            return None
        verdict = self.session.decide(relation)
        if isinstance(verdict, Proven):
            return None
        shown = _named(relation, self.session.context)
        if self.session.supposed is not None:
            verdict = self.session.decide_under(self.session.supposed, shown)
        if isinstance(verdict, Proven) or (isinstance(verdict, Unknown) and self.session.sketch):
            return None
        return Open(shown, verdict)

    def _note(self, relation: Relation, asked: list[Relation]) -> None:
        """Write down what is to hold of free sizes; where numbers do not fit, there is nothing to go on with."""
        if not isinstance(relation.left, int) or not isinstance(relation.right, int):
            asked.append(relation)
        elif not relation.kind.holds(relation.left, relation.right):
            raise Poisoned

    def _report(self, claim: Claim, found: Sequence[Open]) -> None:
        never = [one for one in found if isinstance(one.verdict, Refuted)]
        if not (never and self._is_told(claim, never)):
            self.session.find(claim, found)
        if never:
            raise Poisoned

    def _is_told(self, claim: Claim, never: Sequence[Open]) -> bool:
        """Say whether arguments that can never fit were reported before, of another tensor alike: one cause."""
        told = {(claim.code, claim.what, one.relation) for one in never}
        alone = self.scene is not None and len(self.scene.tensors) == 1
        if alone and told <= self.session.told:
            return True
        self.session.told |= told
        return False

    # -- showing ---------------------------------------------------------------------------------------

    def _pictured(self, pairs: Sequence[Pair], about: About = EVERYTHING) -> Picture:
        if self.scene is None or self.scene.call != self.span:
            return Picture(self.span, "", ())
        picture = self.scene.of_pairs(pairs, self.session.context, about.input)
        labels = tuple(one for one in about.labels if one.span != picture.span)
        return replace(picture, labels=(*picture.labels, *labels))

    def _claim(self, code: str, what: str, picture: Picture) -> Claim:
        return Claim(code, self.subject, what, picture.span, picture.text, picture.labels)


def _named(relation: Relation, context: Context) -> Relation:
    """Return a relation in the author's names."""
    return Relation(relation.kind, context.from_witness(relation.left), context.from_witness(relation.right))
