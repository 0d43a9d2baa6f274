"""Merging: the training form of a block is rewritten until it has the shape of the inference form.

The inference form says only which modules there are; what their weights are is read off where the two meet.
"""

from __future__ import annotations

from typing import cast

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.graph.ir import Constant, Graph, GraphKind, Operands, Value, WeightRef
from archc.merging.rules import Rewriter, library_rules
from archc.merging.terms import Application, Result, Term, Terms, replaced
from archc.records import record
from archc.rewrites.identities import without_identities
from archc.rewrites.schedule import scheduled
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.library import prelude
from archc.semantics.recursion import deep_recursion
from archc.semantics.session import Session
from archc.shapes import Context
from archc.syntax import Span

REWRITES = 2_000
"""Rewrites after which a merge is given up."""

Assignment = dict[str, Operands]


@record
class Merge:
    """How the weights of the inference form are computed.

    `weights` is a graph without inputs whose operands are weights of the training form by their paths; its outputs
    are the weights `targets` of the inference form, by their paths, in this order.
    """

    targets: tuple[str, ...]
    weights: Graph


@record
class MergeFailure:
    """Where the two forms could not be made to meet."""

    diagnostic: Diagnostic


def merge(
    trained: tuple[Terms, ...], deployed: tuple[Terms, ...], context: Context, span: Span
) -> Merge | MergeFailure:
    """Return the weights of the inference form as functions of those of the training form."""
    session = Session(context, prelude=prelude())
    merger = _Merger(Frame(session, FrameNames(prelude(), {}), None), span)
    with deep_recursion():
        found = merger.solve_all(trained, deployed, {})
    if found is None:
        return MergeFailure(_stuck(merger, span))
    return Merge(tuple(found), merger.graph(tuple(found.values()), span))


@record
class Effort:
    """How far a term is simplified: to which depth, and whether by rules that only restate."""

    depth: int
    restating: bool

    @property
    def before(self) -> Effort | None:
        """The next smaller effort of the same kind."""
        return Effort(self.depth - 1, self.restating) if self.depth > 1 else None


def _efforts(height: int) -> tuple[Effort, ...]:
    """Return efforts in the order in which they are made."""
    return tuple(Effort(depth, restating) for restating in (False, True) for depth in range(1, height + 1))


