"""The whole file: classes in the order in which they need each other, the factories, and the imports of it all."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from archc.backends.torch.beginnings import grouped
from archc.backends.torch.catalogue import Catalogue, constructed
from archc.backends.torch.classes import Class
from archc.backends.torch.code import (
    Code,
    Construct,
    Dictionary,
    Hole,
    Lambda,
    Listing,
    Name,
    Node,
    Statement,
    rebuild,
    walk,
)
from archc.backends.torch.instance import Instance
from archc.backends.torch.names import OWN, unique
from archc.backends.torch.program import Program, VariantGraphs
from archc.backends.torch.reasons import literal
from archc.backends.torch.signature import Parameter
from archc.backends.torch.splicing import Splicer, UnsupportedError
from archc.backends.torch.text import INDENT, WIDTH, flat, lines, quoted
from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph.ir import Graph

HELPERS = ("started", "drop_path", "DropPath", "LayerNorm2d", "pad_same")
"""Functions and classes of the backend's own that a file has if it uses them, in the order in which they stand."""


def emit(program: Program, *others: Program) -> str:
    """Return the source of programs: one Python module that imports torch and the standard library alone.

    Programs that come from one file share the classes of the blocks that they share. Raises ArchError where an operator
    cannot be written in PyTorch.
    """
    try:
        return Emission((program, *others)).source()
    except UnsupportedError as error:
        raise ArchError((unsupported(error),)) from None


def unsupported(error: UnsupportedError) -> Diagnostic:
    """Return the finding for an operator that has no form in PyTorch."""
    name = error.operator.name
    return Diagnostic(
        "E216",
        f"`{name}` cannot be written in PyTorch yet",
        error.site.span,
        notes=(Note("help", "give the operator a body (`return ...`) that says what it means in simpler operators"),),
    )


class Emission:
    """Writes programs into one file."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        splicer = Splicer()
        every = [v for program in programs for v in (*program.variants, *program.probes)]
        self.roots = {v: _instance(splicer, v) for v in every}
        self.factories = dict(factory_names(programs))
        self.catalogue = Catalogue(self.roots.values(), {*HELPERS, *OWN, *self.factories.values()})

    def _variants(self) -> list[VariantGraphs]:
        return [variant for program in self.programs for variant in program.variants]

    def source(self) -> str:
        classes = self._classes()
        body = [self._class(one) for one in classes]
        factories = [self._factory(p, variant) for p in self.programs for variant in p.variants]
        begin = [self._init_weights()] if self.catalogue.rules else []
        text = "\n\n\n".join([*self._helpers(classes), *begin, *body, *factories])
        exported = sorted({one.name for one in classes} | set(self.factories.values()))
        return _template("module.py.jinja").render(
            doc=documentation("\n\n".join(p.doc or f"{p.name}." for p in self.programs), ""),
            imports=imports(text),
            exported="\n".join(lines_of_all(exported)),
            body=text,
        )

    def _classes(self) -> list[Class]:
        """Return every class that a variant makes, each after those that it needs, architectures last."""
        found: dict[str, Class] = {}
        for variant in self._variants():
            for child in constructed(self.catalogue.sketches[self.roots[variant]]):
                self._visit(child, found)
        for variant in self._variants():
            made = self.catalogue.class_of(self.roots[variant])
            found.setdefault(made.name, made)
        return list(found.values())

    def _visit(self, instance: Instance, found: dict[str, Class]) -> None:
        for child in constructed(self.catalogue.sketches[instance]):
            self._visit(child, found)
        made = self.catalogue.class_of(instance)
        found.setdefault(made.name, made)

    # -- parts -----------------------------------------------------------------------------------

    def _class(self, made: Class) -> str:
        graph = next(iter(made.instances)).train
        owners = [p for p in self.programs for v in p.variants if self.catalogue.class_of(self.roots[v]) is made]
        checkpoint = owners[0].checkpoint if owners else None
        return (
            _template("class.py.jinja")
            .render(
                name=made.name,
                doc=documentation(describe(graph), INDENT),
                signature="\n".join(definition("__init__", _parameters(made.parameters), "None")),
                constructor=_body(made.constructor),
                draws=_body(made.draws),
                forward_signature="\n".join(definition("forward", _inputs(made.inputs), returned(graph))),
                forward=_body(made.forward),
                official=bool(owners),
                begun=bool(owners) and bool(self.catalogue.rules),
                root=quoted(checkpoint.root) if checkpoint and checkpoint.root else "",
            )
            .rstrip("\n")
        )

    def _init_weights(self) -> str:
        lines_: list[str] = []
        for i, one in enumerate(grouped(self.catalogue.rules)):
            kinds = one.classes[0] if len(one.classes) == 1 else f"({', '.join(one.classes)})"
            lines_.append(f"{INDENT}{'elif' if i else 'if'} isinstance(module, {kinds}):")
            lines_ += lines(one.statements, INDENT * 2)
        return _template("init_weights.py.jinja").render(body="\n".join(lines_)).rstrip("\n")

    def _factory(self, program: Program, variant: VariantGraphs) -> str:
        instance = self.roots[variant]
        made = self.catalogue.class_of(instance)
        settings = self._settings(made, instance)
        title = f"{program.name}, {variant.name}." if variant.name else f"{program.name}."
        return (
            _template("factory.py.jinja")
            .render(
                name=self.factories[variant],
                made=made.name,
                doc=documentation(title, INDENT),
                settings="\n".join(settings_lines(settings)) if settings.keys else "",
            )
            .rstrip("\n")
        )

    def _settings(self, made: Class, instance: Instance) -> Dictionary:
        index = made.instances[instance]
        found: dict[str, Code] = {}
        for parameter in made.parameters:
            value = self._setting(parameter, index)
            if value != parameter.default:
                found[parameter.name] = value
        return Dictionary(tuple(found), tuple(found.values()))

    def _setting(self, parameter: Parameter, index: int) -> Code:
        if parameter.modules:
            code = self._written(parameter.modules[index])
            return Lambda(code) if parameter.fresh else code
        return frozen(literal(parameter.values[index]))

    def _written(self, code: Code) -> Code:
        """Return the code of a module with every child made and every number in its place."""

        def rule(piece: Node) -> Node:
            if isinstance(piece, Construct):
                return rule(self.catalogue.expand(piece))
            if isinstance(piece, Hole):
                return frozen(literal(piece.value))
            return rebuild(piece, rule)

        return cast(Code, rule(code))

    def _helpers(self, classes: Sequence[Class]) -> list[str]:
        used = {piece.text for one in classes for s in (*one.constructor, *one.forward) for piece in _names(s)}
        if "DropPath" in used:
            used.add("drop_path")
        helpers = _template("helpers.py.jinja").module
        return [str(getattr(helpers, name)()).strip("\n") for name in HELPERS if name in used]


def factory_names(programs: Sequence[Program]) -> Iterator[tuple[VariantGraphs, str]]:
    """Yield the name of every variant's factory."""
    taken: set[str] = set()
    for program in programs:
        for variant in program.variants:
            name = unique(program.factory(variant), taken)
            taken.add(name)
            yield variant, name


