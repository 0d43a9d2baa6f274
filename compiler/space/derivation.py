"""Derivations: what was drawn, as a tree of decisions around the modules that they chose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from archc.records import record
from archc.semantics.openings import MaybeModule, OneOf, OpenChoice, OpenRepeat, OpenSpace
from archc.semantics.values import Island, Partial, Tagged, Thing

Open = OpenSpace | OpenChoice | OpenRepeat | MaybeModule


@record
class Chosen:
    """A decision: of what `open` leaves open, alternative `index` (or a count) was taken, and `module` came of it.

    `inputs` are the tensors, without a graph, that reached it.
    """

    open: Open
    index: int
    module: Thing
    inputs: tuple[Thing, ...] = field(repr=False)


@record
class Picked:
    """A decision for one value of several."""

    options: OneOf
    index: int

    @property
    def value(self) -> Thing:
        return self.options.options[self.index]


def closed(thing: Thing | Chosen | Picked) -> Thing:
    """Return a derivation as the module that it is, its decisions forgotten."""
    if isinstance(thing, Chosen):
        return closed(thing.module)
    if isinstance(thing, Picked):
        return thing.value
    if type(thing) is tuple:
        return tuple(closed(one) for one in thing)
    if isinstance(thing, Partial):
        return Partial(thing.definition, tuple((name, closed(value)) for name, value in thing.arguments), thing.inputs)
    if isinstance(thing, Tagged):
        return Tagged(thing.label, closed(thing.module), thing.span)
    if isinstance(thing, Island):
        return Island(thing.dtype, closed(thing.module))
    return thing


def decisions(thing: Thing | Chosen | Picked) -> Iterator[Chosen]:
    """Yield every decision of a derivation, outer ones first."""
    if isinstance(thing, Chosen):
        yield thing
        yield from decisions(thing.module)
    elif type(thing) is tuple:
        for one in thing:
            yield from decisions(one)
    elif isinstance(thing, Partial):
        for _, value in thing.arguments:
            yield from decisions(value)
    elif isinstance(thing, (Tagged, Island)):
        yield from decisions(thing.module)


def size(thing: Thing | Chosen | Picked) -> int:
    """Return the number of modules of a derivation: operators and blocks, sequences not counted."""
    if isinstance(thing, Chosen):
        return size(thing.module)
    if type(thing) is tuple:
        return sum(size(one) for one in thing)
    if isinstance(thing, Partial):
        return 1 + sum(size(value) for _, value in thing.arguments)
    if isinstance(thing, (Tagged, Island)):
        return size(thing.module)
    return 0
