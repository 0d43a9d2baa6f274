"""The productions of a space: the spaces that it reaches by name, with the decisions in their texts."""

from __future__ import annotations

from collections.abc import Iterator

from archc.records import record
from archc.semantics.frame import names_in
from archc.semantics.openings import OpenSpace, SpaceDefinition
from archc.syntax import tree, walk


@record
class Production:
    """A space by its name; `alternatives` are those of the choices in its text, 0 where it has none."""

    name: str
    line: int
    alternatives: int


def productions(space: SpaceDefinition) -> tuple[Production, ...]:
    """Return the spaces that one is made of, itself first, in the order in which the text names them."""
    return tuple(map(_production, reached(space)))


def reached(space: SpaceDefinition) -> tuple[SpaceDefinition, ...]:
    """Return a space and all that its text speaks of, directly and indirectly."""
    found = {space: None}
    waiting = [space]
    while waiting:
        one = waiting.pop()
        inner = [other for other in _named(one) if other not in found]
        found.update(dict.fromkeys(inner))
        waiting.extend(reversed(inner))
    return tuple(found)


def _named(space: SpaceDefinition) -> Iterator[SpaceDefinition]:
    for name in dict.fromkeys(names_in(space.space.value)):
        thing = space.scope.find(name)
        if isinstance(thing, OpenSpace):
            yield thing.definition


def _production(space: SpaceDefinition) -> Production:
    span = space.space.span
    choices = [node for node in walk(space.space.value) if isinstance(node, tree.Choice)]
    line = span.source.position(span.start).line
    return Production(space.name, line, sum(len(one.alternatives) for one in choices))
