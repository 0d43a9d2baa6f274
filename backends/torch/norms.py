"""Batch norms in computed weights: what one multiplies by and adds in inference, as one operator each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archc.graph.ir import Apply, Constant, Graph, Operands, Operator, Value, WeightRef
from archc.rewrites.identities import needed

SCALE = Operator("norm_scale", ("weight",), (), ("eps",), macs=lambda apply: 0, meaning=lambda apply: None)
"""`weight * rsqrt(running_var + eps)`, of the norm that owns the weight."""
SHIFT = Operator("norm_shift", ("bias",), (), ("eps",), macs=lambda apply: 0, meaning=lambda apply: None)
"""`bias - running_mean * scale`, of the norm that owns the bias."""


def recognised(body: Graph) -> Graph:
    """Return a graph of computed weights with the arithmetic of batch norms as operators of their own."""
    makers: dict[int, Apply] = {}
    nodes: list[Apply] = []
    for node in body.nodes:
        assert isinstance(node, Apply), "computed weights hold no blocks"
        made = _scale(node, makers) or _shift(node, makers) or node
        nodes.append(made)
        makers.update({value.id: made for value in made.results})
    return replace(body, nodes=needed(nodes, body.outputs))


def _scale(node: Apply, makers: Mapping[int, Apply]) -> Apply | None:
    root = _made(node.operands[1], "rsqrt", makers) if node.operator.name == "mul" else None
    variance = _made(root.operands[0], "add", makers) if root else None
    owner = _owner(node.operands[0], "weight")
    if variance is None or owner is None or _owner(variance.operands[0], "running_var") != owner:
        return None
    eps = variance.operands[1]
    if not isinstance(eps, Constant) or dict(node.attributes).get("axis") is not None:
        return None
    return replace(node, operator=SCALE, attributes=(("eps", eps.value),), operands=node.operands[:1])


def _shift(node: Apply, makers: Mapping[int, Apply]) -> Apply | None:
    product = _made(node.operands[1], "mul", makers) if node.operator.name == "sub" else None
    scale = _made(product.operands[1], SCALE.name, makers) if product else None
    owner = _owner(node.operands[0], "bias")
    if product is None or scale is None or owner is None:
        return None
    owners = _owner(product.operands[0], "running_mean"), _owner(scale.operands[0], "weight")
    if owners != (owner, owner) or any(dict(one.attributes).get("axis") is not None for one in (node, product)):
        return None
    return replace(node, operator=SHIFT, attributes=scale.attributes, operands=node.operands[:1])


def _made(operand: Operands, name: str, makers: Mapping[int, Apply]) -> Apply | None:
    maker = makers.get(operand.id) if isinstance(operand, Value) else None
    return maker if maker is not None and maker.operator.name == name else None


def _owner(operand: Operands, weight: str) -> str | None:
    """Return the path of the module whose weight of this name an operand is, None where it is another operand."""
    path, _, name = operand.path.rpartition(".") if isinstance(operand, WeightRef) else ("", "", "")
    return path if name == weight and path else None
