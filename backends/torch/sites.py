"""What the author wrote for a node, seen from the block that uses it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

from archc.graph.ir import Site
from archc.syntax import tree


def resolved(site: Site) -> Site:
    """Return the site of an operator as if its own arguments stood there, where the text calls a block that it is."""
    if site.block is None or site.inner is None:
        return site
    return called_from(site, resolved(site.inner), site.block)


def called_from(outer: Site, inner: Site, declaration: tree.Block | None) -> Site:
    """Return the site of a block's only operator as if the caller had written it: arguments in the caller's names.

    What the caller's text does not say is left out.
    """
    if declaration is None or not isinstance(inner.expression, tree.Call):
        return Site(outer.span)
    given = arguments(outer.expression, declaration)
    written: list[tree.Argument | tree.Spread] = []
    for argument in inner.expression.arguments:
        if isinstance(argument, tree.Argument):
            value = _substituted(argument.value, given)
            written.append(replace(argument, value=value))
    return Site(outer.span, replace(inner.expression, arguments=tuple(written)), outer.names)


def arguments(expression: tree.Expression | None, declaration: tree.Block) -> dict[str, tree.Expression]:
    """Return what a call gives to each parameter of a block, defaults included."""
    parameters = [p for p in declaration.parameters if isinstance(p, tree.Parameter)]
    known: dict[str, tree.Expression] = {}
    written = expression.arguments if isinstance(expression, tree.Call) else ()
    positional = [a.value for a in written if isinstance(a, tree.Argument) and a.name is None]
    known.update(zip((p.name for p in parameters), positional, strict=False))
    known.update({a.name: a.value for a in written if isinstance(a, tree.Argument) and a.name is not None})
    for parameter in parameters:
        if parameter.name not in known and parameter.default is not None:
            known[parameter.name] = _substituted(parameter.default, known)
    return known


def _substituted(node: tree.Expression, given: dict[str, tree.Expression]) -> tree.Expression:
    """Return an expression with parameters replaced; names that the caller does not know become unknown ones."""
    return cast(tree.Expression, _replaced(node, given))


def _replaced(node: object, given: dict[str, tree.Expression]) -> object:
    if isinstance(node, tree.Name):
        return given.get(node.text, replace(node, text=f"{node.text}?"))
    if isinstance(node, tuple):
        return tuple(_replaced(one, given) for one in node)
    if not isinstance(node, tree.Node):
        return node
    changes: dict[str, Any] = {
        f.name: _replaced(getattr(node, f.name), given) for f in fields(node) if f.name != "span"
    }
    if isinstance(node, tree.Call):
        changes["callee"] = node.callee
    return replace(node, **changes)
