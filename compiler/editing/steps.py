"""Steps: the places of a text where a module stands, in a pipeline or in a list."""

from __future__ import annotations

from collections.abc import Iterator

from archc.records import record
from archc.syntax import Span, tree, walk

Holder = tree.Pipe | tree.Sequence | tree.Comprehension
Module = tree.Expression | tree.Labelled


@record
class Step:
    """A module in the text: `module` may have a label; of a pipeline `stage` is what may have a guard besides.

    Two steps are equal if they stand at one place.
    """

    holder: Holder
    module: Module
    stage: tree.Stage | None
    declaration: tree.Declaration

    @property
    def expression(self) -> tree.Expression:
        """The module without its label."""
        return self.module.module if isinstance(self.module, tree.Labelled) else self.module

    @property
    def span(self) -> Span:
        """Where the module stands, its label not counted."""
        return self.expression.span

    @property
    def whole(self) -> Span:
        """Where the step stands with all that belongs to it."""
        return self.stage.span if self.stage is not None else self.module.span


def steps_of(file: tree.File) -> Iterator[Step]:
    """Yield the steps of a file in the order of the text, outer ones first."""
    for declaration in file.declarations:
        for node in walk(declaration):
            yield from _held(node, declaration)


def _held(node: tree.Node, declaration: tree.Declaration) -> Iterator[Step]:
    match node:
        case tree.Pipe(stages=stages):
            yield from (Step(node, stage.module, stage, declaration) for stage in stages)
        case tree.Sequence(items=items):
            yield from (Step(node, item, None, declaration) for item in items)
        case tree.Comprehension(item=item):
            yield Step(node, item, None, declaration)