def _names(statement: Statement) -> Iterator[Name]:
    return (piece for piece in walk(statement) if isinstance(piece, Name))


def _instance(splicer: Splicer, variant: VariantGraphs) -> Instance:
    return Instance(splicer.prepare(variant.train), splicer.prepare(variant.infer))


@cache
def _environment() -> Environment:
    loader = PackageLoader("archc.backends.torch", "templates")
    return Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)


def _template(name: str) -> Template:
    return _environment().get_template(name)


# -- text ----------------------------------------------------------------------------------------


def documentation(text: str, indent: str) -> str:
    """Return a docstring that says `text`, whatever characters it has."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    width = WIDTH - len(indent)
    wrapped = [textwrap.wrap(escaped(part), width - 6, break_long_words=False) for part in paragraphs if part]
    rows = [row for i, part in enumerate(wrapped) for row in ([""] * (i > 0) + part)] or [""]
    if rows[-1].endswith('"'):
        rows[-1] += " "
    if len(rows) == 1:
        return f'"""{rows[0]}"""'
    return "\n".join([f'"""{rows[0]}', *(f"{indent}{row}" if row else "" for row in rows[1:]), f'{indent}"""'])


def escaped(text: str) -> str:
    """Return text as it stands between triple quotes."""
    plain = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in plain)


def describe(graph: Graph) -> str:
    """Return what the docstring of a class says: the author's text, then the signature."""
    signature = graph.declaration.signature if graph.declaration else None
    if signature is None:
        return graph.doc or f"{graph.name}."
    shapes = " ".join(signature.span.text.split()).lstrip(": ")
    return f"{graph.doc or graph.name + '.'}\n\nShapes: {shapes}."


def returned(graph: Graph) -> str:
    """Return the type that `forward` returns."""
    kinds = ["list[Tensor]" if isinstance(output, tuple) else "Tensor" for output in graph.outputs]
    return kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"


def definition(name: str, parameters: Sequence[str], returns: str) -> list[str]:
    """Return the first lines of a method."""
    given = ["self", *parameters]
    one = f"{INDENT}def {name}({', '.join(given)}) -> {returns}:"
    if len(one) <= WIDTH:
        return [one]
    middle = f"{INDENT * 2}{', '.join(given)}"
    inner = [middle] if len(middle) <= WIDTH else [f"{INDENT * 2}{parameter}," for parameter in given]
    return [f"{INDENT}def {name}(", *inner, f"{INDENT}) -> {returns}:"]


def _parameters(parameters: Sequence[Parameter]) -> list[str]:
    return [
        f"{p.name}: {p.annotation}" + (f" = {flat(p.default)}" if p.default is not None else "") for p in parameters
    ]


def _inputs(inputs: Sequence[str]) -> list[str]:
    return [f"{name}: Tensor" for name in inputs]


def _body(statements: Sequence[Statement]) -> str:
    return "\n".join(lines(statements, INDENT * 2))


def settings_lines(settings: Dictionary) -> list[str]:
    """Return the assignment of a factory's settings."""
    from archc.backends.torch.text import spread

    return spread(settings, INDENT, "settings: dict[str, Any] = ", "")


def lines_of_all(names: Sequence[str]) -> list[str]:
    """Return the assignment of `__all__`."""
    from archc.backends.torch.code import Assign, Literal

    return lines([Assign((Name("__all__"),), Listing(tuple(map(Literal, names))))])


def frozen(code: Code) -> Code:
    """Return lists as tuples."""
    return Listing(tuple(map(frozen, code.items)), "()") if isinstance(code, Listing) else code


def imports(body: str) -> str:
    """Return the import lines that a body needs."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    groups = [
        [
            *(["import math"] if "math" in used else []),
            *_from("collections.abc", ("Callable", "Mapping", "Sequence"), used),
            *_from("functools", ("partial",), used),
            *_from("typing", ("Any",), used),
        ],
        [
            *(["import torch"] if "torch" in used else []),
            *_from("torch", ("Tensor", "nn"), used),
            *(["from torch.nn import functional as F"] if "F" in used else []),
        ],
    ]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _from(module: str, names: Sequence[str], used: set[str]) -> list[str]:
    needed = [name for name in names if name in used]
    return [f"from {module} import {', '.join(needed)}"] if needed else []
