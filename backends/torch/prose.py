"""Text around the code: docstrings, first lines of methods, imports."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from archc.backends.torch.signature import Parameter
from archc.backends.torch.text import INDENT, WIDTH, flat
from archc.graph.ir import Graph

_UNBROKEN = "\u00a0"
"""Stands for a space inside brackets while lines are broken."""


@cache
def _environment() -> Environment:
    loader = PackageLoader("archc.backends.torch", "templates")
    return Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)


def render(template: str, **values: object) -> str:
    """Return a template with its values filled in, without the lines that end it."""
    return _environment().get_template(template).render(**values).rstrip("\n")


def helper(name: str) -> str:
    """Return the text of a function or class of the backend's own."""
    return str(getattr(_environment().get_template("helpers.py.jinja").module, name)()).strip("\n")


# -- docstrings ----------------------------------------------------------------------------------


def documentation(text: str, indent: str) -> str:
    """Return a docstring that says `text`, whatever characters it has."""
    width = WIDTH - len(indent) - 3
    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    wrapped = [textwrap.wrap(_kept(escaped(part)), width, break_long_words=False) for part in parts]
    rows = [row for i, part in enumerate(wrapped) for row in ([""] * (i > 0) + part)] or [""]
    rows = [row.replace(_UNBROKEN, " ") for row in rows]
    if rows[-1].endswith('"'):
        rows[-1] += " "
    if len(rows) == 1:
        return f'"""{rows[0]}"""'
    return "\n".join([f'"""{rows[0]}', *(f"{indent}{row}" if row else "" for row in rows[1:]), f'{indent}"""'])


def _kept(text: str) -> str:
    """Return text in which the spaces of a shape do not break: `x[B, C]`."""
    return re.sub(r"\[[^\[\]]*\]", lambda shape: re.sub(r"\s+", _UNBROKEN, shape.group()), text)


def escaped(text: str) -> str:
    """Return text as it stands between triple quotes: printable, and unable to end them."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in plain)


def describe(graph: Graph) -> str:
    """Return what the docstring of a class says: the author's text, then the signature."""
    if graph.declaration is None or graph.declaration.signature is None:
        return graph.doc or f"{graph.name}."
    shapes = " ".join(graph.declaration.signature.span.text.split()).lstrip(": ")
    conditions = ", ".join(" ".join(one.span.text.split()) for one in graph.declaration.where)
    where = f", where {conditions}" if conditions else ""
    return f"{graph.doc or graph.name + '.'}\n\nShapes: {shapes}{where}."


# -- signatures ----------------------------------------------------------------------------------


def definition(name: str, parameters: Sequence[str], returns: str) -> str:
    """Return the first lines of a method."""
    given = ["self", *parameters]
    one = f"{INDENT}def {name}({', '.join(given)}) -> {returns}:"
    if len(one) <= WIDTH:
        return one
    middle = f"{INDENT * 2}{', '.join(given)}"
    inner = [middle] if len(middle) <= WIDTH else [f"{INDENT * 2}{parameter}," for parameter in given]
    return "\n".join([f"{INDENT}def {name}(", *inner, f"{INDENT}) -> {returns}:"])


def constructor_parameters(parameters: Sequence[Parameter]) -> list[str]:
    """Return the parameters of a constructor as Python declares them."""
    return [
        f"{p.name}: {p.annotation}" + (f" = {flat(p.default)}" if p.default is not None else "") for p in parameters
    ]


def returned(graph: Graph) -> str:
    """Return the type that `forward` returns."""
    kinds = ["list[Tensor]" if isinstance(output, tuple) else "Tensor" for output in graph.outputs]
    return kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"


# -- imports -------------------------------------------------------------------------------------


def imports(body: str) -> str:
    """Return the import lines that a body needs."""
    used = names_in(body)
    standard = [
        *(["import math"] if "math" in used else []),
        *(["import re"] if "re" in used else []),
        *_from("collections.abc", ("Callable", "Mapping", "Sequence"), used),
        *_from("functools", ("partial",), used),
        *_from("typing", ("Any",), used),
    ]
    torch = [
        *(["import torch"] if "torch" in used else []),
        *_from("torch", ("Tensor", "nn"), used),
        *(["from torch.nn import functional as F"] if "F" in used else []),
    ]
    return "\n\n".join("\n".join(group) for group in (standard, torch) if group)


def names_in(body: str) -> set[str]:
    """Return the names that Python source uses."""
    return {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}


def _from(module: str, names: Sequence[str], used: set[str]) -> list[str]:
    needed = [name for name in names if name in used]
    return [f"from {module} import {', '.join(needed)}"] if needed else []
