"""Mutations of hand-written architectures: small changes of the text, tried by chance until one is legal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError, Diagnostic, Note
from archc.editing.candidates import Candidate, Ground, Kind, candidates, operators_of
from archc.editing.edited import Edited, edited, source_of
from archc.editing.instances import Instance, instances_of
from archc.editing.steps import Step
from archc.records import record
from archc.semantics.scope import Scope
from archc.semantics.variants import tables_of
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.architecture import Architecture

MOST = 200
"""Changes that are tried before nothing is said to be legal."""


@record
class Mutation:
    """A legal change, and how many were tried until it was found, itself among them."""

    edited: Edited
    candidate: Candidate
    tried: int

    @property
    def kind(self) -> Kind:
        return self.candidate.kind

    def undo(self) -> Architecture:
        """Return the architecture that was mutated."""
        return self.edited.undo()


def mutate(architecture: Architecture, seed: int, *, most: int = MOST) -> Mutation:
    """Return an architecture with one small change of its text; equal seeds give equal ones.

    The whole file still checks, and the architecture computes something else or has other weights. Raises ArchError
    (E230) where none of `most` changes is legal.
    """
    for tried, candidate in enumerate(_drawn(candidates(ground_of(architecture)), random.Random(seed)), 1):
        if tried > most:
            break
        found = tried_out(architecture, candidate)
        if found is not None:
            return Mutation(found, candidate, tried)
    note = Note("help", "try another seed, or more changes")
    span = architecture.elaboration.definition.block.name_span
    what = f"no change of `{architecture.name}` was found that is legal"
    raise ArchError((Diagnostic("E230", what, span, notes=(note,)),))


def tried_out(architecture: Architecture, candidate: Candidate) -> Edited | None:
    """Return an architecture after a change, None where that has errors or changes nothing of what is computed."""
    try:
        found = edited(architecture, candidate.edits)
    except ArchError:
        return None
    return found if found.architecture.text() != architecture.text() else None


def _drawn(found: dict[Kind, list[Candidate]], chance: random.Random) -> Iterator[Candidate]:
    """Yield all changes once: each time of a kind by chance, since there are more numbers than anything else."""
    left = {kind: chance.sample(each, len(each)) for kind, each in found.items()}
    while left:
        kind = chance.choice(list(left))
        yield left[kind].pop()
        if not left[kind]:
            del left[kind]


def ground_of(architecture: Architecture) -> Ground:
    """Return what an architecture uses of its file."""
    source_of(architecture.file)
    scope = architecture.file.loaded.scope
    assert scope is not None
    steps: dict[tuple[int, int], tuple[Step, Instance]] = {}
    for one in instances_of(architecture.graph, scope.file):
        if one.step is not None:
            steps.setdefault((one.step.whole.start, one.step.whole.end), (one.step, one))
    declared = [one for one in scope.file.declarations if isinstance(one, tree.Let)]
    reached = {id(step.declaration): step.declaration for step, _ in steps.values()}
    rows = list(_rows(scope, architecture))
    nodes = (*declared, *reached.values(), *rows)
    return Ground(tuple(steps[place] for place in sorted(steps)), nodes, tuple(operators_of(scope.session.prelude)))


def _rows(scope: Scope, architecture: Architecture) -> Iterator[tree.VariantRow]:
    """Yield the row of the variant, which is the first where none is named."""
    rows = [row for table in tables_of(scope, architecture.name) for row in table.rows]
    yield from (row for row in rows if row.name == (architecture.variant or rows[0].name))
