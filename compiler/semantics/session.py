"""What one elaboration shares: the mode, what is assumed of the free sizes, caches, limits, and the findings."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.graph.ir import Graph
from archc.semantics.environment import Environment
from archc.semantics.faults import fault, help_note
from archc.shapes import Context, Relation, Verdict, decide
from archc.syntax.source import Span
from archc.syntax.tree import Mode

if TYPE_CHECKING:
    from archc.semantics.binding import Use
    from archc.semantics.definition import Definition

STEPS = 5_000_000
"""Evaluations after which an elaboration is given up: about half a minute."""
NODES = 500_000
"""Nodes after which a graph is given up."""
DEPTH = 100
"""Blocks within blocks, and calls of static functions within each other."""


@dataclass(frozen=True, slots=True)
class WhereSite:
    """Where the architecture under elaboration can state another condition: an empty span."""

    span: Span
    has_where: bool


@dataclass(eq=False)
class Session:
    """One elaboration of one architecture in one mode.

    `form` picks a branch of blocks whose `train` and `infer` are two forms of one function, `mode` of all others.
    A sketch has free sizes where weights need numbers, so that how they start is left out.
    """

    context: Context
    mode: Mode = Mode.INFER
    form: Mode = Mode.TRAIN
    where_site: WhereSite | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    uses: dict[Hashable, Use] = field(default_factory=dict)
    graphs: dict[Hashable, Graph | None] = field(default_factory=dict)
    verdicts: dict[Relation, Verdict] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    reached: set[Definition] = field(default_factory=set)
    prelude: Environment = field(default_factory=lambda: Environment(None))
    sketch: bool = False
    supposed: Context | None = None
    steps: int = 0
    nodes: int = 0
    depth: int = 0
    mode_asked: bool = False

    def start(self, place: str) -> None:
        """Begin another elaboration with what is cached; `place` is how messages call it."""
        self.diagnostics = []
        self.supposed = None
        self.mode_asked = False
        self.steps = self.nodes = self.depth = 0
        self.path = [place]
        self.spans = []

    def report(self, diagnostic: Diagnostic) -> None:
        """Collect a finding with the instance where it was found, at the author's text rather than the library's."""
        notes = diagnostic.notes
        if self.path:
            notes = (*notes, Note("instance", " > ".join(self.path)))
        span = diagnostic.span
        if span.source.library:
            span = next((s for s in reversed(self.spans) if not s.source.library), span)
        self.diagnostics.append(replace(diagnostic, span=span, notes=notes))

    def decide(self, relation: Relation) -> Verdict:
        """Return what is known of a relation, decided once: equal blocks of other widths ask the same of the sizes."""
        verdict = self.verdicts.get(relation)
        if verdict is None:
            verdict = self.verdicts[relation] = decide(relation, self.context)
        return verdict

    def suppose(self, condition: tuple[Relation, ...]) -> None:
        """Go on as if a condition that was reported as missing had been declared."""
        supposed = self.supposed or self.context
        for relation in condition:
            left, right = self.context.from_witness(relation.left), self.context.from_witness(relation.right)
            supposed = supposed.assume(Relation(relation.kind, left, right))
        self.supposed = supposed

    def ask_mode(self) -> Mode:
        """Return the mode, remembering that the graph under construction depends on it."""
        self.mode_asked = True
        return self.mode

    def tick(self, span: Span) -> None:
        """Count one evaluation; raises a Fault when there were too many."""
        self.steps += 1
        if self.steps > STEPS:
            raise fault(
                "E208",
                "elaboration does not come to an end",
                span,
                f"given up here after {STEPS:,} steps",
                notes=help_note("look for a loop or recursion that grows without bound"),
            )

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
        self.spans.append(span)
        try:
            yield
        finally:
            self.depth -= 1
            self.path.pop()
            self.spans.pop()
