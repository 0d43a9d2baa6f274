"""Checkpoint maps, checked against the weights of every variant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Note, Severity
from archc.graph.ir import Graph
from archc.graph.walk import weights
from archc.semantics.checkpoints import key_table
from archc.semantics.definition import Definition
from archc.semantics.program import Elaboration
from archc.semantics.scope import Scope
from archc.semantics.suggest import renaming
from archc.semantics.variants import tables_of
from archc.syntax import tree


def check_checkpoints(
    scope: Scope, definition: Definition, elaborations: Sequence[Elaboration]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the maps of an architecture: variants that do not exist, weights without a line."""
    variants = [row.name for table in tables_of(scope, definition.name) for row in table.rows]
    for declaration in scope.file.declarations:
        if isinstance(declaration, tree.Checkpoint) and declaration.target == definition.name:
            yield from _sources(declaration, variants)
            yield from _keys(scope, declaration, elaborations)


def _sources(checkpoint: tree.Checkpoint, variants: Sequence[str]) -> Iterator[Diagnostic]:
    for statement in checkpoint.statements:
        if isinstance(statement, tree.SourceAddress) and statement.variant not in variants:
            span = statement.span.word(statement.variant)
            message = f"`{checkpoint.target}` has no variant `{statement.variant}`"
            yield Diagnostic("C401", message, span, fixes=renaming(span, statement.variant, variants))


def _keys(scope: Scope, checkpoint: tree.Checkpoint, elaborations: Sequence[Elaboration]) -> Iterator[Diagnostic]:
    graphs = [one.infer for one in elaborations if one.infer is not None]
    if _is_identity(checkpoint) or not graphs:
        return
    scope.session.steps = 0
    unused = [one for one in _lines(checkpoint) if not _takes_all(one)]
    for graph in graphs:
        table = key_table(scope, checkpoint, [placed.path for placed in weights(graph)])
        if isinstance(table, Diagnostic):
            yield _swapped(scope, checkpoint, graph) or table
            return
        unused = [line for line in unused if line in table.unused]
    if len(graphs) == len(elaborations):
        yield from map(_unused, unused)


def _swapped(scope: Scope, checkpoint: tree.Checkpoint, graph: Graph) -> Diagnostic | None:
    """Return what to say of a map whose sides are swapped: turned round, it has a line for every weight."""
    lines = _lines(checkpoint)
    turned = {line: replace(line, ours=line.theirs, theirs=line.ours) for line in lines}
    statements = tuple(turned.get(one, one) if isinstance(one, tree.KeyMap) else one for one in checkpoint.statements)
    table = key_table(scope, replace(checkpoint, statements=statements), [placed.path for placed in weights(graph)])
    if any(_takes_all(line) for line in turned.values()) or isinstance(table, Diagnostic):
        return None
    message = (
        f"the sides of `{checkpoint.name}` are swapped: our keys stand to the left of `<-`, the official ones right"
    )
    edits = tuple(edit for line in lines if line.via is None for edit in _exchanged(line))
    fixes = (Fix("swap them", edits),) if all(line.via is None for line in lines) else ()
    return Diagnostic("C405", message, checkpoint.span.word(checkpoint.name), fixes=fixes)


def _exchanged(line: tree.KeyMap) -> Iterator[Edit]:
    """Give the edits that write each side of a line in the place of the other."""
    ours, theirs = (keys[0].span.to(keys[-1].span) for keys in (line.ours, line.theirs))
    yield Edit(ours, theirs.text)
    yield Edit(theirs, ours.text)


def _unused(line: tree.KeyMap) -> Diagnostic:
    ours = ", ".join(text.span.text for text in line.ours)
    message = f"no weight takes its key from this line: {ours} fits none that a line above has not taken"
    help = Note("help", "keys are the paths of weights, such as `stages.0.conv.weight`")
    return Diagnostic("C407", message, line.span, notes=(help,), severity=Severity.WARNING)


def _is_identity(checkpoint: tree.Checkpoint) -> bool:
    """Say whether a map only takes every key as it is, so that nothing about the weights can be wrong with it."""
    lines = _lines(checkpoint)
    return bool(lines) and all(_takes_all(one) and one.ours == one.theirs for one in lines)


def _lines(checkpoint: tree.Checkpoint) -> list[tree.KeyMap]:
    return [one for one in checkpoint.statements if isinstance(one, tree.KeyMap)]


def _takes_all(line: tree.KeyMap) -> bool:
    return [text.value for text in line.ours] == ["*"]
