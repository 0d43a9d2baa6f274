"""Candidates: all small changes of a text that a mutation may make. Whether one is legal is for the checker to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from archc.diagnostics import Edit
from archc.editing import changes
from archc.editing.instances import Instance
from archc.editing.labels import relabelled
from archc.editing.steps import Step
from archc.records import Word, record
from archc.semantics.definition import Definition
from archc.semantics.environment import Environment
from archc.semantics.values import Overloaded, Partial
from archc.syntax import Span, tree, walk
from archc.syntax.tree import Operator


class Kind(Word):
    """What a mutation does."""

    OPERATOR = "operator"
    """Another operator of the same type stands in the place of one."""
    NUMBER = "number"
    """A number is another one near it."""
    INSERT = "insert"
    """A further step: an operator that keeps every shape, or a copy of a step with weights of its own."""
    DELETE = "delete"
    """A step less."""
    SWAP = "swap"
    """Two steps next to each other change places."""
    REPEAT = "repeat"
    """A loop with a turn more or less."""


@record
class Candidate:
    """A change of one kind; `span` is what it concerns."""

    kind: Kind
    span: Span
    edits: tuple[Edit, ...]


@record
class Ground:
    """What an architecture uses of its file: steps with an instance each, and the declarations around them.

    `operators` are those of the library.
    """

    steps: tuple[tuple[Step, Instance], ...]
    nodes: tuple[tree.Node, ...]
    operators: tuple[Definition, ...]


def candidates(ground: Ground) -> dict[Kind, list[Candidate]]:
    """Return all changes by kind, in the order of the text; none of a kind that has none."""
    found = {kind: [Candidate(kind, span, edits) for span, edits in rule(ground)] for kind, rule in _RULES}
    return {kind: each for kind, each in found.items() if each}


Found = Iterator[tuple[Span, tuple[Edit, ...]]]

# -- steps ------------------------------------------------------------------------------------------------


def _operators(ground: Ground) -> Found:
    named = {one.name: one for one in ground.operators}
    for step, instance in ground.steps:
        name = _callee(step.expression)
        mine = named.get(name.text) if name is not None else None
        if name is None or mine is None or mine.name != instance.name:
            continue
        for other in ground.operators:
            if other is not mine and same_type(mine, other) and _takes(other, step.expression):
                yield name.span, (Edit(name.span, other.name),)


def _callee(expression: tree.Expression) -> tree.Name | None:
    called = expression.callee if isinstance(expression, tree.Call) else expression
    return called if isinstance(called, tree.Name) else None


def same_type(one: Definition, other: Definition) -> bool:
    """Say whether two operators of one file of the library take and return the same shapes, with or without weights.

    What is of one file is of one purpose: an activation, a norm, a pool. A logarithm has the type of an activation too,
    and would give infinities.
    """
    same_family = one.block.span.source is other.block.span.source
    return same_family and one.owns == other.owns and bool(one.inputs) and _type(one) == _type(other)


def _type(definition: Definition) -> tuple[object, ...]:
    inputs = tuple(replace(given, name="") for given in definition.inputs)
    return inputs, definition.block.signature.outputs if definition.block.signature else None


def _takes(definition: Definition, expression: tree.Expression) -> bool:
    """Say whether an operator takes the arguments of a call, and needs no others."""
    arguments = expression.arguments if isinstance(expression, tree.Call) else ()
    named = {one.name for one in arguments if isinstance(one, tree.Argument) and one.name is not None}
    placed = sum(isinstance(one, tree.Argument) and one.name is None for one in arguments)
    free = [one for one in definition.parameters if one.name not in named]
    known = all(definition.takes(name) for name in named) and placed <= len(free)
    return known and all(one.default is not None for one in free[placed:])


def _insertions(ground: Ground) -> Found:
    used = {instance.name for _, instance in ground.steps}
    known = [one for one in ground.operators if keeps_every_shape(one)]
    families = {id(one.block.span.source) for one in known if one.name in used}
    plain = [one.name for one in known if id(one.block.span.source) in families]
    for step, _ in ground.steps:
        if isinstance(step.holder, tree.Comprehension):
            continue
        copy = relabelled(step)
        for text in (*plain, *([copy] if copy is not None else ())):
            yield step.whole, (changes.inserted(step, text, "", after=True),)


def keeps_every_shape(definition: Definition) -> bool:
    """Say whether an operator turns one tensor of any shape into one of the same, without weights or arguments."""
    given, made = definition.inputs, definition.outputs
    if len(given) != 1 or len(made) != 1 or definition.owns or definition.block.where or definition.macs is not None:
        return False
    dims = given[0].shape.dims
    whole = len(dims) == 1 and isinstance(dims[0], tree.Dots) and given[0].clause is None and made[0].clause is None
    same = given[0].shape == made[0].shape and given[0].type == made[0].type
    return whole and same and all(one.default is not None for one in definition.parameters)


def _deletions(ground: Ground) -> Found:
    for step, _ in ground.steps:
        if not isinstance(step.holder, tree.Comprehension):
            yield step.whole, (changes.deleted(step, ""),)


def _swaps(ground: Ground) -> Found:
    holders = {id(step.holder): step.holder for step, _ in ground.steps}
    for holder in holders.values():
        items: Sequence[tree.Node] = ()
        match holder:
            case tree.Pipe(stages=stages):
                items = stages
            case tree.Sequence(items=items):
                pass
        for one, other in pairwise(items):
            if one != other:
                yield (
                    one.span.to(other.span),
                    (Edit(one.span, other.span.text), Edit(other.span, one.span.text)),
                )


# -- numbers ----------------------------------------------------------------------------------------------


def _numbers(ground: Ground) -> Found:
    for node in _inside(ground.nodes):
        if isinstance(node, tree.Number) and isinstance(node.value, int):
            for value in _near(node.value):
                yield node.span, (Edit(node.span, str(value)),)


def _near(value: int) -> Iterable[int]:
    found = (value + 1, value - 1, value + 2, value - 2, 2 * value, value // 2)
    return dict.fromkeys(one for one in found if one > 0 and one != value)


def _repeats(ground: Ground) -> Found:
    for node in _inside(ground.nodes):
        if not isinstance(node, tree.For | tree.Clause):
            continue
        match node.iterable:
            case tree.Binary(operator=Operator.RANGE, right=tree.Number(value=int(count)) as end):
                for value in (count + 1, count - 1):
                    yield end.span, (Edit(end.span, str(value)),)
            case tree.Binary(operator=Operator.RANGE, right=end):
                for text in (f"{end.span.text} + 1", f"{end.span.text} - 1"):
                    yield end.span, (Edit(end.span, text),)


def _inside(nodes: Iterable[tree.Node]) -> Iterator[tree.Node]:
    """Yield what is worked out in declarations: neither signatures nor conditions nor labels."""
    for declaration in nodes:
        skipped: set[int] = set()
        for node in walk(declaration):
            if id(node) in skipped or isinstance(node, tree.Signature):
                skipped.update(id(one) for one in walk(node))
                continue
            if isinstance(node, tree.Block):
                skipped.update(id(one) for one in node.where)
            if isinstance(node, tree.Labelled):
                skipped.add(id(node.label))
            yield node


def operators_of(scope: Environment) -> Iterator[Definition]:
    """Yield the operators that a scope knows by their own names."""
    for name in sorted(scope.names()):
        found = scope.find(name)
        module = found.module if isinstance(found, Overloaded) else found
        if isinstance(module, Definition):
            module = Partial(module)
        if isinstance(module, Partial) and not module.arguments and module.definition.is_operator:
            yield module.definition


_RULES: tuple[tuple[Kind, Callable[[Ground], Found]], ...] = (
    (Kind.OPERATOR, _operators),
    (Kind.NUMBER, _numbers),
    (Kind.INSERT, _insertions),
    (Kind.DELETE, _deletions),
    (Kind.SWAP, _swaps),
    (Kind.REPEAT, _repeats),
)
