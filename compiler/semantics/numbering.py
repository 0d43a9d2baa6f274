"""Labels that are free, for fixes: the next number of a word, or the number of the round of a loop."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import count

from archc.diagnostics.diagnostic import Edit, Fix
from archc.syntax import Span, children, tree


def free_label(word: str, labels: Set[str]) -> str:
    """Return the word with the smallest number, from 1, that no label has."""
    return next(label for number in count(1) if (label := f"{word}{number}") not in labels)


def renumbered(body: Iterable[tree.Node], module: Span, labels: Set[str], *, in_rounds: bool) -> tuple[Fix, ...]:
    """Return the fix that gives the module at a place a label of its own: with the number of the round where the same
    place is reached `in_rounds`, else the next free one; nothing where that cannot be said in the text."""
    way = next((found for statement in body if (found := _way(statement, module))), ())
    labelled = next((one for one in reversed(way) if isinstance(one, tree.Labelled | tree.Declare)), None)
    if labelled is None:
        return ()
    name = _round(way) if in_rounds else None
    if name is not None:
        text = f"{labelled.label.span.text}[{name}]"
    elif not in_rounds and isinstance(labelled.label, tree.Name):
        text = free_label(labelled.label.text, labels)
    else:
        return ()
    return (Fix(f"number it: `{text}`", (Edit(labelled.label.span, text),)),)


def _way(node: tree.Node, module: Span) -> tuple[tree.Node, ...]:
    """Return the nodes from `node` down to the label of the module at a place."""
    if isinstance(node, tree.Labelled | tree.Declare) and node.module.span == module:
        return (node,)
    below = next((found for child in children(node) if (found := _way(child, module))), ())
    return (node, *below) if below else ()


def _round(way: tuple[tree.Node, ...]) -> str | None:
    """Return the name that counts, or at least differs in, the rounds of the innermost loop."""
    for node in reversed(way):
        match node:
            case tree.For(names=(name, *_)) | tree.Fold(names=(name, *_)):
                return name
            case tree.Comprehension(clauses=clauses) | tree.Declare(clauses=clauses) if clauses:
                return clauses[-1].names[0]
            case _:
                pass
    return None
