"""Arithmetic that changes nothing goes: sums with zero, products with one, pads by nothing.

Computed weights are full of it, because the library's rules are written for the general case: a convolution without a
bias has the bias zero, and a batch norm folded into it the bias `(0 - mean) * scale + beta`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from archc.graph import walk
from archc.graph.ir import Apply, Constant, Graph, Node, Operand, Operands, Value, WeightRef
from archc.records import record


@record
class Body:
    """What a rule sees of a body: the node that makes each value, by the value's id, and the first id that is free."""

    makers: Mapping[int, Apply]
    free: int

    def made_by(self, name: str, operand: Operands) -> Apply | None:
        """Return the node that makes an operand, if it is of this operator."""
        maker = self.makers.get(operand.id) if isinstance(operand, Value) else None
        return maker if maker is not None and maker.operator.name == name else None


Result = Operand | tuple[Apply, ...] | None
"""What a node becomes: another operand, nodes of which the last one makes its value, or None where it stays."""
Rule = Callable[[Apply, Body], Result]


def without_identities(body: Graph) -> Graph:
    """Return one body, which holds no others, without arithmetic that changes nothing."""
    makers: dict[int, Apply] = {}
    nodes: list[Node] = []
    swaps: dict[int, Operand] = {}
    free = 1 + max((value.id for node in body.nodes for value in node.results), default=0)
    for node in body.nodes:
        node = replace(node, operands=tuple(swapped(operand, swaps) for operand in node.operands))
        made = _changed(node, Body(makers, free + len(nodes))) if isinstance(node, Apply) else None
        if made is not None and not isinstance(made, tuple):
            swaps[node.results[0].id] = made
            continue
        for one in made or (node,):
            nodes.append(one)
            makers.update({value.id: one for value in one.results} if isinstance(one, Apply) else {})
    outputs = tuple(swapped(operand, swaps) for operand in body.outputs)
    return renumbered(replace(body, nodes=needed(nodes, outputs), outputs=outputs))


def _changed(node: Apply, body: Body) -> Result:
    for rule in RULES.get(node.operator.name, ()):
        made = rule(node, body)
        if made is not None:
            return made
    return None


# -- rules ---------------------------------------------------------------------------------------


def _neutral(number: float, *places: int) -> Rule:
    """A number at one of these places leaves the other operand as it is."""

    def rule(node: Apply, _: Body) -> Result:
        for place in places:
            other = node.operands[1 - place]
            if _is_number(node.operands[place], number) and _is_like(other, node):
                return other  # type: ignore[return-value]
        return None

    return rule


def _same(node: Apply, _: Body) -> Result:
    """What has the shape that it had, because there is nothing to add."""
    return node.operands[0] if _is_like(node.operands[0], node) and _adds_nothing(node) else None  # type: ignore[return-value]


def _difference(node: Apply, body: Body) -> Result:
    """`(0 - a) * b + c` is `c - a * b`."""
    product = body.made_by("mul", node.operands[0])
    negated = body.made_by("sub", product.operands[0]) if product else None
    if product is None or negated is None or not _is_number(negated.operands[0], 0.0):
        return None
    if any(dict(one.attributes).get("axis") is not None for one in (node, product, negated)):
        return None
    made = replace(product.results[0], id=body.free)
    multiplied = replace(product, operands=(negated.operands[1], product.operands[1]), results=(made,))
    return multiplied, replace(negated, operands=(node.operands[1], made), results=node.results)


RULES: Mapping[str, tuple[Rule, ...]] = {
    "add": (_neutral(0.0, 0, 1), _difference),
    "sub": (_neutral(0.0, 1),),
    "mul": (_neutral(1.0, 0, 1),),
    "div": (_neutral(1.0, 1),),
    "pad": (_same,),
    "reshape": (_same,),
    "spread": (_same,),
}


def _is_number(operand: Operands, number: float) -> bool:
    return isinstance(operand, Constant) and not isinstance(operand.value, tuple) and operand.value == number


def _is_like(operand: Operands, node: Apply) -> bool:
    """Say whether an operand has the type of what a node makes of it."""
    return isinstance(operand, Value | WeightRef) and operand.type == node.results[0].type


def _adds_nothing(node: Apply) -> bool:
    amounts = dict(node.attributes).get("by")
    return node.operator.name != "pad" or (isinstance(amounts, tuple) and not any(amounts))


# -- the body ------------------------------------------------------------------------------------


def swapped(operand: Operands, swaps: Mapping[int, Operand]) -> Operands:
    """Return an operand with values replaced by what they became."""
    if isinstance(operand, tuple):
        return tuple(one for part in operand for one in walk.flatten((swapped(part, swaps),)))
    return swaps.get(operand.id, operand) if isinstance(operand, Value) else operand


def needed(nodes: Sequence[Node], outputs: tuple[Operands, ...]) -> tuple[Node, ...]:
    """Return the nodes that something needs."""
    used = {value.id for value in walk.values(outputs)}
    kept: list[Node] = []
    for node in reversed(nodes):
        if used & {value.id for value in node.results}:
            kept.append(node)
            used.update(value.id for value in walk.values(node.operands))
    return tuple(reversed(kept))


def renumbered(body: Graph) -> Graph:
    """Return a body whose values are numbered in the order in which they are made."""
    defined = (*body.inputs, *(value for node in body.nodes for value in node.results))
    new: dict[int, Operand] = {value.id: replace(value, id=i) for i, value in enumerate(defined)}

    def results(values: tuple[Value, ...]) -> Iterator[Value]:
        return (one for one in (new[value.id] for value in values) if isinstance(one, Value))

    nodes = (
        replace(
            node,
            operands=tuple(swapped(operand, new) for operand in node.operands),
            results=tuple(results(node.results)),
        )
        for node in body.nodes
    )
    outputs = tuple(swapped(operand, new) for operand in body.outputs)
    return replace(body, inputs=tuple(results(body.inputs)), nodes=tuple(nodes), outputs=outputs)
