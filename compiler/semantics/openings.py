"""What a space leaves open: values that stand for several modules or numbers until an architecture is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.graph.static import Static
from archc.records import record
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.semantics.environment import Environment
    from archc.semantics.values import Thing


@dataclass(frozen=True, eq=False)
class SpaceDefinition:
    """A declared space in its scope. One object a declaration."""

    space: tree.Space
    scope: Environment = field(repr=False)

    @property
    def name(self) -> str:
        return self.space.name


@record
class OpenSpace:
    """A space with its arguments: a module that is to be drawn."""

    definition: SpaceDefinition
    arguments: tuple[tuple[str, Thing], ...] = ()


@record
class OpenChoice:
    """One alternative of a `choice`, at the values that the names in it have.

    `site` tells choices apart: two places of the text are two sites, however alike they read.
    """

    site: int
    names: tuple[tuple[str, Static], ...]
    node: tree.Choice = field(compare=False, repr=False)
    scope: Environment = field(compare=False, repr=False)


@record
class OpenRepeat:
    """A sequence of `least` to `most` modules, each drawn by itself."""

    site: int
    names: tuple[tuple[str, Static], ...]
    least: int
    most: int
    node: tree.Repeat = field(compare=False, repr=False)
    scope: Environment = field(compare=False, repr=False)


@record
class OneOf:
    """One of several values of a parameter, all equally likely."""

    options: tuple[Thing, ...]


@record
class MaybeModule:
    """A module, or nothing."""

    module: Thing


@record
class Cell:
    """A place among the arguments of a block for a module that is open: what is drawn there is drawn once."""

    place: int


OPEN: tuple[type, ...] = (OpenSpace, OpenChoice, OpenRepeat, OneOf, MaybeModule, Cell)


def is_open(thing: object) -> bool:
    """Say whether anything in a value is still to be drawn."""
    from archc.semantics.values import Island, Partial, Tagged

    if isinstance(thing, OPEN):
        return True
    if type(thing) is tuple:
        return any(is_open(one) for one in thing)
    if isinstance(thing, Partial):
        return any(is_open(value) for _, value in thing.arguments)
    return isinstance(thing, (Tagged, Island)) and is_open(thing.module)
