"""What a factory gives to the class of its architecture: numbers as tuples, modules with every child made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import cast

from archc.backends.torch.catalogue import Catalogue
from archc.backends.torch.classes import Class, given_to
from archc.backends.torch.code import (
    Argument,
    Call,
    Chosen,
    Code,
    Construct,
    Each,
    Given,
    Hole,
    Listing,
    Name,
    Node,
    Passed,
    Round,
    Starred,
    call,
    rebuild,
)
from archc.backends.torch.instance import Instance
from archc.backends.torch.reasons import literal
from archc.backends.torch.signature import Parameter

MANY = 3
"""Modules from which on equal ones in a row are a comprehension."""


class Settings:
    """Tells what the classes of a catalogue are given for each architecture that they make."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def of(self, root: Instance) -> Iterator[tuple[Parameter, Code]]:
        """Yield the parameters of an architecture's class with what the class is given for them."""
        made: Class = self.catalogue.class_of(root)
        for parameter in made.parameters:
            yield parameter, self._setting(parameter, made.instances[root])

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


def frozen(code: Code) -> Code:
    """Return lists as tuples."""
    return Listing(tuple(map(frozen, code.items)), "()") if isinstance(code, Listing) else code
