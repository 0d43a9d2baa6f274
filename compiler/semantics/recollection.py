"""What static expressions came to before, found again by the values of the names that they look up.

The signature of an operator is worked out for every use, though most of it does not depend on what differs from one use
to the next: the windows of a convolution are the same for any number of channels.
"""

from __future__ import annotations

from collections.abc import Hashable

from archc.graph.static import DType, Row, Symbol
from archc.semantics.arithmetic import is_symbolic
from archc.semantics.builtins import Builtin
from archc.semantics.environment import CyclicDefinition, Environment, Missing
from archc.semantics.values import Function, Thing
from archc.syntax import tree


class Recollections:
    """What expressions came to in one context, where nothing was found wrong with them.

    An evaluation looks up one name after the other, and which one is next depends on nothing but the values before it.
    So each expression has a tree of look-ups, which ends in results; no name is looked up that would not be anyway.
    """

    def __init__(self) -> None:
        self._roots: dict[int, tuple[tree.Node, Step]] = {}

    def find(self, node: tree.Node, env: Environment) -> Step | None:
        """Return the end of the evaluation of a node, None where it was not yet done with equal values."""
        known = self._roots.get(id(node))
        step = known[1] if known else None
        try:
            while step is not None and step.name is not None:
                value = env.find(step.name)
                step = step.after.get(value if type(value) is int else _exact(value))
        except CyclicDefinition:
            return None
        return step

    def keep(self, node: tree.Node, watch: Watch, result: object) -> None:
        """Keep what a node came to in a watched environment, which is all that its evaluation depended on."""
        keys = [(name, _exact(value)) for name, value in watch.found.items()]
        if any(key is None for _, key in keys):
            return
        step = self._roots.setdefault(id(node), (node, Step()))[1]
        for name, key in keys:
            step.name = name
            step = step.after.setdefault(key, Step())
        step.result = result


class Step:
    """A look-up of an evaluation, and by what it finds the next one; without a name its end, with the result."""

    __slots__ = ("after", "name", "result")

    def __init__(self) -> None:
        self.name: str | None = None
        self.after: dict[Hashable, Step] = {}
        self.result: object = None


class Watch(Environment):
    """Names as another environment gives them, and those that were looked up in order: an expression changes none."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.found: dict[str, Thing | Missing] = {}

    def find(self, name: str) -> Thing | Missing:
        if name not in self.found:
            self.found[name] = super().find(name)
        return self.found[name]


def _exact(value: Thing | Missing) -> Hashable:
    """Return a key that is equal only for what cannot be told apart, None for what has none: 1 is not 1.0 here."""
    if type(value) is tuple:
        return _all(value)
    kind = type(value)
    if kind is int or kind is str or is_symbolic(value):
        return value
    if isinstance(value, Row):
        items = _all(value.items)
        return None if items is None else (Row, items)
    if kind is float:
        return (float, repr(value))
    if value is None or isinstance(value, (bool, Symbol, DType, Function, Builtin, Missing)):
        return (kind, value)
    return None


def _all(values: tuple[Thing, ...]) -> Hashable:
    keys: list[Hashable] = []
    for value in values:
        key = value if type(value) is int else _exact(value)
        if key is None:
            return None
        keys.append(key)
    return tuple(keys)
