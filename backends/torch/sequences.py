"""Sequences: the modules of an `nn.Sequential`, and what the author wrote for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from archc.backends.torch.code import Hint, Known
from archc.backends.torch.evaluation import Scope, Undefined, evaluate
from archc.backends.torch.translation import Declined, translate
from archc.graph.ir import Apply, Graph, GraphKind, Leaf, Operands, Site, Value, WeightRef
from archc.graph.static import Static
from archc.syntax import tree

Lets = Mapping[str, tree.Expression]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the author wrote for one entry of a list, and for the number of rounds where a comprehension makes it."""

    site: Site
    count: Hint | None = None


def entry_of(site: Site, index: int, count: int, lets: Lets) -> Entry:
    """Return what the author wrote for one of `count` entries; `lets` say what names of lists stand for."""
    expression = site.expression
    if isinstance(expression, tree.Name) and expression.text in lets:
        return entry_of(replace(site, expression=lets[expression.text]), index, count, lets)
    if isinstance(expression, tree.Conditional):
        return _chosen(site, expression, index, count, lets)
    if isinstance(expression, tree.Binary) and expression.operator is tree.Operator.JOIN:
        return _joined(site, expression, index, count, lets)
    if isinstance(expression, tree.Sequence) and len(expression.items) == count:
        return Entry(replace(site, expression=_module(expression.items[index])))
    rounds = _rounds(expression, dict(site.names))
    if isinstance(expression, tree.Comprehension) and len(rounds) == count:
        (clause,) = expression.clauses
        names = (*site.names, (clause.names[0], rounds[index]))
        return Entry(Site(site.span, _module(expression.item), names), _number_of(clause.iterable, site))
    return Entry(replace(site, expression=None))


def _chosen(site: Site, expression: tree.Conditional, index: int, count: int, lets: Lets) -> Entry:
    test = static(expression.test, dict(site.names))
    if not isinstance(test, bool):
        return Entry(replace(site, expression=None))
    chosen = expression.then if test else expression.otherwise
    return entry_of(replace(site, expression=chosen), index, count, lets)


def _joined(site: Site, expression: tree.Binary, index: int, count: int, lets: Lets) -> Entry:
    """An entry of `a ++ b`, where the length of b can be told."""
    last = len(_rounds(expression.right, dict(site.names)))
    first = count - last
    if last and index >= first:
        return entry_of(replace(site, expression=expression.right), index - first, last, lets)
    return entry_of(replace(site, expression=expression.left if last else None), index, first, lets)


def _module(item: tree.Expression | tree.Labelled) -> tree.Expression:
    return item.module if isinstance(item, tree.Labelled) else item


def _rounds(expression: tree.Expression | None, names: Scope) -> tuple[Static, ...]:
    """Return the values that a comprehension's variable takes, nothing where they cannot be told."""
    if not isinstance(expression, tree.Comprehension) or len(expression.clauses) != 1:
        return ()
    (clause,) = expression.clauses
    found = static(clause.iterable, names) if len(clause.names) == 1 and clause.condition is None else None
    return found if isinstance(found, tuple) else ()


def static(expression: tree.Expression, names: Scope) -> Static:
    """Return the value of a static expression, None where it cannot be told."""
    try:
        return evaluate(translate(expression, Known), names)
    except (Declined, Undefined):
        return None


def _number_of(iterable: tree.Expression, site: Site) -> Hint | None:
    """Return what the author wrote for the length of `0..n`."""
    is_range = isinstance(iterable, tree.Binary) and iterable.operator is tree.Operator.RANGE
    if isinstance(iterable, tree.Binary) and is_range and iterable.left == tree.Number(iterable.span, 0, "0"):
        return Hint(iterable.right, site.names)
    return None


def is_numbered(graph: Graph) -> bool:
    """Say whether a sequence's children are 0, 1, ..., as `nn.Sequential` counts, each of what the one before gives."""
    return all(node.label in (str(i), None) for i, node in enumerate(graph.nodes)) and is_chain_of_modules(graph)


def is_chain_of_modules(graph: Graph) -> bool:
    """Say whether each node reads the one tensor that the node before it makes, and the last one makes the output."""
    if len(graph.inputs) != 1 or any(len(node.results) != 1 for node in graph.nodes):
        return False
    flowing = (graph.inputs[0], *(node.results[0] for node in graph.nodes))
    uses = [[o for o in node.operands if isinstance(o, Value)] for node in graph.nodes]
    return all(used == [value] for used, value in zip(uses, flowing, strict=False)) and graph.outputs == (flowing[-1],)


def as_block(graph: Graph) -> Graph:
    """Return a sequence that `nn.Sequential` cannot be as a block."""
    return replace(graph, kind=GraphKind.BLOCK, name=graph.name or "sequence")


def lone(node: Apply, leaf: Leaf, name: str) -> Graph:
    """Return an operator as a block of its own, its weights at the block's path: for where only a module can stand."""
    names = iter(("x", "y", "z"))  # what the block around calls them is no matter of this one
    inputs: list[Value] = []
    operands: list[Operands] = []
    for operand in node.operands:
        if isinstance(operand, WeightRef):
            operands.append(replace(operand, path=operand.path.rsplit(".", 1)[-1]))
        elif isinstance(operand, Value):
            if all(one.id != operand.id for one in inputs):
                inputs.append(replace(operand, name=next(names, operand.name)))
            operands.append(next(one for one in inputs if one.id == operand.id))
        else:
            operands.append(operand)
    inner = replace(node, operands=tuple(operands), label="" if leaf.weights else None, site=Site(node.site.span))
    return Graph(
        kind=GraphKind.BLOCK,
        name=name,
        doc="",
        arguments=(),
        dims=(),
        inputs=tuple(inputs),
        weights=leaf.weights,
        modules=(),
        nodes=(inner,),
        outputs=node.results,
        output_names=(None,) * len(node.results),
    )
