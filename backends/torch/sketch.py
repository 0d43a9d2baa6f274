"""Sketches: the class that one instance alone would have, with a hole for every number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archc.backends.torch.code import SELF, Branch, Member, Statement
from archc.backends.torch.evaluation import Scope
from archc.backends.torch.fitting import Fitter
from archc.backends.torch.forward import Writer
from archc.backends.torch.instance import Instance
from archc.backends.torch.names import identifier
from archc.backends.torch.variables import Variables
from archc.backends.torch.weights import draws, own_weights
from archc.graph.ir import Graph

Body = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """One instance as a class: what its constructor assigns, how its weights are drawn, how it computes."""

    instance: Instance
    scope: Scope
    weights: Body
    modules: Body
    draws: Body
    inputs: tuple[str, ...]
    body: Body


def sketch_of(instance: Instance, taken: Iterable[str]) -> Sketch:
    """Return the sketch of an instance. `taken` are names that no variable may have."""
    sizes = {identifier(name) for name, _ in instance.train.dims}
    taken = sizes.union(taken)
    fitter = Fitter(instance)
    modules = tuple(fitter.statements())
    inputs, body = written(instance.train, fitter.called, taken)
    if instance.infer is not instance.train:
        _, other = written(instance.infer, fitter.called, taken)
        body = branched(body, other)
    return Sketch(instance, instance.scope(), own_weights(instance), modules, draws(instance), inputs, body)


def written(graph: Graph, called: frozenset[str], taken: Iterable[str]) -> tuple[tuple[str, ...], Body]:
    """Return the names of a graph's inputs and its statements."""
    statements = Writer(graph, called).write()
    return Variables(graph, statements, taken).run()


def branched(train: Body, infer: Body) -> Body:
    """Return one body for both modes: what they share in front, then a branch."""
    if train == infer:
        return train
    shared = 0
    while train[shared] == infer[shared]:
        shared += 1
    return (*train[:shared], Branch(Member(SELF, "training"), train[shared:]), *infer[shared:])
