"""Selections: modules of a hand-written architecture by their paths, and the edits of the text that stands for them.

One place of the text may stand for several modules: a step in a loop, or in a block that is used more than once. Where
all of them are selected, the place is changed. Where some are, and the variables of the loop around it tell them apart,
the change is confined to them by an `if`; where nothing tells them apart, the edit is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError, Diagnostic, Edit, Label, Note
from archc.editing import changes
from archc.editing.changes import Given, Unfit
from archc.editing.conditions import condition
from archc.editing.edited import Edited, edited, tree_of
from archc.editing.instances import Instance, instances_of
from archc.editing.patterns import components, matches
from archc.editing.positions import position_of
from archc.editing.spelling import spelled_value
from archc.editing.steps import Step
from archc.semantics.suggest import nearest
from archc.syntax import Span

if TYPE_CHECKING:
    from archc.architecture import Architecture

SHOWN = 4
"""Paths that a message lists."""

Change = Callable[[Step, str], Edit]


class Selection:
    """Modules of an architecture. Each edit gives a new architecture, checked, and leaves this one as it is."""

    def __init__(self, architecture: Architecture, pattern: str, instances: tuple[Instance, ...]) -> None:
        self.architecture = architecture
        self.pattern = pattern
        self._instances = instances

    def __repr__(self) -> str:
        return f"<Selection {self.pattern}: {len(self._instances)} modules>"

    def __len__(self) -> int:
        return len(self._instances)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the selected modules, in program order."""
        return tuple(dict.fromkeys(map(str, self._instances)))

    def replace(self, module: str) -> Edited:
        """Put another module in the place of each; their labels stay. Raises ArchError where it does not fit."""
        return self._edited(lambda step, condition: changes.replaced(step, module, condition))

    def wrap(self, module: str) -> Edited:
        """Put a module around each, written with `{}` for the old one: `Residual({})`."""
        return self._edited(lambda step, condition: changes.wrapped(step, module, condition))

    def delete(self) -> Edited:
        """Leave each out."""
        return self._edited(changes.deleted)

    def insert_after(self, module: str) -> Edited:
        """Put a further module, with a label if it has weights, behind each: `norm: layernorm(axis=1)`."""
        return self._edited(lambda step, condition: changes.inserted(step, module, condition, after=True))

    def insert_before(self, module: str) -> Edited:
        """Put a further module before each."""
        return self._edited(lambda step, condition: changes.inserted(step, module, condition, after=False))

    def set(self, **arguments: object) -> Edited:
        """Give each other arguments: numbers, booleans, None, lists, or text of the language."""
        if not arguments:
            raise TypeError("set() takes the arguments to be given: .set(k=3)")
        texts = {name: spelled_value(value) for name, value in arguments.items()}

        def change(step: Step, condition: str) -> Edit:
            one = next(one for one in self._instances if one.step == step)
            positions = {name: position_of(one, name, self.architecture) for name in texts}
            return changes.given(step, [Given(name, positions[name], texts[name]) for name in texts], condition)

        return self._edited(change)

    # -- edits ----------------------------------------------------------------------------------------

    def _edited(self, change: Change) -> Edited:
        edits = []
        for step, selected, others in self._places():
            confined = condition(selected, others)
            try:
                if confined is None:
                    raise self._shared(others)
                edits.append(change(step, confined))
            except Unfit as unfit:
                raise self._error(unfit.what, step.span, Note("help", unfit.help)) from None
        self._refuse_overlaps(edits)
        return edited(self.architecture, edits)

    def _places(self) -> Iterable[tuple[Step, list[Instance], list[Instance]]]:
        """Yield the steps that are selected, each with its instances that are and those that are not."""
        every = instances_of(self.architecture.graph, tree_of(self.architecture.file))
        chosen = {one.path for one in self._instances}
        for step in {id(one.step): one.step for one in self._instances}.values():
            if step is None:
                raise self._unplaced()
            here = [one for one in every if one.step is not None and one.step.span == step.span]
            selected = [one for one in here if one.path in chosen]
            yield step, selected, [one for one in here if one.path not in chosen]

    def _refuse_overlaps(self, edits: Iterable[Edit]) -> None:
        for one, other in pairwise(sorted(edits, key=lambda edit: edit.span.start)):
            if other.span.start < one.span.end:
                label = Label(one.span, "this contains it")
                what = f"`{self.pattern}` selects a module inside another one that it selects"
                note = Note("help", "edit one after the other, the inner ones first")
                raise self._error(what, other.span, note, labels=(label,))

    def _shared(self, others: Iterable[Instance]) -> Unfit:
        paths = list(dict.fromkeys(f"`{one}`" for one in others))
        listed = ", ".join(paths[:SHOWN]) + (", …" if len(paths) > SHOWN else "")
        return Unfit(
            f"the text of what `{self.pattern}` selects also stands for {listed}",
            "select them as well, or give the block a parameter for what is to differ",
        )

    def _unplaced(self) -> ArchError:
        one = next(one for one in self._instances if one.step is None)
        span = one.node.site.span
        what = f"no text of this file is `{one}` alone"
        return self._error(what, span, Note("help", "select what it is a part of, or edit the text by hand"))

    def _error(self, what: str, span: Span, *notes: Note, labels: tuple[Label, ...] = ()) -> ArchError:
        return ArchError((Diagnostic("E229", what, span, notes=notes, labels=labels),))


def select(architecture: Architecture, pattern: str, of: str | None = None) -> Selection:
    """Return the modules whose paths are as a pattern says; raises ArchError (E228) where there is none."""
    wanted = components(pattern)
    every = instances_of(architecture.graph, tree_of(architecture.file))
    found = tuple(one for one in every if matches(wanted, one.path) and of in (None, one.name))
    if found:
        return Selection(architecture, pattern, found)
    names = sorted({str(one) for one in every})
    close = nearest(pattern.replace("[", ".").replace("]", ""), names)
    text = f"did you mean `{close}`?" if close else f"its modules are {', '.join(names[:SHOWN])}, …"
    what = f"`{architecture.name}` has no module `{pattern}`" + (f" that is `{of}`" if of else "")
    span = architecture.elaboration.definition.block.name_span
    raise ArchError((Diagnostic("E228", what, span, notes=(Note("help", text),)),))
