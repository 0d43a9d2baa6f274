"""The canonical form of a module: equal for what computes the same in the same order, however it was put together."""

from __future__ import annotations

from collections.abc import Iterator

from archc.semantics.values import Island, Overloaded, Partial, Tagged, Thing, is_module
from archc.space.spelling import spelled

IDENTITY = "identity"


def canonical(thing: Thing) -> str:
    """Return a text of a closed module: sequences in sequences are one, the identity in them is left out.

    Labels are left out as well: they name weights, and change nothing of what is computed.
    """
    if type(thing) is tuple and (not thing or is_module(thing)):
        items = list(_flat(thing))
        return items[0] if len(items) == 1 else f"[{', '.join(items)}]" if items else IDENTITY
    if isinstance(thing, Overloaded):
        return canonical(thing.module)
    if isinstance(thing, Tagged):
        return canonical(thing.module)
    if isinstance(thing, Island):
        return f"{thing.dtype.value}({canonical(thing.module)})"
    if isinstance(thing, Partial):
        given = ", ".join(f"{name}={_value(value)}" for name, value in sorted(thing.arguments, key=lambda one: one[0]))
        return f"{thing.definition.name}({given})" if given else thing.definition.name
    return spelled(thing)


def _value(value: Thing) -> str:
    return canonical(value) if is_module(value) else spelled(value)


def _flat(thing: tuple[Thing, ...]) -> Iterator[str]:
    for one in thing:
        inner = one.module if isinstance(one, Tagged) else one
        if type(inner) is tuple:
            yield from _flat(inner)
        elif (text := canonical(inner)) != IDENTITY:
            yield text
