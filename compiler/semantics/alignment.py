"""Operands that are lined up or joined at axes that are not meant: `x * gamma` for a number a channel."""

from __future__ import annotations

from archc.diagnostics.diagnostic import Edit, Fix
from archc.graph.static import Shape
from archc.semantics.builtins import BINARY
from archc.semantics.scene import Scene, Seen, value_of
from archc.syntax import Span, tree
from archc.syntax.tree import Operator

COMMUTATIVE = frozenset({Operator.ADD, Operator.MULTIPLY, Operator.EQUAL, Operator.UNEQUAL})


def rejoined(scene: Scene) -> tuple[Fix, ...]:
    """Return the fix that joins a list of tensors along the one axis in which they differ, if there is such a one."""
    names = {one.name for one in scene.tensors}
    name = names.pop() if len(names) == 1 else ""
    shapes = [one.operand.type.shape for one in scene.tensors]
    place = scene.arguments.get("axis")
    if len({len(shape) for shape in shapes}) != 1 or len(shapes) < 2:
        return ()
    odd = [axis for axis, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1]
    listed = scene.inputs.get(name)
    if len(odd) != 1 or listed is None:
        return ()
    end = Span(listed.span.source, listed.span.end, listed.span.end)
    edit = Edit(value_of(place).span, str(odd[0])) if place else Edit(end, f", axis={odd[0]}")
    return (Fix(f"join along the axis in which they differ: `axis={odd[0]}`", (edit,), is_guess=True),)


def realigned(scene: Scene) -> tuple[Fix, ...]:
    """Return the fix that names the axes where the smaller of two operands fits the larger one, if there are such."""
    operator = next((one for one in Operator if one.value == scene.sign), None)
    if operator is None or len(scene.tensors) != 2:
        return ()
    first, second = scene.tensors
    turned = len(first.operand.type.shape) < len(second.operand.type.shape)
    large, small = (second, first) if turned else (first, second)
    axes = _fitting(large.operand.type.shape, small.operand.type.shape)
    if not axes or (turned and operator not in COMMUTATIVE):
        return ()
    named = str(axes[0]) if len(axes) == 1 else str(list(axes))
    text = f"{_text(scene, large)} |> {BINARY[operator]}({_text(scene, small)}, axis={named})"
    words = f"axis {named}" if len(axes) == 1 else f"axes {' and '.join(map(str, axes))}"
    return (Fix(f"line it up with {words}: `{text}`", (Edit(scene.call, f"({text})"),)),)


def _fitting(large: Shape, small: Shape) -> tuple[int, ...]:
    starts = range(len(large) - len(small))
    place = next((at for at in starts if small and large[at : at + len(small)] == small), None)
    return () if place is None else tuple(range(place, place + len(small)))


def _text(scene: Scene, seen: Seen) -> str:
    node = scene.inputs[seen.name]
    text = node.span.text
    return f"({text})" if isinstance(node, tree.Binary | tree.Unary | tree.Conditional) else text
