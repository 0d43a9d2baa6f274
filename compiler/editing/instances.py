"""Instances: the modules of an architecture by their paths, each with the step of the text that asks for it.

A step inside a loop, or in a block that is used several times, has several instances. Those of a loop are told apart by
the values of its variables, as far as a label or a range shows them: `blocks[i]: …`, `[… for j in 0..n]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archc.editing.steps import Step, steps_of
from archc.graph.ir import Call, Graph, GraphKind, Node
from archc.records import record
from archc.syntax import Source, tree
from archc.syntax.tree import Operator

Place = tuple[int, int]
"""Where something starts and ends in a text."""


@record
class Instance:
    """One module at work: `path` ends in its label, or in the name of its operator or block where it has none.

    `values` are those of loop variables, `step` is None where no text of this file stands for this module alone.
    """

    path: tuple[str, ...]
    node: Node
    step: Step | None
    values: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The name of the operator or block."""
        return _name(self.node)

    def __str__(self) -> str:
        return ".".join(self.path)


def instances_of(graph: Graph, file: tree.File) -> tuple[Instance, ...]:
    """Return every module of a graph, outer ones first."""
    return tuple(_Walk(file).inside(graph, ()))


class _Walk:
    def __init__(self, file: tree.File) -> None:
        self.source: Source = file.span.source
        self.steps: Mapping[Place, Step] = {(one.span.start, one.span.end): one for one in steps_of(file)}

    def inside(self, graph: Graph, path: tuple[str, ...], outer: Instance | None = None) -> Iterator[Instance]:
        for node in graph.nodes:
            one = self._instance(graph, node, path, outer)
            yield one
            if isinstance(node, Call):
                yield from self.inside(node.graph, one.path if node.label else path, one)

    def _instance(self, graph: Graph, node: Node, path: tuple[str, ...], outer: Instance | None) -> Instance:
        own = tuple(node.label.split(".")) if node.label else (_name(node),)
        if graph.kind is GraphKind.SEQUENCE:
            listed, values = (outer.step, dict(outer.values)) if outer is not None else (None, {})
            siblings = graph.nodes
        else:
            listed = self._at(node.site.expression)
            values = _values(listed, own)
            siblings = tuple(one for one in graph.nodes if one.site.expression is node.site.expression)
        step, more = listed, dict[str, int]()
        if graph.kind is GraphKind.SEQUENCE or (_is_list(listed) and not _is_sequence(node)):
            at = next(number for number, one in enumerate(siblings) if one is node)
            step, more = self._item(listed, own, at, len(siblings))
        return Instance((*path, *own), node, step, tuple({**values, **more}.items()))

    def _at(self, expression: tree.Expression | None) -> Step | None:
        if expression is None or expression.span.source is not self.source:
            return None
        return self.steps.get((expression.span.start, expression.span.end))

    def _item(
        self, listed: Step | None, own: tuple[str, ...], at: int, count: int
    ) -> tuple[Step | None, dict[str, int]]:
        """Return the step of an item of a list, and what is known of the loop that makes it."""
        number = int(own[0]) if len(own) == 1 and own[0].isdecimal() else None
        match listed.expression if listed is not None else None:
            case tree.Sequence(items=items) if count == len(items):
                return self._step_of(items[at]), {}
            case tree.Sequence(items=items) if number is not None and number < len(items):
                return self._step_of(items[number]), {}
            case tree.Comprehension(item=item, clauses=clauses) if number is not None:
                return self._step_of(item), _counted(clauses, number)
        return None, {}

    def _step_of(self, item: tree.Expression | tree.Labelled) -> Step | None:
        return self._at(item.module if isinstance(item, tree.Labelled) else item)


def _name(node: Node) -> str:
    return node.graph.name if isinstance(node, Call) else node.operator.name


def _is_list(step: Step | None) -> bool:
    return step is not None and isinstance(step.expression, tree.Sequence | tree.Comprehension)


def _is_sequence(node: Node) -> bool:
    return isinstance(node, Call) and node.graph.kind is GraphKind.SEQUENCE


def _counted(clauses: tuple[tree.Clause, ...], at: int) -> dict[str, int]:
    """Return the value of the variable of a loop that counts from 0."""
    match clauses:
        case (tree.Clause(names=(name,), iterable=iterable, condition=None),):
            match iterable:
                case tree.Binary(operator=Operator.RANGE, left=tree.Number(value=int(first))):
                    return {name: first + at}
    return {}


def _values(step: Step | None, label: tuple[str, ...]) -> dict[str, int]:
    """Return the values of the variables in the label of a step, read off the label of an instance."""
    if step is None or not isinstance(step.module, tree.Labelled):
        return {}
    written = list(_components(step.module.label))
    if len(written) != len(label):
        return {}
    pairs = zip(written, label, strict=True)
    return {one.text: int(value) for one, value in pairs if isinstance(one, tree.Name) and value.isdecimal()}


def _components(label: tree.Expression) -> Iterator[tree.Expression | tree.Slice | None]:
    """Yield a subscript of a label as it is, None for a word."""
    match label:
        case tree.Index(base=base, subscripts=subscripts):
            yield from _components(base)
            yield from subscripts
        case tree.Attribute(base=base):
            yield from _components(base)
            yield None
        case _:
            yield None
