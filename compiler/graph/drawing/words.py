"""What a picture says of a node: its name, what it was given, and the shapes of what it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isfinite

from archc import shapes
from archc.graph.drawing.metrics import clipped
from archc.graph.ir import Apply, Call, Constant, Graph, GraphKind, Node, TensorType, WeightRef
from archc.graph.static import Dim, DType, Row, Shape, Static, Symbol
from archc.graph.walk import caption, flatten
from archc.shapes.expression import Expr
from archc.syntax import tree

Show = Callable[[Dim], str]

MOST_ARGUMENTS = 4
LONGEST = 34
"""Characters of a line in a box."""
TINY = 1e-3
"""A float below this guards against a division by zero and says nothing of a figure."""

_SIGNS = {
    tree.Operator.ADD: "+",
    tree.Operator.SUBTRACT: "−",
    tree.Operator.MULTIPLY: "×",
    tree.Operator.DIVIDE: "÷",
    tree.Operator.POWER: "^",
}


def sign(node: Node) -> str | None:
    """Return the sign by which the text writes an operator between two tensors, None for every other node."""
    expression = node.site.expression
    if not isinstance(node, Apply) or not isinstance(expression, tree.Binary) or len(node.operands) != 2:
        return None
    return _SIGNS.get(expression.operator)


class Words:
    """Writes the texts of a picture; `show` writes a size."""

    def __init__(self, show: Show = shapes.render) -> None:
        self.show = show

    def shape(self, shape: Shape) -> str:
        """Return `[B, 64, H // 4, W // 4]`."""
        return f"[{', '.join(map(self.show, shape))}]"

    def type(self, type_: TensorType) -> str:
        """Return a shape, behind the dtype where that is not the float type of the call."""
        return ("" if type_.dtype is DType.FLOAT else type_.dtype.value) + self.shape(type_.shape)

    def what(self, node: Node) -> str:
        """Return what a node does: `conv(256, k=2, stride=2)`, `mul(gamma)`, `GnConv(64, order=2)`."""
        written = _written(node)
        if isinstance(node, Call):
            return self.graph(node.graph, written=written)
        return _call(caption(node), [*self._operands(node), *self._arguments(node.attributes, written)])

    def graph(self, graph: Graph, limit: int = LONGEST, written: frozenset[str] | None = None) -> str:
        """Return a block with its arguments, in at most `limit` characters; `written` names those to be shown."""
        if graph.kind is GraphKind.SEQUENCE:
            return clipped(caption(graph), limit)
        return _call(caption(graph), list(self._arguments(graph.arguments, written)), limit)

    def constant(self, operand: Constant | WeightRef) -> str:
        """Return a number or a weight that takes part."""
        return operand.path if isinstance(operand, WeightRef) else self._value(operand.value)

    def _operands(self, node: Apply) -> Iterator[str]:
        """Yield the weights and numbers that are given to an operator and not its own."""
        for operand in flatten(node.operands):
            if isinstance(operand, Constant) or (isinstance(operand, WeightRef) and node.label is None):
                yield self.constant(operand)

    def _arguments(self, arguments: Sequence[tuple[str, Static]], written: frozenset[str] | None) -> Iterator[str]:
        """Yield the arguments that make a difference, the first parameter's without its name."""
        for place, (name, value) in enumerate(arguments):
            if not _neutral(value) and (written is None or name in written):
                yield self._value(value) if place == 0 else f"{name}={self._value(value)}"

    def _value(self, value: Static) -> str:
        if isinstance(value, tuple | Row):
            return self._items(value)
        if isinstance(value, Symbol):
            return value.name
        if isinstance(value, DType):
            return str(value.value)
        if isinstance(value, bool | str):
            return str(value)
        if isinstance(value, float):
            return number(value)
        return self.show(value) if isinstance(value, int | Expr) else type(value).__name__

    def _items(self, value: tuple[Static, ...] | Row) -> str:
        items = value.items if isinstance(value, Row) else value
        if items and all(item == items[0] for item in items):
            return self._value(items[0])
        return clipped(f"[{', '.join(map(self._value, items))}]", LONGEST)


def _written(node: Node) -> frozenset[str] | None:
    """Return the parameters that the text gives a value at this use, None where it does not call the module by name."""
    names = [name for name, _ in (node.graph.arguments if isinstance(node, Call) else node.attributes)]
    match node.site.expression:
        case tree.Name(text=text) if text == caption(node):
            return frozenset()
        case tree.Call(callee=tree.Name(text=text), arguments=given) if text == caption(node):
            named = {one.name for one in given if isinstance(one, tree.Argument) and one.name}
            count = sum(isinstance(one, tree.Argument) and one.name is None for one in given)
            return frozenset([*named, *[name for name in names if name not in named][:count]])
    return None


def _neutral(value: Static) -> bool:
    """Say whether an argument leaves things as they would be without it, as far as can be told without its operator."""
    if isinstance(value, tuple | Row):
        items = value.items if isinstance(value, Row) else value
        return all(map(_neutral, items))
    if isinstance(value, float):
        return abs(value) < TINY
    return value is None or isinstance(value, bool | Symbol) or value in (0, 1)


def _call(name: str, given: list[str], limit: int = LONGEST) -> str:
    shown = given[:MOST_ARGUMENTS] + ["…"] * (len(given) > MOST_ARGUMENTS)
    return clipped(f"{name}({', '.join(shown)})" if shown else name, limit)


def number(value: float) -> str:
    """Return a float as people write it: `1/3`, `0.02`, `1e-06`."""
    if not isfinite(value):
        return str(value)
    exact = Fraction(value).limit_denominator(12)
    if exact.denominator in (3, 6, 7, 9, 11, 12) and float(exact) == value:
        return str(exact)
    return f"{value:.4g}"


def differing(shapes_: Sequence[Shape], show: Show) -> tuple[str, ...] | None:
    """Return only the sizes of the one axis in which shapes of equal rank differ, None where it is not one axis."""
    if len({len(shape) for shape in shapes_}) != 1:
        return None
    axes = [axis for axis, sizes in enumerate(zip(*shapes_, strict=True)) if len(set(sizes)) > 1]
    return tuple(show(shape[axes[0]]) for shape in shapes_) if len(axes) == 1 else None
