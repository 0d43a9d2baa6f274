"""Re-parameterisation in the generated source: how a block with two forms becomes its inference form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from archc.backends.torch.code import (
    SELF,
    Assign,
    Code,
    Construct,
    Dictionary,
    Hint,
    Item,
    Listing,
    Literal,
    Member,
    Name,
    Node,
    Perform,
    Return,
    Started,
    Statement,
    call,
    item,
    method,
    rebuild,
    walk,
)
from archc.backends.torch.fitting import operator_module
from archc.backends.torch.forward import Writer
from archc.backends.torch.instance import Instance
from archc.backends.torch.norms import recognised
from archc.backends.torch.splicing import Splicer
from archc.backends.torch.variables import Variables
from archc.graph.ir import Apply, Graph, Leaf, Site, Value, WeightRef
from archc.graph.program import FormMerge
from archc.syntax import tree

INFERENCE, STATE = Name("inference"), Name("state")
TYPED_STATE = Name("state: dict[str, Tensor]")


@dataclass(frozen=True, slots=True)
class Merging:
    """The inference form of one block, and its weights by their paths as a graph over the weights of the block."""

    deployed: Instance | tuple[Apply, Leaf]
    targets: tuple[str, ...]
    weights: Graph


N = TypeVar("N", bound=Node)
Mergings = Mapping[Graph, Merging]
"""By the prepared graph of the training form."""


def mergings_of(merges: Iterable[FormMerge], splicer: Splicer) -> dict[Graph, Merging]:
    """Return the merges of blocks whose graphs are made ready for printing."""
    found: dict[Graph, Merging] = {}
    for one in merges:
        trained, weights = splicer.prepare(one.trained), splicer.prepare(one.weights)
        if isinstance(one.deployed, Leaf):
            found[trained] = Merging((_alone(one), one.deployed), one.targets, weights)
        else:
            inner = splicer.prepare(one.deployed)
            found[trained] = Merging(Instance(inner, inner), one.targets, weights)
    return found


def _alone(merge: FormMerge) -> Apply:
    """Return the use of an operator which is all that a block becomes."""
    trained, leaf = merge.trained, merge.deployed
    assert isinstance(leaf, Leaf) and trained.span is not None
    owned = {weight.name: WeightRef(f"{trained.name}.{weight.name}", weight.type) for weight in leaf.weights}
    weights = tuple(owned.get(slot) for slot in leaf.operator.weights)
    results = tuple(value for value in trained.outputs if isinstance(value, Value))
    site = merge.site or Site(trained.span)
    return Apply(leaf.operator, leaf.attributes, (*trained.inputs, *weights), results, trained.name, site)


# -- the method ----------------------------------------------------------------------------------


def reparameterisation(instance: Instance, merging: Merging, taken: Iterable[str]) -> tuple[Statement, ...]:
    """Return the body of the method that makes the inference form of an instance."""
    made = recognised(merging.weights)
    graph = _named(replace(made, modules=instance.infer.modules, weights=instance.infer.weights), merging)
    names = {*taken, INFERENCE.text, STATE.text}
    _, statements = Variables(graph, Writer(graph, {}).write(), names).run()
    *before, last = statements
    assert isinstance(last, Return)
    values = last.value.items if isinstance(last.value, Listing) and len(graph.outputs) > 1 else (last.value,)
    entries = list(zip(merging.targets, values, strict=True))
    kept = [(target, value) for target, value in entries if isinstance(value, Member | Item)]
    return (
        Assign((TYPED_STATE,), Dictionary(tuple(Literal(t) for t, _ in kept), tuple(value for _, value in kept))),
        *_stored(before, [entry for entry in entries if entry not in kept]),
        Assign((INFERENCE,), _constructed(instance, merging)),
        Perform(method(method(INFERENCE, "to", call("next", method(SELF, "parameters"))), "load_state_dict", STATE)),
        Return(method(INFERENCE, "train", Member(SELF, "training"))),
    )


def _stored(statements: list[Statement], entries: list[tuple[str, Code]]) -> Iterator[Statement]:
    """Yield statements with every computed weight put into the state as soon as it is there."""
    last = {name: i for i, s in enumerate(statements) if isinstance(s, Assign) for name in s.targets}
    read = Counter(p for s in statements if isinstance(s, Assign) for p in walk(s.value) if isinstance(p, Name))
    for i, statement in enumerate(statements):
        due = [item(STATE, target) for target, value in entries if last.get(value) == i]
        if due and isinstance(statement, Assign) and not read[cast(Name, statement.targets[0])]:
            yield Assign((*due,), statement.value)
            continue
        yield statement
        for place in due:
            yield Assign((place,), cast(Assign, statement).targets[0])
    yield from (Assign((item(STATE, target),), value) for target, value in entries if value not in last)


def _constructed(instance: Instance, merging: Merging) -> Code:
    """Return the constructor of the inference form; its weights are given, so it does not matter how they begin."""
    if isinstance(merging.deployed, Instance):
        return Construct(merging.deployed, _same_arguments(instance))
    node, leaf = merging.deployed
    return unbegun(operator_module(node, leaf, node.site, instance.name))


def _same_arguments(instance: Instance) -> tuple[tuple[str, Hint], ...]:
    """Say that the inference form has the arguments of the block itself, by their names."""
    scope = tuple(instance.scope().items())
    span = instance.train.span
    assert span is not None
    return tuple((name, Hint(tree.Name(span, name), scope)) for name, _ in scope)


def unbegun(node: N) -> N:
    """Return code whose modules begin as PyTorch begins them."""

    def rule(piece: Node) -> Node:
        return rule(piece.module) if isinstance(piece, Started) else rebuild(piece, rule)

    return rule(node)  # type: ignore[return-value]


# -- names ---------------------------------------------------------------------------------------


def _named(graph: Graph, merging: Merging) -> Graph:
    """Return the computed weights under the names of what they are for."""
    computed = {o.id: t for o, t in zip(graph.outputs, merging.targets, strict=True) if isinstance(o, Value)}
    names = dict(zip(computed, short_names(list(computed.values())), strict=True))

    def results(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(replace(value, name=names.get(value.id, value.name)) for value in values)

    return replace(graph, nodes=tuple(replace(node, results=results(node.results)) for node in graph.nodes))


def short_names(paths: list[str]) -> list[str]:
    """Return the last components of each path that tell it from the others, none that begins with a number."""
    return [_short(path, paths) for path in paths]


def _short(path: str, paths: list[str]) -> str:
    parts = path.split(".")
    start = 0
    for start in reversed(range(len(parts))):
        ending = ".".join(parts[start:])
        is_alone = sum(f".{other}".endswith(f".{ending}") for other in paths) == 1
        if is_alone and not parts[start].isdigit():
            break
    return "_".join(parts[start:])
