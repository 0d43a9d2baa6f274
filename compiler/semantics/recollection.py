"""What static expressions came to before, found again by the values of the names that they look up.

The signature of an operator is worked out for every use, though most of it does not depend on what differs from one use
to the next: the windows of a convolution are the same for any number of channels.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from archc.graph.static import DType, Row, Symbol
from archc.semantics.arithmetic import is_symbolic
from archc.semantics.builtins import Builtin
from archc.semantics.environment import CyclicDefinition, Environment, Missing
from archc.semantics.values import Function, Thing
from archc.syntax import tree

T = TypeVar("T")


class Recollections:
    """What expressions came to in one context, where nothing was found wrong with them.

    An evaluation looks up one name after the other, and which one is next depends on nothing but the values before it.
    So each expression has a tree of look-ups, which ends in results; no name is looked up that would not be anyway.
    """

    def __init__(self) -> None:
        self._roots: dict[int, tuple[tree.Node, _Step]] = {}

    def recall(
        self, node: tree.Node, env: Environment, work: Callable[[Environment], T], sound: Callable[[], bool]
    ) -> T:
        """Return what `work` returns, without doing it where it was done before with equal values.

        `work` may depend on nothing but the node and what it looks up in the environment that it is given. Its result
        is kept if `sound` then says so.
        """
        known = self._roots.get(id(node))
        step: _Step | None = known[1] if known else None
        try:
            while step is not None and step.name is not None:
                step = step.after.get(_exact(env.find(step.name)))
        except CyclicDefinition:
            return work(env)
        if step is not None:
            return cast(T, step.result)
        watch = _Watch(env)
        result = work(watch)
        if sound():
            self._keep(node, watch.found, result)
        return result

    def _keep(self, node: tree.Node, found: list[tuple[str, Thing | Missing]], result: object) -> None:
        keys = [_exact(value) for _, value in found]
        if None in keys:
            return
        step = self._roots.setdefault(id(node), (node, _Step()))[1]
        for (name, _), key in zip(found, keys, strict=True):
            step.name = name
            step = step.after.setdefault(key, _Step())
        step.result = result


class _Step:
    """A look-up that an evaluation makes, and by what it finds the next one; without a name the end of it."""

    __slots__ = ("after", "name", "result")

    def __init__(self) -> None:
        self.name: str | None = None
        self.after: dict[Hashable, _Step] = {}
        self.result: object = None


class _Watch(Environment):
    """Names as another environment gives them, and a list of those that were looked up."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.found: list[tuple[str, Thing | Missing]] = []

    def find(self, name: str) -> Thing | Missing:
        value = super().find(name)
        self.found.append((name, value))
        return value


def _exact(value: Thing | Missing) -> Hashable:
    """Return a key that is equal only for what cannot be told apart, None for what has none: 1 is not 1.0 here."""
    kind = type(value)
    if kind is int or kind is str:
        return (value,)
    if type(value) is tuple:
        return _all(value)
    if is_symbolic(value):
        return (value,)
    if isinstance(value, Row):
        items = _all(value.items)
        return None if items is None else (Row, items)
    if value is None or isinstance(value, (bool, float, Symbol, DType, Function, Builtin, Missing)):
        return (kind, value)
    return None


def _all(values: tuple[Thing, ...]) -> Hashable:
    keys = tuple([_exact(value) for value in values])
    return None if None in keys else keys
