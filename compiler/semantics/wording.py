"""Conditions and sizes in words: with their values in place of names, and as the library's reasons say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from archc.diagnostics.diagnostic import Diagnostic
from archc.graph.static import Row, Symbol
from archc.semantics.faults import Fault
from archc.semantics.values import Thing
from archc.shapes import Comparison, Context, Counterexample
from archc.shapes.expression import Expr
from archc.syntax import parse_expression, tree, walk

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
        chosen = [in_words(thing[place], context) for place in places if place < len(thing)]
        whole = [in_words(one, context) for one in thing]
        return listed(chosen) if chosen else whole[0] if len(set(whole)) == 1 else f"[{', '.join(whole)}]"
    if isinstance(thing, Row):
        return f"({', '.join(in_words(one, context) for one in thing.items)})"
    if isinstance(thing, Symbol):
        return thing.name
    if thing is None or isinstance(thing, bool):
        return str(thing).lower()
    if isinstance(thing, int | Expr):
        return context.show(thing)
    return f"{thing:g}" if isinstance(thing, float) else str(thing)


def filled(reason: tree.Text, word: Callable[[tree.Expression], str]) -> str:
    """Return a reason with every `{expression}` in words; raises a Fault where one is no expression."""

    def one(hole: re.Match[str]) -> str:
        node = parse_expression(hole.group(1), reason.span)
        if isinstance(node, Diagnostic):
            raise Fault(node)
        return word(node)

    return HOLE.sub(one, reason.value)


def bracketed(text: str) -> str:
    """Return a formula as one operand of another."""
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def with_values(node: tree.Expression, values: Mapping[str, str]) -> str:
    """Return the text of an expression with the names in it replaced by their values."""
    text, start = node.span.text, node.span.start
    names = [one for one in walk(node) if isinstance(one, tree.Name) and one.text in values]
    for name in sorted(names, key=lambda one: one.span.start, reverse=True):
        shown = bracketed(values[name.text]) if name is not node else values[name.text]
        text = text[: name.span.start - start] + shown + text[name.span.end - start :]
    return " ".join(text.split())


def at_sizes(kind: Comparison, sides: tuple[str, str], example: Counterexample) -> str:
    """Return what a relation between two formulas says at a counterexample: `7 != 2 * (7 // 2) = 6`."""
    sizes = {name: str(value) for name, value in example.sizes}
    left, right = _computed(sides[0], sizes, example.left), _computed(sides[1], sizes, example.right)
    return f"{left} {NEGATED[kind]} {right}"


def _computed(text: str, sizes: Mapping[str, str], value: int) -> str:
    shown = _NAME.sub(lambda name: sizes.get(name.group(), name.group()), text)
    return shown if shown == str(value) else f"{shown} = {value}"
