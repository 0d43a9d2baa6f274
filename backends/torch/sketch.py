"""Sketches: the class that one instance alone would have, with a hole for every number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from archc.backends.torch.code import SELF, Assign, Block, Branch, Call, Code, Listing, Member, Name, Rolled, Statement
from archc.backends.torch.counting import counting
from archc.backends.torch.evaluation import Scope
from archc.backends.torch.fitting import Fitter
from archc.backends.torch.forward import Form, Writer
from archc.backends.torch.guards import NONE, Column, Guards, Key, lined_up
from archc.backends.torch.instance import Instance
from archc.backends.torch.merging import Mergings, reparameterisation
from archc.backends.torch.names import identifier
from archc.backends.torch.rolling import erased, rolled
from archc.backends.torch.variables import Variables
from archc.backends.torch.weights import draws, own_weights
from archc.graph.ir import Graph
from archc.syntax.tree import Expression

Body = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """One instance as a class: what its constructor assigns, how its weights are drawn, how it computes.

    `merge` makes its inference form, where it has one; `answers` are its sides of the tests in its guarded statements.
    """

    instance: Instance
    scope: Scope
    weights: Body
    modules: Body
    draws: Body
    inputs: tuple[str, ...]
    body: Body
    lengths: Mapping[Code, int]
    merge: Body = ()
    answers: Mapping[Expression, bool] = field(default_factory=dict)


def sketch_of(instance: Instance, taken: Iterable[str], mergings: Mergings, guards: Guards = NONE) -> Sketch:
    """Return the sketch of an instance. `taken` are names that no variable may have, `guards` say what is a side."""
    sizes = {identifier(name) for name, _ in instance.train.dims}
    taken = sizes.union(taken)
    fitter = Fitter(instance, guards)
    modules = fitter.statements()
    inputs, body, lengths = written(instance.train, fitter.forms, taken, guards)
    if instance.infer is not instance.train:
        _, other, _ = written(instance.infer, fitter.forms, taken, guards)
        body = branched(body, other)
    lengths = {**lengths, **_list_lengths(modules)}
    weights = own_weights(instance)
    merging = mergings.get(instance.infer)
    merge = reparameterisation(instance, merging, taken) if merging else ()
    answers = guards.answers(instance)
    return Sketch(instance, instance.scope(), weights, modules, draws(instance), inputs, body, lengths, merge, answers)


def written(
    graph: Graph, forms: Mapping[str, Form], taken: Iterable[str], guards: Guards = NONE
) -> tuple[tuple[str, ...], Body, dict[Code, int]]:
    """Return the names of a graph's inputs, its statements, and how many entries the variables have that are lists."""
    variables = Variables(graph, Writer(graph, forms, guards).write(), taken, guards.names(graph))
    inputs, statements = variables.run()
    return inputs, rolled(statements, counting(graph)), variables.lengths


def _list_lengths(modules: Body) -> dict[Code, int]:
    found: dict[Code, int] = {}
    for statement in modules:
        value = statement.value if isinstance(statement, Assign) else None
        if isinstance(statement, Assign) and isinstance(value, Call) and value.function == Name("nn.ModuleList"):
            listing = value.arguments[0].value
            found[statement.targets[0]] = len(listing.items) if isinstance(listing, Listing) else -1
    return found


def branched(train: Body, infer: Body) -> Body:
    """Return one body for both modes: what they share in front, then a branch."""
    if train == infer:
        return train
    shared = 0
    while train[shared] == infer[shared]:
        shared += 1
    return (*train[:shared], Branch(Member(SELF, "training"), train[shared:]), *infer[shared:])


def skeleton(sketch: Sketch) -> object:
    """Return what instances must share to be of one class: all but their numbers and the kinds of their modules."""
    targets = tuple(map(targets_of, sketch.modules))
    parts = (sketch.weights, sketch.draws, sketch.body)
    return sketch.instance.definition, targets, sketch.inputs, tuple(tuple(map(erased, part)) for part in parts)


def targets_of(statement: Statement) -> tuple[object, ...]:
    """Return what a statement of a constructor assigns, a loop once for all its rounds."""
    if isinstance(statement, Rolled):
        return targets_of(statement.rounds[0])
    if isinstance(statement, Block):
        return tuple(map(targets_of, statement.body))
    return statement.targets if isinstance(statement, Assign) else ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a class that its sketches must have alike; `key` is what they share of each statement."""

    read: Callable[[Sketch], Body]
    key: Key


MADE = Part(lambda sketch: (*sketch.weights, *sketch.modules), lambda s: targets_of(s) or erased(s))
DRAWN = Part(lambda sketch: sketch.draws, erased)
BODY = Part(lambda sketch: sketch.body, erased)


def columns(sketches: Sequence[Sketch], part: Part) -> tuple[Column, ...] | None:
    """Return the statements of a part of sketches side by side, None where they are of no one class."""
    return lined_up([part.read(sketch) for sketch in sketches], [sketch.answers for sketch in sketches], part.key)


def may_share(sketches: Sequence[Sketch]) -> bool:
    """Say whether sketches can be one class, with branches where the author tests."""
    first = sketches[0]
    alike = all(one.inputs == first.inputs and bool(one.merge) == bool(first.merge) for one in sketches)
    return alike and all(columns(sketches, part) is not None for part in (MADE, DRAWN, BODY))
