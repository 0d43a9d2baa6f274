"""How much a value holds, in it and in everything in it. Values share their parts, so that one may be larger than any
memory and still quick to make: `xs = [xs, xs]`, sixty times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archc.graph.static import Row
from archc.semantics.values import Island, Partial, Place, Tagged, Thing

NESTED = 100
"""Values within values."""


def extent(thing: Thing, most: int) -> int | None:
    """Return how many values there are in a value, itself included; None for more than `most`, or nested too deep."""
    count, level = 1, [thing]
    for _ in range(NESTED):
        inner: list[Thing] = []
        for each in level:
            parts = _PARTS.get(type(each))
            if parts is not None:
                inner.extend(parts(each))
                if count + len(inner) > most:
                    return None
        if not inner:
            return count
        count += len(inner)
        level = inner
    return None


def _of_module(thing: Thing) -> Sequence[Thing]:
    assert isinstance(thing, (Partial, Place))
    return [value for _, value in (*thing.arguments, *thing.inputs)]


def _of_row(thing: Thing) -> Sequence[Thing]:
    assert isinstance(thing, Row)
    return thing.items


def _of_wrapper(thing: Thing) -> Sequence[Thing]:
    assert isinstance(thing, (Tagged, Island))
    return (thing.module,)


def _of_sequence(thing: Thing) -> Sequence[Thing]:
    assert isinstance(thing, tuple)
    return thing


_PARTS: Mapping[type, Callable[[Thing], Sequence[Thing]]] = {
    tuple: _of_sequence,
    Row: _of_row,
    Partial: _of_module,
    Place: _of_module,
    Tagged: _of_wrapper,
    Island: _of_wrapper,
}


def has_parts(thing: Thing) -> bool:
    """Say whether there may be values in a value."""
    return type(thing) in _PARTS
