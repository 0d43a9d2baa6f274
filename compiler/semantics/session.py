"""What one elaboration shares: the mode, what is assumed of the free sizes, caches, limits, and the findings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar, cast

from archc.diagnostics.diagnostic import Diagnostic, Severity
from archc.graph.ir import Graph
from archc.semantics.environment import Environment
from archc.semantics.faults import Fault, Poisoned, fault, help_note
from archc.semantics.findings import Claim, Findings, Open, WhereSite
from archc.semantics.instances import instance
from archc.semantics.recollection import Recollections, Watch
from archc.shapes import Conditional, Context, Proven, Refuted, Relation, Unknown, Verdict, decide
from archc.syntax.source import Span
from archc.syntax.tree import Mode, Node

if TYPE_CHECKING:
    from archc.semantics.binding import Use
    from archc.semantics.definition import Definition

STEPS = 600_000
"""Work after which a short text is given up, in evaluations of simple expressions: a few seconds."""
STEPS_PER_CHARACTER = 10
"""How much more a longer text may take."""
NODE, USE, BLOCK = 20, 100, 50
"""What a node and a match of an operator or block take, in such evaluations."""
DECISIONS: Mapping[type, int] = {Proven: 100, Refuted: 1_000, Conditional: 1_500, Unknown: 20_000}
"""What a decision about sizes takes, by its outcome."""
HARD = 20_000
"""What it takes to find out that a formula is too large, or that code depends on a free size."""
ENTRIES = 20
"""Entries of a sequence that can be made or looked at in the time of one."""
DEPTH = 100
"""Blocks within blocks, and calls of static functions within each other."""
MOST_FINDINGS = 100
"""Findings of one elaboration, after which it is given up."""


T = TypeVar("T")


@dataclass(eq=False)
class Session:
    """One elaboration of one architecture in one mode.

    `form` picks a branch of blocks whose `train` and `infer` are two forms of one function, `mode` of all others.
    A sketch has free sizes where weights need numbers, so that how they start is left out. `underway` are the uses of
    operators whose bodies are being looked at. Where `asked` is a list, what is asked of free sizes is written down
    there, and not decided: so spaces learn what fits at which sizes.
    """

    context: Context
    mode: Mode = Mode.INFER
    form: Mode = Mode.TRAIN
    where_site: WhereSite | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    told: set[tuple[str, str, Relation]] = field(default_factory=set)
    uses: dict[Hashable, Use] = field(default_factory=dict)
    underway: set[Hashable] = field(default_factory=set)
    graphs: dict[Hashable, Graph | None] = field(default_factory=dict)
    verdicts: dict[Relation, Verdict] = field(default_factory=dict)
    recollections: Recollections = field(default_factory=Recollections)
    path: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    reached: set[Definition] = field(default_factory=set)
    prelude: Environment = field(default_factory=lambda: Environment(None))
    sketch: bool = False
    asked: list[Relation] | None = None
    supposed: Context | None = None
    steps: int = 0
    limit: int = STEPS
    depth: int = 0
    gave_up: bool = False
    here: Span | None = None
    mode_asked: bool = False

    def start(self, place: str, findings: Findings | None = None) -> None:
        """Begin another elaboration with what is cached; `place` is how messages call it."""
        self.diagnostics = []
        self.findings = findings or Findings()
        self.told = set()
        self.supposed = None
        self.mode_asked = False
        self.steps = self.depth = 0
        self.gave_up = False
        self.path = [place]
        self.spans = []

    def report(self, diagnostic: Diagnostic) -> None:
        """Collect a finding with the instance where it was found, at the author's text rather than the library's."""
        placed = self._authored(diagnostic)
        self.diagnostics.append(replace(placed, notes=(*placed.notes, *instance(self.path))))
        if len(self.diagnostics) >= MOST_FINDINGS:
            self.gave_up, self.steps = True, max(self.steps, self.limit)

    def find(self, claim: Claim, found: Sequence[Open]) -> None:
        """Report relations that do not hold for all sizes, as one finding with others of the same place and kind.

        Work goes on as if what would make them true had been declared.
        """
        finding = self.findings.at(claim.code, self.author(claim.span))
        new = finding.add(claim, found, tuple(self.path))
        told = self._authored(finding.diagnostic(self.context, self.where_site))
        self.diagnostics = [one for one in self.diagnostics if one is not finding.told] + [told]
        finding.told = told
        supposed = self.supposed or self.context
        for relation in (one for each in new for one in each.condition()):
            supposed = supposed.assume(relation)
        self.supposed = supposed

    def author(self, span: Span) -> Span:
        """Return the innermost place in the author's text that led to a place in the library."""
        if not span.source.library:
            return span
        return next((outer for outer in reversed(self.spans) if not outer.source.library), span)

    def _authored(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a finding in terms of the author's text alone."""
        span = self.author(diagnostic.span)
        labels = tuple(one for one in diagnostic.labels if not one.span.source.library and one.span != span)
        fixes = tuple(fix for fix in diagnostic.fixes if not any(e.span.source.library for e in fix.edits))
        return replace(diagnostic, span=span, labels=labels, fixes=fixes)

    def decide(self, relation: Relation) -> Verdict:
        """Return what is known of a relation, decided once: equal blocks of other widths ask the same of the sizes."""
        verdict = self.verdicts.get(relation)
        if verdict is None:
            verdict = self.verdicts[relation] = self.decide_under(self.context, relation)
        return verdict

    def decide_under(self, context: Context, relation: Relation) -> Verdict:
        """Return what is known of a relation under other assumptions."""
        verdict = decide(relation, context)
        self.spend(DECISIONS[type(verdict)])
        return verdict

    def recall(self, node: Node, env: Environment, work: Callable[[Environment], T]) -> T:
        """Return what `work` makes of a node from names of an environment alone, without doing it again where it was
        done before with equal values and went well."""
        known = self.recollections.find(node, env)
        if known is not None:
            return cast(T, known.result)
        asked, self.mode_asked = self.mode_asked, False
        try:
            watch = Watch(env)
            result = work(watch)
            if not (self.diagnostics or self.mode_asked):
                self.recollections.keep(node, watch, result)
            return result
        finally:
            self.mode_asked = self.mode_asked or asked

    def ask_mode(self) -> Mode:
        """Return the mode, remembering that the graph under construction depends on it."""
        self.mode_asked = True
        return self.mode

    def tick(self, span: Span) -> None:
        """Count one evaluation; raises a Fault when there were too many."""
        self.here = span
        self.steps += 1
        if self.steps > self.limit:
            raise self.too_much(span)

    def spend(self, amount: int) -> None:
        """Count work by what it takes in evaluations, at the expression under evaluation."""
        self.steps += amount
        if self.steps > self.limit and self.here is not None:
            raise self.too_much(self.here)

    def too_much(self, span: Span) -> Fault | Poisoned:
        """Give up, once: whatever else is tried after that fails silently. Behind other findings, of which it may come,
        that is no error but a warning that there may be more."""
        if self.gave_up:
            return Poisoned()
        self.gave_up = True
        given_up = fault(
            "E208",
            "this takes more work than any architecture needs",
            span,
            "given up here",
            notes=help_note("look for a loop, a sequence or a recursion that grows without bound"),
        )
        if self.diagnostics:
            given_up.diagnostic = replace(given_up.diagnostic, severity=Severity.WARNING)
        return given_up

    @contextmanager
    def at(self, span: Span) -> Iterator[None]:
        """Work on behalf of a place in the text: what is found in the library meanwhile is shown there."""
        self.spans.append(span)
        try:
            yield
        except Fault as error:
            error.diagnostic = self._authored(error.diagnostic)
            raise
        finally:
            self.spans.pop()

    @contextmanager
    def inside(self, name: str, span: Span) -> Iterator[None]:
        """Enter a block or function; raises a Fault when they are nested too deeply."""
        if self.depth >= DEPTH:
            raise fault(
                "E207",
                f"`{name}` is nested more than {DEPTH} deep",
                span,
                "this call never reaches an end",
                notes=help_note("give the recursion a case that returns without calling itself"),
            )
        self.depth += 1
        self.path.append(name)
        try:
            with self.at(span):
                yield
        finally:
            self.depth -= 1
            self.path.pop()
