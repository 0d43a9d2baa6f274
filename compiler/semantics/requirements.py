"""A condition of a declaration that a use does not meet, in the author's words and the use's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.semantics.environment import Missing
from archc.semantics.faults import Fault, fault
from archc.semantics.findings import NEEDED, Claim
from archc.semantics.values import PoisonType, Thing, is_module, is_tensor
from archc.semantics.wording import filled, in_words, with_values
from archc.shapes import Relation
from archc.syntax import tree, walk

if TYPE_CHECKING:
    from archc.semantics.matching import Matcher


@dataclass(slots=True)
class Broken:
    """A clause of a `where`; `places` are the entries at which it does not hold where it speaks of sequences."""

    matcher: Matcher
    clause: tree.Expression
    reason: tree.Text | None
    places: list[int] = field(default_factory=list)

    def claim(self, relations: Sequence[Relation]) -> Claim:
        """Return what to say where relations between sizes do not hold."""
        matcher = self.matcher
        picture = matcher.scene.of_names(*self._parts(), matcher.e.session.context)
        return Claim(NEEDED, matcher.duties.subject, self.what(), picture.span, self._values(relations), picture.labels)

    def fault(self) -> Fault:
        """Return what to say where the clause is false and speaks of no sizes."""
        claim = self.claim(())
        return fault(claim.code, f"{claim.subject}: {claim.what}", claim.span, claim.text, labels=claim.labels)

    def what(self) -> str:
        """Return the reason that the declaration gives, or the condition itself."""
        if self.reason is None:
            return f"`{' '.join(self.clause.span.text.split())}` is required"
        return filled(self.reason, lambda node: self._worded(self.matcher.e.static(node, self.matcher.env)))

    def _worded(self, thing: Thing) -> str:
        return in_words(thing, self.matcher.e.session.context, self.places)

    def _values(self, relations: Sequence[Relation]) -> str:
        """Return the condition with its values where they alone make it false; else what is needed says more."""
        if not all(isinstance(one.left, int) and isinstance(one.right, int) for one in relations):
            return ""
        if relations and any(isinstance(node, tree.Call) for node in walk(self.clause)):
            return f"{relations[0].left} {relations[0].kind.value} {relations[0].right} is false"
        values = {name: self._worded(value) for name, value in self._names() if not is_module(value)}
        return f"{with_values(self.clause, values)} is false"

    def _names(self) -> Iterable[tuple[str, Thing]]:
        for node in walk(self.clause):
            if isinstance(node, tree.Name):
                found = self.matcher.env.find(node.text)
                if not isinstance(found, (Missing, PoisonType)) and not is_tensor(found):
                    yield node.text, found

    def _parts(self) -> tuple[set[str], Mapping[str, str]]:
        """Return the inputs whose sizes the clause speaks of, and the parameters with their values."""
        names = reached(self.matcher, self.clause)
        inputs = {self.matcher.binders[name] for name in names if name in self.matcher.binders}
        parameters = [name for name in names if name in self.matcher.definition.parameter_names]
        found = ((name, self.matcher.env.find(name)) for name in parameters)
        return inputs, {n: self._worded(v) for n, v in found if not isinstance(v, Missing) and not is_module(v)}


def reached(matcher: Matcher, clause: tree.Expression) -> list[str]:
    """Return the names that a clause speaks of, those behind its own `let`s included."""
    lets = matcher.definition.lets
    names: dict[str, None] = {}
    waiting: list[tree.Node] = [clause]
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, tree.Name) and node.text not in names:
                names[node.text] = None
                waiting.extend(lets[node.text][0].values if node.text in lets else ())
    return list(names)
