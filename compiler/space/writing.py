"""A closed module as the text of an architecture, with what it uses of the file of its space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.semantics.scope import Scope
from archc.semantics.values import Thing
from archc.space.mentions import applied, is_of
from archc.space.spelling import spelled
from archc.syntax import Source, format_file, format_tree, parse, tree

COLUMN = 100
"""Characters of a module that stands on one line."""


def text_of(name: str, doc: str, inputs: Sequence[tuple[str, str]], output: str, module: Thing, scope: Scope) -> str:
    """Return a file with one architecture: a module applied to its inputs, each a name with its shape."""
    declarations = tuple(used(module, scope))
    file = tree.File(scope.file.span, 1, declarations)
    return f"{format_tree(file)}\n{architecture(name, doc, inputs, output, module)}"


def architecture(name: str, doc: str, inputs: Sequence[tuple[str, str]], output: str, module: Thing) -> str:
    """Return the declaration of an architecture, formatted."""
    signature = ", ".join(f"{one}{shape}" for one, shape in inputs)
    flowing = inputs[0][0] if len(inputs) == 1 else f"[{', '.join(one for one, _ in inputs)}]"
    text = f'"""{doc}"""\narch {name} : {signature} -> {output} {{\n  return {flowing}{_pipeline(module)}\n}}\n'
    return format_file(parse(Source(name, text)))


def _pipeline(module: Thing) -> str:
    """Return the steps of a module: those of a long sequence on a line each."""
    whole = f" |> self: {spelled(module)}"
    if type(module) is not tuple or len(whole) <= COLUMN:
        return whole
    lines = ",\n    ".join(map(spelled, module))
    return f" |> self: [\n    {lines}\n  ]"


# -- what is used -----------------------------------------------------------------------------------------


def used(module: Thing, scope: Scope) -> Iterator[tree.Declaration]:
    """Yield the declarations of a file that a module needs, in the order of the text."""
    names = {name for name in applied(module, scope) if is_of(scope, name)}
    for declaration in scope.file.declarations:
        match declaration:
            case tree.Use(names=taken):
                if not taken or names & set(taken):
                    yield declaration
            case tree.Let(targets=targets):
                if names & set(targets):
                    yield declaration
            case tree.Block(name=name) | tree.TypeDeclaration(name=name):
                if name in names:
                    yield declaration
            case tree.Rule():
                yield declaration
            case _:
                pass
