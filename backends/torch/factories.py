"""Factories: one function a variant, which makes the architecture's class with that variant's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import cast

from archc.backends.torch.catalogue import Catalogue
from archc.backends.torch.classes import Class, given_to
from archc.backends.torch.code import (
    Argument,
    Assign,
    Call,
    Chosen,
    Code,
    Construct,
    Dictionary,
    Each,
    Given,
    Hole,
    Lambda,
    Listing,
    Literal,
    Name,
    Node,
    Passed,
    Round,
    Starred,
    call,
    rebuild,
)
from archc.backends.torch.instance import Instance
from archc.backends.torch.names import unique
from archc.backends.torch.programs import factory_name
from archc.backends.torch.prose import documentation, render
from archc.backends.torch.reasons import literal
from archc.backends.torch.signature import Parameter
from archc.backends.torch.text import INDENT, flat, lines, spread
from archc.graph.program import Configuration, Program

MANY = 3
"""Modules from which on equal ones in a row are a comprehension."""
LONG = 60
"""Columns from which on a value that several factories share has a name."""


def factory_names(programs: Sequence[Program]) -> dict[Configuration, str]:
    """Return the name of every variant's factory."""
    found: dict[Configuration, str] = {}
    for program in programs:
        for variant in program.configurations:
            found[variant] = unique(factory_name(program, variant), found.values())
    return found


class Factories:
    """Writes the factories of programs. `roots` are the instances of their variants, `names` the factories' names."""

    def __init__(
        self, catalogue: Catalogue, roots: Mapping[Configuration, Instance], names: Mapping[Configuration, str]
    ) -> None:
        self.catalogue = catalogue
        self.roots = roots
        self.names = names
        self.shared = self._shared()

    def constants(self) -> list[str]:
        """Return the definitions of values that several factories share."""
        return ["\n".join(lines([Assign((Name(name),), value)])) for value, name in self.shared.items()]

    def factory(self, program: Program, variant: Configuration) -> str:
        """Return the function that makes a variant."""
        settings = self._settings(variant)
        text = spread(settings, INDENT, "settings: dict[str, Any] = ", "") if settings.keys else []
        title = f"{program.name}, {variant.name}" if variant.name else program.name
        made = self.catalogue.class_of(self.roots[variant])
        forms = bool(program.merges)
        return render(
            "factory.py.jinja",
            name=self.names[variant],
            made=made.name,
            returned="nn.Module" if made.merge else made.name,
            forms=forms,
            doc=documentation(f"{title}; `deployed` gives its inference form." if forms else f"{title}.", INDENT),
            settings="\n".join(text),
        )

    def _settings(self, variant: Configuration) -> Dictionary:
        given = {p.name: (p, value) for p, value in self._values(variant) if value != p.default}
        values = (Name(self.shared[value]) if value in self.shared else value for _, value in given.values())
        return Dictionary(tuple(map(Literal, given)), tuple(values))

    def _values(self, variant: Configuration) -> Iterator[tuple[Parameter, Code]]:
        """Yield the parameters of a variant's class with what the variant has for them."""
        instance = self.roots[variant]
        made: Class = self.catalogue.class_of(instance)
        for parameter in made.parameters:
            yield parameter, self._setting(parameter, made.instances[instance])

    def _shared(self) -> dict[Code, str]:
        """Return names for the long values that several factories share."""
        uses: dict[Code, list[str]] = {}
        for variant in self.names:
            for parameter, value in self._values(variant):
                uses.setdefault(value, []).append(parameter.name)
        found: dict[Code, str] = {}
        for value, names in uses.items():
            if len(names) > 1 and len(flat(value)) > LONG and is_sharable(value):
                found[value] = unique(names[0].upper(), {*self.catalogue.taken, *found.values()})
        return found

    def _setting(self, parameter: Parameter, index: int) -> Code:
        if parameter.modules:
            return self._written(given_to(parameter, index, None))
        return frozen(literal(parameter.values[index]))

    def _written(self, code: Code) -> Code:
        """Return the code of a module with every child made and every number in its place."""

        def rule(piece: Node) -> Node:
            match piece:
                case Construct():
                    return rule(self.catalogue.expand(piece))
                case Hole():
                    return frozen(literal(piece.value))
                case Passed():
                    return rule(piece.maker)
                case Given():
                    return rule(piece.module)
                case Round():
                    return rule(piece.item)
                case Chosen():
                    return rule(piece.side)
                case _:
                    return rolled(rebuild(piece, rule))

        return cast(Code, rule(code))


def rolled(piece: Node) -> Node:
    """Return a container with the modules that stand in it several times in a row made by a comprehension."""
    match piece:
        case Call(Name("nn.Sequential"), arguments):
            values = _runs(argument.value for argument in arguments)
            return replace(piece, arguments=tuple(map(Argument, values)))
        case Call(Name("nn.ModuleList"), (Argument(Listing(items)),)):
            runs = _runs(items)
            alone = runs[0].value if len(runs) == 1 and isinstance(runs[0], Starred) else Listing(runs)
            return replace(piece, arguments=(Argument(alone),))
        case _:
            return piece


def _runs(items: Iterable[Code]) -> tuple[Code, ...]:
    found: list[Code] = []
    for item, group in groupby(items):
        count = len(list(group))
        many = count >= MANY and isinstance(item, Call)
        found += [Starred(Each(item, Name("_"), call("range", count)))] if many else [item] * count
    return tuple(found)


def is_sharable(value: Code) -> bool:
    """Say whether a value can be given to several models: it holds no module, only functions that make some."""
    if isinstance(value, Listing):
        return all(map(is_sharable, value.items))
    return isinstance(value, Lambda | Literal)


def frozen(code: Code) -> Code:
    """Return lists as tuples."""
    return Listing(tuple(map(frozen, code.items)), "()") if isinstance(code, Listing) else code