class _Merger:
    """Searches for rewrites of the training form that make it equal to the inference form."""

    def __init__(self, frame: Frame, span: Span) -> None:
        self.frame = frame
        self.rewriter = Rewriter(frame, span)
        self.rewrites = 0
        self.declined: set[tuple[int, Result]] = set()
        self.simplified: dict[tuple[Result, Effort], Term] = {}
        self.apart: set[tuple[Result, Result]] = set()
        self.together: dict[tuple[Result, Result], Assignment] = {}
        self.furthest: tuple[Terms, Terms] = (None, None)

    def solve_all(self, ours: tuple[Terms, ...], theirs: tuple[Terms, ...], known: Assignment) -> Assignment | None:
        """Return the assignment under which terms are equal in pairs, None if there is none."""
        if len(ours) != len(theirs):
            return None
        for one, other in zip(ours, theirs, strict=True):
            found = self._solve(one, other, known)
            if found is None:
                return None
            known = found
        return known

    def _solve(self, ours: Terms, theirs: Terms, known: Assignment) -> Assignment | None:
        if isinstance(theirs, tuple):
            return self.solve_all(ours, theirs, known) if isinstance(ours, tuple) else None
        if isinstance(theirs, WeightRef):
            return self._assign(theirs, ours, known)
        if not (isinstance(ours, Result) and isinstance(theirs, Result)):
            return known if ours == theirs else None
        if (ours, theirs) in self.apart:
            return None
        if (ours, theirs) in self.together:
            return _united(known, self.together[ours, theirs])
        found = self._direct(ours, theirs, known)
        for effort in _efforts(_height(ours)) if found is None else ():
            changed = self._simplified(ours, effort)
            if changed is not ours:
                found = self._direct(changed, theirs, known)
            if found is not None:
                break
        if found is None:
            self.furthest = (ours, theirs)
            self.apart.add((ours, theirs))
        else:
            self.together[ours, theirs] = found
        return found

    def _direct(self, ours: Term, theirs: Result, known: Assignment) -> Assignment | None:
        """Compare two terms whose operators must be equal as they stand."""
        if not isinstance(ours, Result) or ours.position != theirs.position:
            return None
        a, b = ours.application, theirs.application
        if a.operator is not b.operator or a.attributes != b.attributes:
            return None
        return self.solve_all(a.operands, b.operands, known)

    @staticmethod
    def _assign(target: WeightRef, found: Terms, known: Assignment) -> Assignment | None:
        if (
            found is None
            or not isinstance(found, (WeightRef, Constant, Value))
            or found.type.shape != target.type.shape
        ):
            return None
        if target.path in known:
            return known if known[target.path] == found else None
        return {**known, target.path: found}

    def _simplified(self, term: Result, effort: Effort) -> Term:
        """Return a term with every rule applied, as often as it applies, as far as the effort goes."""
        if (term, effort) in self.simplified:
            return self.simplified[term, effort]
        current: Term = self._simplified(term, effort.before) if effort.before else term
        while isinstance(current, Result) and self.rewrites < REWRITES:
            step = self._step(current, effort)
            if step is None:
                break
            self.rewrites += 1
            current = step
        self.simplified[term, effort] = current
        return current

    def _step(self, term: Result, effort: Effort) -> Term | None:
        """Return a term after one rewrite: the first rule that applies anywhere, at its innermost place."""
        places = _places(term, effort.depth)
        for number, known in enumerate(library_rules()):
            if known.restates and not effort.restating:
                continue
            for place in places:
                if known.root != place.application.operator.name or (number, place) in self.declined:
                    continue
                made = self.rewriter.rewrite(place, known.rule)
                if made is not None:
                    return cast(Term, replaced(term, place, made, {}))
                self.declined.add((number, place))
        return None

    def graph(self, outputs: tuple[Operands, ...], span: Span) -> Graph:
        """Return the computed weights as a graph, without what no weight needs or what changes nothing."""
        made = self.frame.finish(
            GraphKind.MERGE,
            outputs,
            named=(None,) * len(outputs),
            name="merge",
            doc="",
            arguments=(),
            dims=(),
            span=span,
        )
        return scheduled(without_identities(made))


def _united(one: Assignment, other: Assignment) -> Assignment | None:
    """Return two assignments together, None where they say different things of one weight."""
    return {**one, **other} if all(one.get(path, found) == found for path, found in other.items()) else None


def _places(term: Terms, depth: int) -> list[Result]:
    """Return the results inside a term down to a depth, each once, the innermost first."""
    found: dict[Result, None] = {}
    level: list[Terms] = [term]
    for _ in range(depth):
        results = [one for terms in level for one in _flat(terms) if isinstance(one, Result)]
        for one in results:
            found.pop(one, None)
            found[one] = None
        level = [operand for one in dict.fromkeys(results) for operand in one.application.operands]
    return list(reversed(found))


def _flat(terms: Terms) -> tuple[Terms, ...]:
    return terms if isinstance(terms, tuple) else (terms,)


def _height(term: Terms, known: dict[Application, int] | None = None) -> int:
    known = {} if known is None else known
    if isinstance(term, tuple):
        return max((_height(one, known) for one in term), default=0)
    if not isinstance(term, Result):
        return 0
    if term.application not in known:
        known[term.application] = 1 + max((_height(o, known) for o in term.application.operands), default=0)
    return known[term.application]


def _stuck(merger: _Merger, span: Span) -> Diagnostic:
    ours, theirs = merger.furthest
    shown = Note("proof", f"stuck at {_name(ours)}, where the inference form has {_name(theirs)}")
    help_ = Note("help", "the two forms must be equal by the rules that `archc doc rules` lists")
    return Diagnostic("E218", "the rules do not turn `train` into `infer`", span, notes=(shown, help_))


def _name(term: Terms) -> str:
    return f"`{term.application.operator.name}`" if isinstance(term, Result) else "an input"
