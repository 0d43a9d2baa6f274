"""Where sizes come from: the way of a tensor's axis back through the nodes that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics.diagnostic import Label
from archc.graph.ir import Node, Operand, Operands, TensorType, Value
from archc.graph.static import Dim
from archc.records import record
from archc.shapes import Context
from archc.syntax.source import Span

MOST_STEPS = 10_000


@record
class Step:
    """One node on the way: the axis was `before` in front of it and is `after` behind it."""

    before: Dim
    after: Dim
    span: Span


def trail(nodes: Sequence[Node], operand: Operand, dim: Dim) -> tuple[Step, ...]:
    """Return the nodes that an axis of size `dim` went through, the last one first.

    It goes on as long as a node has an operand with the same number of axes, which is then the axis it came from.
    """
    made = {value.id: node for node in nodes for value in node.results}
    return tuple(_steps(made, operand, dim))


def _steps(made: dict[int, Node], operand: Operand, dim: Dim) -> Iterator[Step]:
    shape = operand.type.shape
    axis = shape.index(dim) if dim in shape else None
    for _ in range(MOST_STEPS):
        node = made.get(operand.id) if isinstance(operand, Value) else None
        source = _source(node, operand.type, axis) if node is not None and axis is not None else None
        if node is None or axis is None or source is None:
            return
        yield Step(source.type.shape[axis], operand.type.shape[axis], node.site.span)
        operand = source


def _source(node: Node, result: TensorType, axis: int) -> Operand | None:
    """Return the operand from which a result has an axis: one where it is as long already, else the first."""
    known = [one for one in _flat(node.operands) if len(one.type.shape) == len(result.shape)]
    same = (one for one in known if one.type.shape[axis] == result.shape[axis])
    return next(same, known[0] if known else None)


def _flat(operands: Sequence[Operands]) -> Iterator[Operand]:
    for one in operands:
        if isinstance(one, tuple):
            yield from one
        elif one is not None:
            yield one


def parting(first: Sequence[Step], second: Sequence[Step], sizes: tuple[Dim, Dim]) -> tuple[Step, ...]:
    """Return the steps at which two axes of these sizes began to differ: none where they were never equal."""
    ours, theirs = _way(first, sizes[0]), _way(second, sizes[1])
    for place, dim in enumerate(ours):
        if dim in theirs:
            other = theirs.index(dim)
            steps = (first[place - 1] if place else None, second[other - 1] if other else None)
            return tuple(step for step in steps if step is not None)
    return ()


def _way(steps: Sequence[Step], size: Dim) -> tuple[Dim, ...]:
    """Return what an axis was behind every node on its way, from now back to its beginning."""
    return (size, *(step.before for step in steps))


def change_label(step: Step, context: Context) -> Label:
    """Return the label that says what a node makes of a size."""
    return Label(step.span, f"{context.show(step.before)} becomes {context.show(step.after)} here")
