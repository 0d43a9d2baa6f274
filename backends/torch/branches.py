"""Bodies of one method that differ from instance to instance: what they share, around a branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archc.backends.torch.code import (
    Branch,
    Chosen,
    Code,
    Construct,
    Hint,
    Hole,
    Infix,
    Known,
    Literal,
    Name,
    Node,
    Statement,
    rebuild,
    walk,
)
from archc.backends.torch.instance import Instance
from archc.backends.torch.reasons import Point
from archc.backends.torch.rolling import erased
from archc.backends.torch.sketch import Body, Sketch
from archc.backends.torch.unification import Unifier


@dataclass(frozen=True, slots=True)
class Method:
    """The body of one instance's method."""

    body: Body
    sketch: Sketch
    point: Point


class Branches:
    """Finds the common form of bodies. A branch tests what the author tests where the modules are made."""

    def __init__(self, unifier: Unifier, kind: Callable[[Instance], object]) -> None:
        self.unifier = unifier
        self.kind = kind

    def united(self, methods: Sequence[Method]) -> tuple[Statement, ...]:
        """Return the common form of the bodies of instances, nothing where there are none."""
        if not methods:
            return ()
        shapes = [[self._shape(statement) for statement in method.body] for method in methods]
        before = _shared(shapes)
        behind = _shared([list(reversed(shape[before:])) for shape in shapes])
        return (
            *self._columns(methods, 0, before),
            *self._branch(methods, [shape[before : len(shape) - behind] for shape in shapes], before, behind),
            *self._columns(methods, -behind, 0) * bool(behind),
        )

    def _shape(self, statement: Statement) -> Node:
        """Return a statement with all alike that instances may differ in: their numbers, and blocks of one class."""

        def rule(piece: Node) -> Node:
            if isinstance(piece, Construct):
                return Name(str(id(self.kind(piece.instance))))
            return rebuild(piece, rule)

        return erased(rule(statement))

    def _columns(self, methods: Sequence[Method], start: int, stop: int) -> tuple[Statement, ...]:
        """Return the common form of the statements that all bodies share."""
        points = [method.point for method in methods]
        bodies = [method.body[start : stop or None] if start < 0 else method.body[start:stop] for method in methods]
        return tuple(self.unifier.statement(column, points) for column in zip(*bodies, strict=True))

    def _branch(
        self, methods: Sequence[Method], shapes: Sequence[Sequence[Node]], before: int, behind: int
    ) -> tuple[Statement, ...]:
        """Return a branch between the first form of what bodies do not share, and the others."""
        if not any(shapes):
            return ()
        is_first = [list(shape) == list(shapes[0]) for shape in shapes]
        inner = [Method(m.body[before : len(m.body) - behind], m.sketch, m.point) for m in methods]
        test, holds = self._test(methods, is_first)
        sides = [
            self.united([m for m, is_side in zip(inner, is_first, strict=True) if is_side is side])
            for side in (holds, not holds)
        ]
        return (Branch(test, sides[0], sides[1]),)

    def _test(self, methods: Sequence[Method], is_first: Sequence[bool]) -> tuple[Code, bool]:
        """Return what tells the first form from the others, and what the test is for the first."""
        points = [method.point for method in methods]
        tables = [_tests(method.sketch) for method in methods]
        for expression in tables[0]:
            column = [table.get(expression) for table in tables]
            taken = [one[1] for one in column if one is not None]
            for holds in (True, False):
                if taken == [one is holds for one in is_first]:
                    holes = [Hole(one[1], one[0], "form") for one in column if one is not None]
                    return self.unifier.blank(holes, points), holds
        return self._number(methods, is_first) or self.unifier.blank(
            [Hole(one, None, "form") for one in is_first], points
        ), True

    def _number(self, methods: Sequence[Method], is_first: Sequence[bool]) -> Code | None:
        """Return the test of a number that all of the first form share, and no other has."""
        for name in self.unifier.reasons.names:
            column = [method.sketch.scope.get(name) for method in methods]
            wanted = {value for value, is_one in zip(column, is_first, strict=True) if is_one}
            value = next(iter(wanted))
            if len(wanted) == 1 and isinstance(value, int) and sum(one == value for one in column) == sum(is_first):
                return Infix(Known(name), "==", Literal(value))
        return None


def _shared(shapes: Sequence[Sequence[Node]]) -> int:
    """Return how many statements all bodies begin with."""
    shared = 0
    for column in zip(*shapes, strict=False):
        if any(one != column[0] for one in column):
            break
        shared += 1
    return shared


def _tests(sketch: Sketch) -> dict[object, tuple[Hint, bool]]:
    """Return the author's conditionals in the constructor of an instance, with what they are there."""
    pieces = (piece for statement in sketch.modules for piece in walk(statement))
    chosen = (piece for piece in pieces if isinstance(piece, Chosen) and piece.test is not None)
    return {piece.test.expression: (piece.test, piece.taken) for piece in chosen if piece.test is not None}
