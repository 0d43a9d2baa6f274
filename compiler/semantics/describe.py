"""A reference page of an operator or block, made of its declaration alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archc.syntax import format_expression, format_tree, tree

INDENT = "  "

STORES = {
    tree.Store.PARAM: "trained",
    tree.Store.BUFFER: "saved, not trained",
    tree.Store.STATE: "kept between calls",
}

KINDS = {
    "int": "an integer",
    "num": "a number",
    "bool": "true or false",
    "text": "a string",
    "dtype": "a dtype",
    "table": "a table",
    "block": "a module",
    "axis": "an axis, negative from the end",
    "pad": "an amount, (before, after), `same` or `valid`",
}
"""What a parameter of each kind takes."""

SEVERAL = {
    "int": "integers",
    "num": "numbers",
    "block": "modules",
    "axis": "axes, one or several",
}
"""What a list of each kind takes."""


def describe(block: tree.Block) -> str:
    """Return the reference page: signature, text, parameters, definitions, weights, costs and meaning, in this order.

    A part without content is left out; lines end without spaces and the page ends in one newline.
    """
    parts = [_declaration(block), (block.doc or "").strip()]
    for title, lines in (
        ("Parameters", _parameters(block)),
        ("With", _definitions(block)),
        ("Weights", _weights(block)),
        ("Multiply-accumulates", _costs(block)),
        ("Meaning", _meaning(block)),
    ):
        if lines:
            parts.append("\n".join((title, *(f"{INDENT}{line}".rstrip() for line in lines))))
    return "\n\n".join(part for part in parts if part) + "\n"


def _formatted(block: tree.Block) -> str:
    return format_tree(tree.File(block.span, None, (block,))).strip()


def _declaration(block: tree.Block) -> str:
    return _formatted(replace(block, doc=None, body=None))


# -- parameters ------------------------------------------------------------------------------------


def _parameters(block: tree.Block) -> list[str]:
    groups = {name for name in _groups(block) if name}
    return _columns([_parameter(parameter, groups) for parameter in block.parameters])


def _parameter(parameter: tree.Parameter | tree.RestParameter, groups: set[str]) -> tuple[str, ...]:
    if isinstance(parameter, tree.RestParameter):
        return (f"...{parameter.name}", "all other named arguments")
    default = "" if parameter.default is None else f"default {format_expression(parameter.default)}"
    return parameter.name, _kind(parameter.kind, groups), default or "required"


def _kind(kind: tree.Kind | None, groups: set[str]) -> str:
    if kind is None:
        return "any value"
    if kind.options:
        *others, last = kind.options
        words = f"{', '.join(others)} or {last}" if others else last
    elif kind.is_list:
        words = _list_kind(kind, groups)
    else:
        words = KINDS.get(kind.name or "", kind.name or "any value")
    return f"{words}, or none" if kind.optional else words


def _list_kind(kind: tree.Kind, groups: set[str]) -> str:
    name = kind.name or ""
    if kind.length is None:
        return SEVERAL.get(name, f"a sequence of {name}")
    length = format_expression(kind.length)
    if length in groups:
        return f"{KINDS.get(name, name)}, or one for each of the axes {length}"
    return f"{length} {SEVERAL.get(name, name)}"


def _groups(block: tree.Block) -> Iterator[str]:
    """Yield the names of the groups of axes in the inputs."""
    for one in block.signature.inputs if block.signature else ():
        for dim in one.shape.dims:
            if isinstance(dim, tree.Dots) and isinstance(dim.value, tree.Name):
                yield dim.value.text


# -- the body --------------------------------------------------------------------------------------


def _definitions(block: tree.Block) -> list[str]:
    lets = [s for s in block.body or () if isinstance(s, tree.Let) and s.parameters is None]
    return _columns([(", ".join(let.targets), f"= {_listed(let.values)}") for let in lets])


def _weights(block: tree.Block) -> list[str]:
    return _columns([_weight(store, stored) for store, stored in _stored(block.body or ())])


def _stored(statements: Sequence[tree.Statement]) -> Iterator[tuple[tree.Store, tree.Stored]]:
    for statement in statements:
        match statement:
            case tree.Weights():
                yield from ((statement.store, entry) for entry in statement.entries)
            case tree.Form() | tree.For():
                yield from _stored(statement.body)
            case tree.If():
                yield from _stored((*statement.then, *(statement.otherwise or ())))
            case _:
                pass


def _weight(store: tree.Store, stored: tree.Stored) -> tuple[str, ...]:
    about = [STORES[store]]
    if stored.start is not None:
        about.append(f"starts as {format_expression(stored.start)}")
    if stored.guard is not None:
        about.append(f"only if {format_expression(stored.guard)}")
    if stored.optional:
        about.append(f"left out by {stored.name}=false")
    return stored.name, f"{stored.type or ''}{_shape(stored.shape)}", ", ".join(about)


def _shape(shape: tree.Shape) -> str:
    return f"[{', '.join(_dim(dim) for dim in shape.dims)}]"


def _dim(dim: tree.Expression | tree.Dots) -> str:
    if not isinstance(dim, tree.Dots):
        return format_expression(dim)
    if dim.value is None:
        return "..."
    text = format_expression(dim.value)
    return f"...{text}" if isinstance(dim.value, (tree.Name, tree.Call, tree.Index)) else f"...({text})"


def _is_cost(statement: tree.Statement) -> bool:
    return isinstance(statement, tree.Assign) and statement.targets == ("macs",)


def _costs(block: tree.Block) -> list[str]:
    return [_listed(s.values) for s in block.body or () if isinstance(s, tree.Assign) and _is_cost(s)]


def _meaning(block: tree.Block) -> list[str]:
    """Return the statements that compute, as the formatter writes them."""
    body = tuple(s for s in block.body or () if not isinstance(s, (tree.Let, tree.Weights)) and not _is_cost(s))
    if not body:
        return []
    bare = replace(block, doc=None, parameters=(), signature=None, where=(), body=body)
    return [line.removeprefix(INDENT) for line in _formatted(bare).splitlines()[1:-1]]


# -- layout ----------------------------------------------------------------------------------------


def _listed(values: Sequence[tree.Expression]) -> str:
    return ", ".join(map(format_expression, values))


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows with their cells in columns."""
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows), default=0))]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
