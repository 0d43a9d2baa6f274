"""Names in modules: the blocks and operators that a module applies, and how far it is to those that may be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count

from archc.semantics.definition import Definition
from archc.semantics.environment import Environment
from archc.semantics.frame import names_in
from archc.semantics.openings import MaybeModule, OneOf, OpenChoice, OpenRepeat, OpenSpace
from archc.semantics.scope import Library, Scope
from archc.semantics.values import Island, Partial, Tagged, Thing

Names = frozenset[str]


def applied(module: Thing, scope: Scope) -> Names:
    """Return the names that a module and the blocks which it surely consists of speak of."""
    return closure((one.name for one in definitions_in(module)), scope)


@lru_cache(maxsize=1 << 14)
def steps_to(module: Thing, wanted: Names, scope: Scope) -> int | None:
    """Return how many declarations in a row, each spoken of by the one before it, lead from a module to a wanted name.

    The texts of all that is open in the module count. Returns None where nothing leads to any of the names.
    """
    level, seen = set(_open_names(module)), set[str]()
    for steps in count():
        if level & wanted:
            return steps
        seen |= level
        level = {name for one in level for name in _spoken_of(one, scope)} - seen
        if not level:
            return None
    return None


def closure(names: Iterable[str], scope: Scope) -> Names:
    """Return names and all that the declarations of a file under these names speak of."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_spoken_of(name, scope))
    return frozenset(found)


def is_of(scope: Environment, name: str) -> bool:
    """Say whether a name is one of a file, and not of the library."""
    return isinstance(scope, Scope) and not isinstance(scope, Library) and scope.gives(name)


def definitions_in(thing: Thing) -> Iterator[Definition]:
    """Yield the operators and blocks that a module surely consists of."""
    if isinstance(thing, Partial):
        yield thing.definition
        for _, value in thing.arguments:
            yield from definitions_in(value)
    elif type(thing) is tuple:
        for one in thing:
            yield from definitions_in(one)
    elif isinstance(thing, (Tagged, Island)):
        yield from definitions_in(thing.module)


def _spoken_of(name: str, scope: Scope) -> tuple[str, ...]:
    """Return the names in the declaration of a name of a file."""
    declared = scope.declaration(name) if is_of(scope, name) else None
    if isinstance(declared, Definition):
        return names_in(declared.block)
    if declared is not None:
        return names_in(declared)
    space = scope.imported.get(name)
    return names_in(space.definition.space) if isinstance(space, OpenSpace) else ()


def _open_names(thing: Thing) -> Iterator[str]:
    """Yield the names of the definitions in a module, and those in the texts of all that is open in it."""
    match thing:
        case OpenSpace(definition=definition, arguments=arguments):
            yield definition.name
            yield from _of_arguments(arguments)
        case OpenChoice(node=node):
            yield from names_in(node)
        case OpenRepeat(node=node):
            yield from names_in(node.body)
        case OneOf(options=options):
            yield from _open_names(options)
        case MaybeModule(module=module) | Tagged(module=module) | Island(module=module):
            yield from _open_names(module)
        case Partial(definition=definition, arguments=arguments):
            yield definition.name
            yield from _of_arguments(arguments)
        case tuple():
            for one in thing:
                yield from _open_names(one)
        case _:
            pass


def _of_arguments(arguments: tuple[tuple[str, Thing], ...]) -> Iterator[str]:
    for _, value in arguments:
        yield from _open_names(value)
