"""What a lowering sees: one application of an operator, or the module that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archc.backends.torch.code import Axes, Code, Hint, Hole, Listing, Literal
from archc.backends.torch.sites import resolved
from archc.graph.ir import Site, TensorType, Weight
from archc.graph.static import Row, Static, Symbol
from archc.syntax import tree

Attributes = tuple[tuple[str, Static], ...]
Operand = Code | tuple[Code, ...] | None


@dataclass(frozen=True, slots=True)
class Arguments:
    """The static arguments of an operator, with what the author wrote for them."""

    attributes: Attributes
    site: Site

    def value(self, name: str) -> Static:
        """Return the value of an argument, for decisions that change the code."""
        return dict(self.attributes)[name]

    def word(self, name: str) -> str:
        """Return the option that was chosen of an enum."""
        value = self.value(name)
        return value.name if isinstance(value, Symbol) else str(value)

    def hole(self, name: str, role: str = "", *, is_width: bool = False) -> Code:
        """Return the place of an argument in the code."""
        return Hole(self.value(name), self.hint(name), role or name, is_width=is_width)

    def axes(self, name: str) -> Code:
        """Return the places of an argument that has one entry an axis."""
        value = self.value(name)
        entries = value if isinstance(value, tuple) else (value,)
        hint = self.hint(name)
        return Axes(tuple(Hole(entry, _of_axis(hint, i, len(entries)), name) for i, entry in enumerate(entries)))

    def hint(self, name: str) -> Hint | None:
        """Return how the author wrote an argument, None where the text does not show it."""
        site = resolved(self.site)
        expression = site.expression
        if not isinstance(expression, tree.Call):
            return None
        position = [known for known, _ in self.attributes].index(name)
        positional = [a for a in expression.arguments if isinstance(a, tree.Argument) and a.name is None]
        named = [a for a in expression.arguments if isinstance(a, tree.Argument) and a.name == name]
        found = named or positional[position : position + 1]
        return Hint(found[0].value, site.names) if found else None


def _of_axis(hint: Hint | None, axis: int, count: int) -> Hint | None:
    if hint is None or not isinstance(hint.expression, tree.Sequence) or len(hint.expression.items) != count:
        return hint
    entry = hint.expression.items[axis]
    return None if isinstance(entry, tree.Labelled) else Hint(entry, hint.names)


@dataclass(frozen=True, slots=True)
class Unit(Arguments):
    """A module: its arguments and its own weights. `rank` is that of its first input, -1 where none is known."""

    weights: tuple[Weight, ...]
    rank: int

    def weight(self, name: str) -> Weight | None:
        """Return the weight of that name, None where it is absent."""
        return next((weight for weight in self.weights if weight.name == name), None)

    def has(self, name: str) -> bool:
        return self.weight(name) is not None

    def size(self, name: str, axis: int, role: str, times: int = 1) -> Code:
        """Return the place of a size of a weight, `times` over."""
        weight = self.weight(name)
        assert weight is not None, name
        size = weight.type.shape[axis]
        assert isinstance(size, int), "a weight's sizes are numbers"
        return Hole(size * times, None, role, is_width=True)


@dataclass(frozen=True, slots=True)
class Use(Arguments):
    """One application: the code of its operands and the types of operands and results, by slot."""

    slots: tuple[str, ...]
    operands: tuple[Operand, ...]
    types: tuple[TensorType | tuple[TensorType, ...] | None, ...]
    results: tuple[TensorType, ...]
    anchor: Code

    def optional(self, slot: str) -> Code | None:
        """Return the code of an operand that may be absent."""
        operand = self.operands[self.slots.index(slot)]
        return operand if isinstance(operand, Code) else None

    def operand(self, slot: str) -> Code:
        """Return the code of an operand that is always there."""
        operand = self.operands[self.slots.index(slot)]
        assert isinstance(operand, Code), slot
        return operand

    def first(self) -> Code:
        """Return the first operand, a list of tensors as a list; any tensor at all where the operator takes none."""
        operand = self.operands[0] if self.operands else self.anchor
        return Listing(operand) if isinstance(operand, tuple) else operand or self.anchor

    def listed(self, slot: str) -> tuple[Code, ...]:
        """Return the code of the entries of a list of tensors."""
        operand = self.operands[self.slots.index(slot)]
        if operand is None:
            return ()
        return operand if isinstance(operand, tuple) else (operand,)

    def type(self, slot: str) -> TensorType:
        """Return the type of an operand."""
        found = self.types[self.slots.index(slot)]
        assert isinstance(found, TensorType), slot
        return found

    def rank(self, slot: str) -> int:
        return len(self.type(slot).shape)


@dataclass(frozen=True, slots=True)
class Core:
    """The operator itself on its first input, as a module or as a function."""

    write: Callable[[Code], Code]
    is_module: bool

    def __call__(self, x: Code) -> Code:
        return self.write(x)


def is_int(value: Static) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


Sides = tuple[tuple[Static, Static], ...]


def pairs(value: Static, rank: int) -> Sides | None:
    """Return the amounts before and after every axis, None where a word says how to compute them."""
    if isinstance(value, Symbol):
        return ((0, 0),) * rank if value.name == "valid" else None
    entries = value if isinstance(value, tuple) else (value,) * rank
    return tuple(_pair(entry) for entry in entries)


def _pair(value: Static) -> tuple[Static, Static]:
    if isinstance(value, Row | tuple):
        before, after = value.items if isinstance(value, Row) else value
        return before, after
    return value, value


def dims(values: tuple[int, ...], *, always: bool = False) -> Code:
    """Return axes as an argument: `2`, or `(2, 3)`; always in brackets where that is asked for."""
    if len(values) == 1 and not always:
        return Literal(values[0])
    return Listing(tuple(map(Literal, values)), "()")
