"""Ways through a graph: every body once, every instance with its path, every weight with its name.

A body is worked once however often it is repeated, and no walk recurses, so neither a thousand layers nor a
thousand levels of nesting are a matter of time or of the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, groupby
from typing import NamedTuple, TypeVar

from archc.graph.ir import (
    Apply,
    Call,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    Operator,
    TensorType,
    Value,
    Weight,
)
from archc.graph.static import Dim
from archc.records import record

T = TypeVar("T")


class CyclicGraphError(ValueError):
    """A graph that contains itself, which no elaboration can produce."""


def flatten(operands: Iterable[Operands]) -> Iterator[Operand]:
    """Yield the operands in order, lists opened and absent ones left out."""
    for operand in operands:
        if isinstance(operand, tuple):
            yield from operand
        elif operand is not None:
            yield operand


def values(operands: Iterable[Operands]) -> Iterator[Value]:
    """Yield the tensors of this graph among the operands, in order."""
    return (operand for operand in flatten(operands) if isinstance(operand, Value))


def children(graph: Graph) -> Iterator[Graph]:
    """Yield the graphs that a graph holds under its labels and calls, in order, with repetitions."""
    for module in graph.modules:
        if isinstance(module.content, Graph):
            yield module.content
    for node in graph.nodes:
        if isinstance(node, Call):
            yield node.graph


def bodies(graph: Graph) -> tuple[Graph, ...]:
    """Return every distinct graph inside `graph` once, each after those that it holds, itself last.

    Raises CyclicGraphError where a graph holds itself.
    """
    return tuple(_inside_out(graph, children))


def top_down(graph: Graph) -> tuple[Graph, ...]:
    """Return every distinct graph inside `graph` once, each before those that it holds, in the order of their use."""
    return tuple(reversed(_inside_out(graph, lambda body: reversed(tuple(children(body))))))


def _inside_out(graph: Graph, children_of: Callable[[Graph], Iterator[Graph]]) -> dict[Graph, None]:
    done: dict[Graph, None] = {}
    open_ = {graph: children_of(graph)}
    while open_:
        body, rest = next(reversed(open_.items()))
        child = next((one for one in rest if one not in done), None)
        if child is None:
            del open_[body]
            done[body] = None
        elif child in open_:
            raise CyclicGraphError(child.name)
        else:
            open_[child] = children_of(child)
    return done


def fold(graph: Graph, rule: Callable[[Graph, Mapping[Graph, T]], T]) -> T:
    """Return `rule` of `graph`, computed from the inside out: `rule` gets a body and the results of all it holds."""
    return fold_all(graph, rule)[graph]


def fold_all(graph: Graph, rule: Callable[[Graph, Mapping[Graph, T]], T]) -> dict[Graph, T]:
    """Return `rule` of `graph` and of every body inside it, see `fold`."""
    results: dict[Graph, T] = {}
    for body in bodies(graph):
        results[body] = rule(body, results)
    return results


def transform(graph: Graph, rule: Callable[[Graph], Graph]) -> Graph:
    """Return `graph` with `rule` applied to every body from the inside out; shared bodies stay shared."""
    return fold(graph, lambda body, done: rule(_rebuilt(body, done)))


def _rebuilt(body: Graph, done: Mapping[Graph, Graph]) -> Graph:
    if all(done[child] is child for child in children(body)):
        return body
    return replace(
        body,
        modules=tuple(_with_content(module, done) for module in body.modules),
        nodes=tuple(replace(node, graph=done[node.graph]) if isinstance(node, Call) else node for node in body.nodes),
    )


def _with_content(module: Module, done: Mapping[Graph, Graph]) -> Module:
    content = module.content
    return replace(module, content=done[content]) if isinstance(content, Graph) else module


# -- paths ---------------------------------------------------------------------------------------


def join(path: str, label: str) -> str:
    """Return the path of `label` inside `path`, where "" is the place itself."""
    return f"{path}.{label}" if path and label else path or label


class Instance(NamedTuple):
    """What lives at a path; `alias_of` is the path of the owner where the weights have another name already."""

    path: str
    content: Graph | Leaf
    alias_of: str | None


def instances(graph: Graph) -> Iterator[Instance]:
    """Yield the graph itself (path "") and all that lives under its labels, parents before children, in order."""
    pending = [Instance("", graph, None)]
    while pending:
        instance = pending.pop()
        yield instance
        if isinstance(instance.content, Graph):
            pending.extend(_inside(instance, module) for module in reversed(instance.content.modules))


def _inside(parent: Instance, module: Module) -> Instance:
    owner = None if parent.alias_of is None and module.alias_of is None else parent.alias_of or parent.path
    label = module.label if module.alias_of is None else module.alias_of
    return Instance(
        join(parent.path, module.label), module.content, alias_of=None if owner is None else join(owner, label)
    )


class Placed(NamedTuple):
    """A weight and its full path."""

    path: str
    weight: Weight


class Alias(NamedTuple):
    """A second name of a weight, and the name that owns it."""

    path: str
    owner: str


@record
class Inventory:
    """The weights of a graph by path, in declaration order, and the second names that some of them have."""

    weights: tuple[Placed, ...]
    aliases: tuple[Alias, ...]

    def names(self) -> Iterator[str]:
        """Yield the path of every weight and every second name."""
        yield from (weight.path for weight in self.weights)
        yield from (alias.path for alias in self.aliases)

    def table(self) -> dict[str, Weight]:
        """Return the weight that each name, second names included, stands for."""
        table = {placed.path: placed.weight for placed in self.weights}
        table.update({alias.path: table[alias.owner] for alias in self.aliases if alias.owner in table})
        return table


def inventory(graph: Graph) -> Inventory:
    """Return all weights of a graph: its own before those of its modules, each once."""
    return fold(graph, inventory_of)


def weights(graph: Graph) -> tuple[Placed, ...]:
    """Return every weight of a graph once, with its full path, in declaration order."""
    return inventory(graph).weights


def aliases(graph: Graph) -> tuple[Alias, ...]:
    """Return the second names of weights, in declaration order."""
    return inventory(graph).aliases


def inventory_of(graph: Graph, below: Mapping[Graph, Inventory]) -> Inventory:
    """Return the inventory of one body, given those of the graphs that it holds: the rule for `fold`."""
    placed = [Placed(weight.name, weight) for weight in graph.weights]
    names: list[Alias] = []
    for module in graph.modules:
        inside = module_inventory(module, below)
        owner = module.label if module.alias_of is None else module.alias_of
        if module.alias_of is None:
            placed += [Placed(join(owner, path), weight) for path, weight in inside.weights]
        else:
            names += [Alias(join(module.label, path), join(owner, path)) for path, _ in inside.weights]
        names += [Alias(join(module.label, alias.path), join(owner, alias.owner)) for alias in inside.aliases]
    return Inventory(tuple(placed), tuple(names))


def module_inventory(module: Module, below: Mapping[Graph, Inventory]) -> Inventory:
    """Return the weights below a label, by their paths from there."""
    content = module.content
    if isinstance(content, Graph):
        return below[content]
    return Inventory(tuple(Placed(weight.name, weight) for weight in content.weights), ())


def contents(body: Graph, path: str) -> Iterator[Leaf | Graph]:
    """Yield what lives at a path below a body; several things may where labels are "" for the place itself."""
    for module in body.modules:
        if module.label == path:
            yield module.content
        if isinstance(module.content, Graph) and path.startswith(module.label):
            inner = path[len(module.label) :]
            if not module.label or inner.startswith("."):
                yield from contents(module.content, inner.removeprefix("."))


def operators(graph: Graph) -> dict[str, Operator]:
    """Return the operators that a graph uses, by name: what reading its text form needs."""
    used = (node.operator for body in bodies(graph) for node in body.nodes if isinstance(node, Apply))
    held = (module.content for body in bodies(graph) for module in body.modules)
    leaves = (content.operator for content in held if isinstance(content, Leaf))
    return {operator.name: operator for operator in chain(used, leaves)}


# -- names ---------------------------------------------------------------------------------------


def caption(content: Graph | Leaf | Node) -> str:
    """Return what people call it: the name of the block or operator, `[conv, layernorm]` for a sequence."""
    if isinstance(content, Call):
        content = content.graph
    if not isinstance(content, Graph):
        return content.operator.name
    if content.kind is not GraphKind.SEQUENCE:
        return content.name
    runs = [(name, len(tuple(run))) for name, run in groupby(map(caption, content.nodes))]
    shown = [name if count == 1 else f"{name} ×{count}" for name, count in runs[:3]] + ["…"] * (len(runs) > 3)
    return f"[{', '.join(shown)}]"


# -- values --------------------------------------------------------------------------------------


def producers(graph: Graph) -> dict[int, Node | None]:
    """Return the node that defines each value, by the value's id; None for the graph's inputs."""
    found: dict[int, Node | None] = {value.id: None for value in graph.inputs}
    found.update({value.id: node for node in graph.nodes for value in node.results})
    return found


def consumers(graph: Graph) -> dict[int, tuple[Node, ...]]:
    """Return the nodes that use each value, in program order, by the value's id; a node is named once a value."""
    uses: dict[int, list[Node]] = {value.id: [] for value in graph.inputs}
    uses.update({value.id: [] for node in graph.nodes for value in node.results})
    for node in graph.nodes:
        for identity in dict.fromkeys(value.id for value in values(node.operands)):
            uses[identity].append(node)
    return {identity: tuple(nodes) for identity, nodes in uses.items()}


def types(graph: Graph) -> Iterator[TensorType]:
    """Yield the types of one body's inputs, weights and results, in order."""
    yield from (value.type for value in graph.inputs)
    yield from (weight.type for weight in graph.weights)
    yield from (value.type for node in graph.nodes for value in node.results)


def free_symbols(graph: Graph) -> tuple[str, ...]:
    """Return the names of the sizes that a graph leaves free: the inputs' as they stand, then the others by name."""
    first = [name for value in graph.inputs for dim in value.type.shape for name in symbol_names(dim)]
    rest = {
        name for body in bodies(graph) for type_ in types(body) for dim in type_.shape for name in symbol_names(dim)
    }
    return tuple(dict.fromkeys(first + sorted(rest)))


def symbol_names(dim: Dim) -> tuple[str, ...]:
    """Return the names of the symbols in a dim, sorted."""
    return () if isinstance(dim, int) else tuple(sorted(str(symbol) for symbol in dim.free_symbols))
