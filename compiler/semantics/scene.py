"""One use of an operator or block as its author sees it: the call, its arguments, and the tensors that take part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Label
from archc.graph.ir import Constant, Node, Operand, Value, WeightRef
from archc.graph.static import Dim
from archc.records import record
from archc.semantics.origins import change_label, parting, trail
from archc.semantics.values import Partial, Thing
from archc.shapes import Context
from archc.syntax import tree
from archc.syntax.source import Span

if TYPE_CHECKING:
    from archc.semantics.definition import Definition
    from archc.semantics.frame import Frame

MOST_LABELS = 3
"""Tensors that are shown where it is not known which of them is at fault."""

Pair = tuple[Dim, Dim]


@record
class Seen:
    """A tensor that takes part, the input that takes it, and where the author names it."""

    name: str
    span: Span
    operand: Operand

    def has(self, dim: Dim) -> bool:
        return dim in self.operand.type.shape


@record
class Picture:
    """What a message marks: one place with a text, and labels at others."""

    span: Span
    text: str
    labels: tuple[Label, ...]


@record
class Scene:
    """Where a use stands. `arguments` and `inputs` are what the text gives to parameters and inputs, `nodes` what was
    made before; `sign` is how the text writes the operator where it does not call it by its name."""

    call: Span
    arguments: Mapping[str, tree.Node] = field(default_factory=dict)
    inputs: Mapping[str, tree.Node] = field(default_factory=dict)
    tensors: tuple[Seen, ...] = ()
    nodes: Sequence[Node] = ()
    sign: str = ""

    def span_of(self, name: str) -> Span:
        """Return where an argument or input is given, the whole call where it is not."""
        place = self.arguments.get(name) or self.inputs.get(name)
        return self.call if place is None else tip(value_of(place)).span

    def number_of(self, name: str) -> tree.Number | None:
        """Return the first number that is written where an input takes tensors, None where there is none."""
        place = self.inputs.get(name)
        value = value_of(place) if place is not None else None
        items = value.items if isinstance(value, tree.Sequence) else (value,)
        return next((one for one in items if isinstance(one, tree.Number)), None)

    # -- unequal sizes ---------------------------------------------------------------------------------

    def of_pairs(self, pairs: Sequence[Pair], context: Context, name: str = "") -> Picture:
        """Return the tensors whose sizes differ, with the places where they began to; `name` is the input at fault if
        there is one."""
        sides = self._sides(pairs)
        if sides is None:
            return self._all(name, context)
        first, second = sorted(sides, key=lambda one: one.span.start)
        shown = context.show_shape(second.operand.type.shape)
        if first.span == second.span:
            text = f"{context.show_shape(first.operand.type.shape)} and {shown}"
            return Picture(first.span, text, tuple(self._changes(pairs, context)))
        labels = (*self._shapes((first,), context), *self._changes(pairs, context))
        return Picture(second.span, shown, tuple(one for one in labels if one.span != second.span))

    def _all(self, name: str, context: Context) -> Picture:
        at_fault = next((one for one in self.tensors if one.name == name), None)
        if at_fault is None or at_fault.span == self.call:
            return Picture(self.call, "", tuple(self._shapes(self.tensors[:MOST_LABELS], context)))
        others = [one for one in self.tensors if one.span != at_fault.span]
        shown = context.show_shape(at_fault.operand.type.shape)
        return Picture(at_fault.span, shown, tuple(self._shapes(others[: MOST_LABELS - 1], context)))

    def _sides(self, pairs: Sequence[Pair]) -> tuple[Seen, Seen] | None:
        """Return the tensors that have the left and the right sizes."""
        if not pairs:
            return None
        left = [one for one in self.tensors if all(one.has(a) for a, _ in pairs)]
        right = [one for one in self.tensors if all(one.has(b) for _, b in pairs)]
        return next(((a, b) for a in left for b in right if a is not b), None)

    def _changes(self, pairs: Sequence[Pair], context: Context) -> Iterator[Label]:
        sides = self._sides(pairs)
        if sides is None:
            return
        for a, b in pairs:
            trails = trail(self.nodes, sides[0].operand, a), trail(self.nodes, sides[1].operand, b)
            steps = parting(*trails, (a, b))
            if steps:
                yield from (change_label(step, context) for step in steps)
                return

    # -- conditions --------------------------------------------------------------------------------------

    def of_names(self, inputs: Iterable[str], values: Mapping[str, str], context: Context) -> Picture:
        """Return the tensors by their inputs' names, and the arguments whose text is not their value already."""
        wanted = set(inputs)
        shapes = self._shapes([one for one in self.tensors if one.name in wanted], context)
        labels = (*shapes, *self.values(values))
        return Picture(self.call, "", tuple(one for one in labels if one.span != self.call))

    def values(self, values: Mapping[str, str]) -> tuple[Label, ...]:
        """Return labels with the values of parameters, where the text does not show them."""
        given = [(name, text) for name, text in values.items() if name in self.arguments]
        return tuple(Label(self.span_of(name), f"{name} = {text}") for name, text in given if self._hides(name, text))

    def _hides(self, name: str, text: str) -> bool:
        """Say whether the argument's text does not show which parameter has which value."""
        place = self.arguments[name]
        named = isinstance(place, tree.Argument) and place.name == name
        written = value_of(place).span.text
        return not (written == text and (named or text == name))

    @staticmethod
    def _shapes(seen: Iterable[Seen], context: Context) -> Iterator[Label]:
        return (Label(one.span, context.show_shape(one.operand.type.shape)) for one in seen)


