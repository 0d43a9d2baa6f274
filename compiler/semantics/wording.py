"""Conditions and sizes in words: with their values in place of names, and as the library's reasons say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archc.graph.static import Symbol
from archc.semantics.values import Thing
from archc.shapes import Comparison, Context, Counterexample, Relation
from archc.syntax import tree, walk

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*'?")
HOLE = re.compile(r"\{([^{}]*)\}")

NEGATED: Mapping[Comparison, str] = {
    Comparison.EQ: "!=",
    Comparison.NE: "==",
    Comparison.LE: ">",
    Comparison.LT: ">=",
    Comparison.GE: "<",
    Comparison.GT: "<=",
}
"""What holds where a comparison does not."""


def listed(texts: Iterable[str]) -> str:
    """Return different texts as `a`, `a and b`, or `a, b and c`."""
    different = list(dict.fromkeys(texts))
    return " and ".join(part for part in (", ".join(different[:-1]), *different[-1:]) if part)


def in_words(thing: Thing, context: Context, places: Iterable[int] = ()) -> str:
    """Return a static value for a message; of a sequence only the entries at `places` where some are given."""
    if type(thing) is tuple:
        chosen = [thing[place] for place in places if place < len(thing)] or thing
        return listed(in_words(one, context) for one in chosen)
    if isinstance(thing, Symbol):
        return thing.name
    if thing is None or isinstance(thing, bool):
        return str(thing).lower()
    if isinstance(thing, int) or hasattr(thing, "free_symbols"):
        return context.show(thing)
    return f"{thing:g}" if isinstance(thing, float) else str(thing)


def with_values(node: tree.Expression, values: Mapping[str, str]) -> str:
    """Return the text of an expression with the names in it replaced by their values."""
    text, start = node.span.text, node.span.start
    names = [one for one in walk(node) if isinstance(one, tree.Name) and one.text in values]
    for name in sorted(names, key=lambda one: one.span.start, reverse=True):
        value = values[name.text]
        shown = value if _NAME.fullmatch(value) or value.isdigit() or value == node.span.text else f"({value})"
        text = text[: name.span.start - start] + shown + text[name.span.end - start :]
    return " ".join(text.split())


def at_sizes(relation: Relation, example: Counterexample, context: Context) -> str:
    """Return what a relation says at a counterexample: `7 != 2 * (7 // 2) = 6`."""
    sizes = {name: str(value) for name, value in example.sizes}
    left = _computed(context.show(relation.left), sizes, example.left)
    right = _computed(context.show(relation.right), sizes, example.right)
    if left != str(example.left):
        left = f"{left} = {example.left}"
    if right != str(example.right):
        right = f"{right} = {example.right}"
    return f"{left} {NEGATED[relation.kind]} {right}"


def _computed(text: str, sizes: Mapping[str, str], value: int) -> str:
    shown = _NAME.sub(lambda name: sizes.get(name.group(), name.group()), text)
    return str(value) if text in sizes else shown
