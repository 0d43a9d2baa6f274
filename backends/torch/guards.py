"""The author's conditionals in a class: `|> f if test`, `if test { ... }` and `if test then a else b`.

Instances on different sides of a test share a class where all else is alike. What stands on a side is a Guarded
statement of the instances that are on that side, and ends in a branch that tests what the author tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from archc.backends.torch.code import Guarded, Statement, Test
from archc.backends.torch.instance import Instance
from archc.backends.torch.sequences import static
from archc.graph.ir import Graph
from archc.graph.static import Static
from archc.records import record
from archc.syntax import tree
from archc.syntax.source import Span
from archc.syntax.walk import children


@record
class Region:
    """The text on one side of a test; `other` is the tensor that stands on the other side, where it is just a name."""

    span: Span
    test: Test
    other: str = ""

    def holds(self, span: Span) -> bool:
        """Say whether a piece of text stands on this side."""
        return span.source is self.span.source and self.span.start <= span.start and span.end <= self.span.end


@record
class Guards:
    """The tests that a definition's instances answer differently, and the text on their sides.

    `before` is the text of what flows into steps that may be missing, and so needs a variable.
    """

    regions: tuple[Region, ...] = ()
    before: tuple[Span, ...] = ()

    def answers(self, instance: Instance) -> dict[tree.Expression, bool]:
        """Return what the tests are in an instance."""
        scope = scope_of(instance)
        found = {test: static(test, scope) for test in dict.fromkeys(r.test.expression for r in self.regions)}
        return {test: answer for test, answer in found.items() if isinstance(answer, bool)}

    def names(self, graph: Graph) -> dict[int, str]:
        """Return the variables, by value, that a side must end in because the other side does."""
        others = {(region.span.start, region.span.end): region.other for region in self.regions if region.other}
        made = ((node.results[0].id, node.site.span) for node in graph.nodes if len(node.results) == 1)
        return {value: name for value, span in made if (name := others.get((span.start, span.end)))}

    def path(self, span: Span) -> tuple[Test, ...]:
        """Return the tests around a piece of text, the outermost first."""
        return tuple(region.test for region in self.regions if region.holds(span))


NONE = Guards()


def guards_of(instances: Sequence[Instance]) -> Guards:
    """Return the guards of a definition; what all its instances answer alike is none."""
    declaration = instances[0].train.declaration
    if declaration is None or declaration.body is None:
        return NONE
    scopes = [scope_of(instance) for instance in instances]
    regions = [region for statement in declaration.body for region in _regions(statement)]
    answers = {region.test.expression: _answers(region.test.expression, scopes) for region in regions}
    varied = tuple(region for region in regions if len(answers[region.test.expression]) > 1)
    tests = {region.test.expression for region in varied}
    before = tuple(span for statement in declaration.body for span in _before(statement, tests))
    return Guards(varied, before)


def scope_of(instance: Instance) -> dict[str, Static]:
    """Return the static names of a block, its `let`s included where they have a value before anything runs."""
    scope = instance.scope()
    for name, expression in instance.lets().items():
        value = static(expression, scope)
        if value is not None:
            scope[name] = value
    return scope


def _answers(test: tree.Expression, scopes: Sequence[Mapping[str, Static]]) -> set[bool]:
    """Return what a test is in the instances, nothing where that cannot be told."""
    found = [static(test, scope) for scope in scopes]
    return {one for one in found if isinstance(one, bool)} if all(isinstance(one, bool) for one in found) else set()


# -- the text ------------------------------------------------------------------------------------


def _regions(node: tree.Node) -> Iterator[Region]:
    """Yield the sides of tests in a piece of text, outermost first; those in loops are for every round anew."""
    match node:
        case tree.For() | tree.Fold() | tree.Comprehension() | tree.Let():
            return
        case tree.If(test=test, then=then, otherwise=otherwise):
            yield from (Region(one.span, Test(test, True)) for one in then)
            yield from (Region(one.span, Test(test, False)) for one in otherwise or ())
        case tree.Conditional(test=test, then=then_, otherwise=otherwise_):
            yield Region(then_.span, Test(test, True), _name(otherwise_))
            yield Region(otherwise_.span, Test(test, False), _name(then_))
        case tree.Pipe(stages=stages):
            yield from (Region(s.module.span, Test(s.guard, True)) for s in stages if s.guard is not None)
        case _:
            pass
    for child in children(node):
        yield from _regions(child)


def _name(node: tree.Expression) -> str:
    return node.text if isinstance(node, tree.Name) else ""


def _before(node: tree.Node, tests: set[tree.Expression]) -> Iterator[Span]:
    """Yield the text of what flows into steps that depend on a test."""
    if isinstance(node, tree.Pipe):
        texts = [node.value.span, *(module_of(stage).span for stage in node.stages)]
        for position, stage in enumerate(node.stages):
            if stage.guard in tests:
                yield texts[position]
                yield from (texts[i] for i in _source(node.stages, position))
    for child in children(node):
        yield from _before(child, tests)


def module_of(stage: tree.Stage) -> tree.Expression:
    """Return the module of a step, without its label."""
    return stage.module.module if isinstance(stage.module, tree.Labelled) else stage.module


def _source(stages: Sequence[tree.Stage], position: int) -> Iterator[int]:
    """Yield the steps before one whose outcome flows into it where those between are missing, as places of texts."""
    while position > 0 and stages[position - 1].guard is not None:
        position -= 1
        yield position


# -- statements ----------------------------------------------------------------------------------


@record
class Column:
    """One statement of a class: what it is in the instances that have it, and the tests around it."""

    tests: tuple[Test, ...]
    entries: tuple[tuple[int, Statement], ...]


Truths = Mapping[tree.Expression, bool]
Key = Callable[[Statement], object]


def lined_up(bodies: Sequence[Sequence[Statement]], truths: Sequence[Truths], key: Key) -> tuple[Column, ...] | None:
    """Return the statements of bodies side by side, None where they differ in more than their guards.

    `truths` are the answers of each instance, `key` is what statements of one column share.
    """
    found: list[Column] = []
    places = [0] * len(bodies)
    while any(place < len(body) for place, body in zip(places, bodies, strict=True)):
        heads = [body[place] if place < len(body) else None for place, body in zip(places, bodies, strict=True)]
        column = next((one for one in (_column(head, heads, truths, key) for head in heads) if one is not None), None)
        if column is None:
            return None
        for index, _ in column.entries:
            places[index] += 1
        found.append(column)
    return tuple(found)


def _column(
    wanted: Statement | None, heads: Sequence[Statement | None], truths: Sequence[Truths], key: Key
) -> Column | None:
    """Return the column of a statement, None where one of the instances that must have it goes on otherwise."""
    if wanted is None:
        return None
    tests, inner = opened(wanted)
    entries: list[tuple[int, Statement]] = []
    for index, (head, truth) in enumerate(zip(heads, truths, strict=True)):
        if not stands(truth, tests):
            continue
        if head is None or opened(head)[0] != tests or key(opened(head)[1]) != key(inner):
            return None
        entries.append((index, opened(head)[1]))
    return Column(tests, tuple(entries))


def stands(truth: Truths, tests: Sequence[Test]) -> bool:
    """Say whether an instance is on the side of every test."""
    return all(truth.get(test.expression) is test.holds for test in tests)


def opened(statement: Statement) -> tuple[tuple[Test, ...], Statement]:
    """Return the tests around a statement, and the statement."""
    return (statement.tests, statement.statement) if isinstance(statement, Guarded) else ((), statement)


def under(tests: tuple[Test, ...], statement: Statement) -> Statement:
    """Return a statement with tests around it."""
    return Guarded(tests, statement) if tests else statement