def scene_of(
    frame: Frame, definition: Definition, module: Partial, inputs: Mapping[str, Thing], node: tree.Expression
) -> Scene:
    """Return the scene of a call that is about to be matched."""
    places = dict(module.places)
    arguments = {name: place for name, place in places.items() if name not in inputs}
    flowing = frame.flowing if frame.flowing is not None else node
    bound = dict(module.inputs)
    sides = _sides(node)
    tensors: list[Seen] = []
    given: dict[str, tree.Node] = {}
    for position, declared in enumerate(definition.inputs):
        place: tree.Node = places.get(declared.name, node)
        if position < len(sides):
            place = sides[position]
        elif declared.name not in bound:
            place = flowing
        given[declared.name] = place
        tensors.extend(_seen(declared.name, inputs.get(declared.name), place))
    sign = node.operator.value if isinstance(node, tree.Binary) else ""
    return Scene(node.span, arguments, given, tuple(tensors), frame.nodes, sign)


def _sides(node: tree.Expression) -> tuple[tree.Expression, ...]:
    """Return the operands of a sign, which stand in the order of the operator's inputs."""
    match node:
        case tree.Binary(left=left, right=right):
            return (left, right)
        case tree.Unary(operand=operand) | tree.Index(base=operand):
            return (operand,)
        case _:
            return ()


def value_of(place: tree.Node) -> tree.Node:
    """Return what an argument gives, without its name."""
    return place.value if isinstance(place, tree.Argument) else place


def _seen(name: str, value: Thing, place: tree.Node) -> Iterator[Seen]:
    place = value_of(place)
    if type(value) is tuple:
        items = place.items if isinstance(place, tree.Sequence) and len(place.items) == len(value) else ()
        for position, one in enumerate(value):
            yield from _seen(name, one, items[position] if items else place)
    elif isinstance(value, (Value, WeightRef, Constant)) and value.type.shape:
        yield Seen(name, tip(place).span, value)


def tip(place: tree.Node) -> tree.Node:
    """Return the last step of a pipeline: that is what made its value."""
    while isinstance(place, (tree.Pipe, tree.Labelled)):
        place = place.stages[-1].module if isinstance(place, tree.Pipe) else place.module
    return place
