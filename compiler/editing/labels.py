"""Labels for copies of steps."""

from __future__ import annotations

from archc.editing.steps import Step
from archc.syntax import tree, walk


def relabelled(step: Step) -> str | None:
    """Return a step under a label that its declaration does not have, None where its label is no name."""
    if not isinstance(step.module, tree.Labelled):
        return step.whole.text
    start = _first(step.module.label)
    if start is None:
        return None
    words = {one.text for one in walk(step.declaration) if isinstance(one, tree.Name)}
    number = next(number for number in range(2, len(words) + 3) if f"{start.text}_{number}" not in words)
    text, at = step.whole.text, start.span.end - step.whole.start
    return f"{text[:at]}_{number}{text[at:]}"


def _first(label: tree.Expression) -> tree.Name | None:
    """Return the word that a label begins with."""
    while isinstance(label, tree.Index | tree.Attribute):
        label = label.base
    return label if isinstance(label, tree.Name) and label.text != "self" else None
