"""Static values and closed modules as expressions of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archc.graph.static import DType, Fill, Identity, Normal, Row, Symbol, Table, TruncatedNormal, Uniform
from archc.semantics.builtins import Builtin
from archc.semantics.values import Function, Island, Overloaded, Partial, Tagged, Thing, is_module

MOST_SHOWN = 60
"""Characters of a module that a message shows."""


def spelled(thing: Thing) -> str:
    """Return the expression whose value is this one; raises TypeError where none has: for a tensor."""
    for kinds, spell in _SPELLINGS:
        if isinstance(thing, kinds):
            return spell(thing)
    raise TypeError(f"no expression gives {thing!r}")


def shown(thing: Thing) -> str:
    """Return the expression for a message: the beginning where it is long."""
    text = spelled(thing)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def _partial(module: Partial) -> str:
    """Give the first argument by its place, and modules behind it; all others by name."""
    definition, given = module.definition, dict(module.arguments)
    texts: list[str] = []
    for parameter in definition.parameters:
        if parameter.name not in given or (texts and not is_module(given[parameter.name])):
            break
        texts.append(spelled(given.pop(parameter.name)))
    texts.extend(f"{name}={spelled(value)}" for name, value in given.items())
    return f"{definition.name}({', '.join(texts)})" if texts else definition.name


def _number(value: float) -> str:
    text = repr(value)
    return f"({text})" if text.startswith("-") else text


def _function(thing: Any) -> str:
    function = thing.function if isinstance(thing, Overloaded) else thing
    if isinstance(function, Function):
        return function.let.targets[0]
    if isinstance(function, Builtin):
        return function.name
    return thing.module.definition.name if isinstance(thing, Overloaded) else spelled(function)


_INITIALISERS: Mapping[type, Callable[[Any], str]] = {
    Fill: lambda one: _number(one.value),
    Table: lambda one: spelled(one.values),
    Normal: lambda one: f"normal({_number(one.std)})",
    TruncatedNormal: lambda one: f"trunc_normal({_number(one.std)})",
    Uniform: lambda one: f"uniform({_number(one.bound)})",
    Identity: lambda _: "eye",
}

_SPELLINGS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (type(None), lambda _: "none"),
    (bool, lambda thing: str(thing).lower()),
    (int, str),
    (float, _number),
    (str, lambda thing: '"' + thing.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    (Symbol, lambda thing: thing.name),
    (DType, lambda thing: thing.value),
    (Row, lambda thing: f"({', '.join(map(spelled, thing.items))})"),
    (tuple, lambda thing: f"[{', '.join(map(spelled, thing))}]"),
    (Partial, _partial),
    (Tagged, lambda thing: f"{thing.label}: {spelled(thing.module)}"),
    (Island, lambda thing: f"{thing.dtype.value}({spelled(thing.module)})"),
    ((Overloaded, Function, Builtin), _function),
    ((Fill, Table, Normal, TruncatedNormal, Uniform, Identity), lambda thing: _INITIALISERS[type(thing)](thing)),
)
