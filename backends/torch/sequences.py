"""Sequences: the modules of an `nn.Sequential`, and what the author wrote for each of them."""

from __future__ import annotations

from dataclasses import replace

from archc.backends.torch.code import Known
from archc.backends.torch.evaluation import Undefined, evaluate
from archc.backends.torch.translation import Declined, translate
from archc.graph.ir import Apply, Graph, GraphKind, Leaf, Operands, Site, Value, WeightRef
from archc.graph.static import Static
from archc.syntax import tree


def item_site(site: Site, index: int, count: int) -> Site:
    """Return the site of one entry of a list: its expression, with the loop's variable among the names."""
    expression = site.expression
    if isinstance(expression, tree.Sequence) and len(expression.items) == count:
        return replace(site, expression=_module(expression.items[index]))
    if isinstance(expression, tree.Comprehension) and len(expression.clauses) == 1:
        (clause,) = expression.clauses
        rounds = _rounds(clause.iterable, dict(site.names))
        if len(clause.names) == 1 and clause.condition is None and len(rounds) == count:
            names = (*site.names, (clause.names[0], rounds[index]))
            return Site(site.span, _module(expression.item), names)
    return replace(site, expression=None)


def _module(item: tree.Expression | tree.Labelled) -> tree.Expression:
    return item.module if isinstance(item, tree.Labelled) else item


def _rounds(iterable: tree.Expression, names: dict[str, Static]) -> tuple[Static, ...]:
    """Return the values that a loop's variable takes, nothing where they cannot be told."""
    try:
        found = evaluate(translate(iterable, Known), names)
    except (Declined, Undefined):
        return ()
    return found if isinstance(found, tuple) else ()


def is_numbered(graph: Graph) -> bool:
    """Say whether a sequence's children are 0, 1, ..., as `nn.Sequential` counts."""
    return all(node.label in (str(i), None) for i, node in enumerate(graph.nodes))


def as_block(graph: Graph) -> Graph:
    """Return a sequence that `nn.Sequential` cannot be as a block."""
    return replace(graph, kind=GraphKind.BLOCK, name=graph.name or "sequence")


def lone(node: Apply, leaf: Leaf) -> Graph:
    """Return an operator as a block of its own, its weights at the block's path: for where only a module can stand."""
    inputs: list[Value] = []
    operands: list[Operands] = []
    for operand in node.operands:
        if isinstance(operand, WeightRef):
            operands.append(replace(operand, path=operand.path.rsplit(".", 1)[-1]))
        else:
            operands.append(operand)
            inputs.extend([operand] if isinstance(operand, Value) else [])
    inner = replace(node, operands=tuple(operands), label="" if leaf.weights else None, site=Site(node.site.span))
    return Graph(
        kind=GraphKind.BLOCK,
        name=node.operator.name,
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
