"""Labels: from the text in front of `:` to a path such as `stages.0.pwconv1`."""

from __future__ import annotations

import re

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from archc.graph.static import Symbol
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Environment
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.values import Thing
from archc.syntax import parse_expression, tree
from archc.syntax.source import Span

SELF = "self"
"""The label that adds nothing to the path."""

LONGEST = 200
"""Characters of a label: attribute names and keys are read by people."""

_COMPONENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|0|[1-9][0-9]*")
_HOLE = re.compile(r"\{([^{}]*)\}")


def label_path(e: Elaborator, node: tree.Expression, env: Environment) -> str:
    """Return the path that a label names: "" for `self`; raises a Fault where it is no label."""
    match node:
        case tree.Name(text=name):
            return "" if name == SELF else component(name, node.span)
        case tree.Number(value=int() as number):
            return component(str(number), node.span)
        case tree.Text():
            return component(fill(e, node.value, node.span, env), node.span)
        case tree.Index():
            return _indexed(e, node, env)
        case tree.Attribute():
            last = fill(e, node.name, node.span, env) if node.quoted else node.name
            return below(label_path(e, node.base, env), component(last, node.span))
        case _:
            raise _no_label(node)


def _indexed(e: Elaborator, node: tree.Index, env: Environment) -> str:
    path = label_path(e, node.base, env)
    for subscript in node.subscripts:
        if isinstance(subscript, tree.Slice):
            raise _no_label(node)
        index = e.dim(subscript, env)
        if not isinstance(index, int) or index < 0:
            raise fault("N110", f"a label is numbered by an integer from 0, not by {index}", subscript.span)
        path = below(path, component(str(index), subscript.span))
    return path


def below(path: str, name: str) -> str:
    """Return the path of `name` under `path`."""
    return f"{path}.{name}" if path else name


def fill(e: Elaborator, template: str, span: Span, env: Environment) -> str:
    """Return a template with every `{expression}` replaced by its value; `span` is where the string stands."""

    def value_of(hole: re.Match[str]) -> str:
        offset = span.start + max(span.text.find(hole.group(0)), 0) + 1
        inner = Span(span.source, offset, offset + len(hole.group(1)))
        return _as_text(e.static(_expression(hole.group(1), inner), env), inner)

    return _HOLE.sub(value_of, template)


def _expression(text: str, span: Span) -> tree.Expression:
    parsed = parse_expression(text, span)
    if isinstance(parsed, Diagnostic):
        raise Fault(parsed)
    return parsed


def _as_text(value: Thing, span: Span) -> str:
    if isinstance(value, Symbol):
        return value.name
    if type(value) is int or isinstance(value, str):
        return str(value)
    raise fault("N110", "a label is made of integers and words", span)


def component(text: str, span: Span) -> str:
    """Return a path component, or several joined by dots; raises a Fault unless all are identifiers or numbers."""
    if len(text) <= LONGEST and all(_COMPONENT.fullmatch(part) for part in text.split(".")):
        return text
    plain = re.sub(r"\W+", "_", text).strip("_")
    edits = (Edit(span, f'"{plain}"' if span.text.startswith('"') else plain),)
    fits = len(plain) <= LONGEST and span.text.strip('"') == text and _COMPONENT.fullmatch(plain)
    raise fault(
        "N110",
        f"`{text if len(text) <= LONGEST else text[:20] + '…'}` is no label",
        span,
        notes=help_note("labels are identifiers and numbers: they become attribute names and checkpoint keys"),
        fixes=(Fix(f"write `{plain}`", edits),) if fits else (),
    )


def _no_label(node: tree.Expression) -> Fault:
    return fault(
        "N110",
        "this is no label",
        node.span,
        notes=help_note(
            'a label is a name, a number, `name[index]`, `name.name`, a string such as "cell_{i}", or `self`'
        ),
    )
