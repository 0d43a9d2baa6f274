"""Channels last: runs of operators on axis 1 work on the last axis instead, between one transposition each way.

The texts write `layernorm(axis=1)` and `linear(4 * C, axis=1)` because that says what is mixed; most machines want that
axis last. A region is a connected part of a body whose nodes all have a rule here. It is moved where that saves
transpositions: an operator on axis 1 costs two by itself, a moved region one for everything that enters or leaves it.
Weights keep their names and shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum

from archc.graph import walk
from archc.graph.ir import (
    Apply,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operands,
    Operator,
    Site,
    TensorType,
    Value,
)
from archc.graph.static import Shape, Static
from archc.records import record

PERMUTE = Operator("permute", ("x",), (), ("order",), macs=lambda apply: 0, meaning=lambda apply: None)
"""The transposition that the pass adds; the library's operator of that name."""


class Role(Enum):
    """What an operator does with the channel axis."""

    MIXES = "mixes"  # works along it, and needs it last
    MEETS = "meets"  # has an operand that lies along it
    IGNORES = "ignores"  # is the same in every layout


@record
class Rule:
    """How an operator takes part: its role, and which of its inputs have the layout."""

    role: Role
    inputs: tuple[int, ...] = (0,)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("linear", "layernorm", "rmsnorm"), Rule(Role.MIXES)),
    **dict.fromkeys(("add", "sub", "mul", "div"), Rule(Role.MEETS, (0, 1))),
    **dict.fromkeys(("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "softplus", "mish"), Rule(Role.IGNORES)),
    **dict.fromkeys(("hardsigmoid", "hardswish", "sigmoid", "tanh", "exp", "abs", "neg"), Rule(Role.IGNORES)),
    **dict.fromkeys(("sqrt", "rsqrt", "identity", "dropout", "droppath"), Rule(Role.IGNORES)),
}


def channels_last(graph: Graph) -> Graph:
    """Return a graph in which every body has its channels last wherever that saves transpositions."""
    return walk.transform(graph, moved)


def moved(body: Graph) -> Graph:
    """Return one body with its channels last wherever that saves transpositions."""
    if body.kind is GraphKind.SEQUENCE:
        return body
    for region in regions(body):
        body = Move(body, region).run()
    return body


# -- which nodes take part -----------------------------------------------------------------------


def rule_of(node: Node, body: Graph) -> Rule | None:
    """Return the rule by which a node can be moved, None where it cannot."""
    if not isinstance(node, Apply) or len(node.results) != 1:
        return None
    rule = RULES.get(node.operator.name)
    if rule is None or len(node.results[0].type.shape) < 3:
        return None
    if rule.role is Role.MIXES and dict(node.attributes).get("axis") != 1:
        return None
    if rule.role is Role.MEETS and not _lies_well(node):
        return None
    if rule.role is Role.IGNORES and not _is_blind(node):
        return None
    return rule if _is_alone(node, body) else None


def _is_blind(node: Apply) -> bool:
    """Say whether an operator that could tell channels apart (`each=channel`) does not."""
    return getattr(dict(node.attributes).get("each"), "name", "element") == "element"


def _is_alone(node: Apply, body: Graph) -> bool:
    """Say whether no other node uses the node's module, which is moved with it."""
    return node.label is None or sum(other.label == node.label for other in body.nodes) == 1


def _lies_well(node: Apply) -> bool:
    """Say whether the second operand is a number, lies along the channels, or has the first one's shape."""
    first, second = node.operands[0], node.operands[1]
    if first is None or second is None or isinstance(first, tuple) or isinstance(second, tuple):
        return False
    axis = dict(node.attributes).get("axis")
    if axis is not None:
        return axis in (1, (1,)) and len(second.type.shape) == 1
    if second.type.shape == () or first.type.shape == ():
        return True
    return isinstance(first, Value) and isinstance(second, Value) and first.type.shape == second.type.shape


def _lies_along(node: Node) -> bool:
    """Say whether an operand lies along the channels, which is simplest where they are last."""
    return isinstance(node, Apply) and dict(node.attributes).get("axis") is not None


def laid(node: Apply, rule: Rule) -> tuple[Value, ...]:
    """Return the operands of a node that have the layout."""
    found = [node.operands[i] for i in rule.inputs if i < len(node.operands)]
    rank = len(node.results[0].type.shape)
    return tuple(one for one in found if isinstance(one, Value) and len(one.type.shape) == rank)


# -- regions -------------------------------------------------------------------------------------


@record
class Region:
    """Nodes of a body that are moved together, by position."""

    positions: frozenset[int]


def regions(body: Graph) -> tuple[Region, ...]:
    """Return the regions whose move saves transpositions."""
    rules = {i: rule for i, node in enumerate(body.nodes) if (rule := rule_of(node, body))}
    found = (_trimmed(body, group, rules) for group in _connected(body, rules))
    return tuple(Region(frozenset(group)) for group in found if saves(body, group, rules) > 0)


def _connected(body: Graph, rules: Mapping[int, Rule]) -> list[set[int]]:
    """Return the parts of a body in which nodes with rules feed each other."""
    makers = {body.nodes[i].results[0].id: i for i in rules}
    groups: dict[int, set[int]] = {i: {i} for i in rules}
    for i, rule in rules.items():
        node = body.nodes[i]
        for value in laid(node, rule) if isinstance(node, Apply) else ():
            if value.id in makers and groups[makers[value.id]] is not groups[i]:
                joined = groups[makers[value.id]] | groups[i]
                groups.update(dict.fromkeys(joined, joined))
    return list({id(group): group for group in groups.values()}.values())


def _trimmed(body: Graph, group: set[int], rules: Mapping[int, Rule]) -> set[int]:
    """Return a region without what its ends gain nothing from: all before the first operator that needs the layout,
    and behind the last one what is the same in every layout."""
    needy = {i for i in group if rules[i].role is Role.MIXES}
    reached = _flow(body, needy, group, forwards=True)
    wanted = needy | {i for i in reached if rules[i].role is Role.MEETS and _lies_along(body.nodes[i])}
    return reached & _flow(body, wanted, group, forwards=False)


def _flow(body: Graph, start: set[int], group: set[int], *, forwards: bool) -> set[int]:
    """Return the nodes of a group that lie behind (or before) some of them, these included."""
    edges = _edges(body, group)
    found, pending = set(start), list(start)
    while pending:
        at = pending.pop()
        others = {b for a, b in edges if a == at} if forwards else {a for a, b in edges if b == at}
        pending.extend(others - found)
        found |= others
    return found


def _edges(body: Graph, group: set[int]) -> list[tuple[int, int]]:
    makers = {body.nodes[i].results[0].id: i for i in group}
    return [(makers[value.id], i) for i in group for value in walk.values(body.nodes[i].operands) if value.id in makers]


def saves(body: Graph, group: set[int], rules: Mapping[int, Rule]) -> int:
    """Return how many transpositions the move of a region saves."""
    entering, leaving = borders(body, group)
    return 2 * sum(rules[i].role is Role.MIXES for i in group) - len(entering) - len(leaving)


def borders(body: Graph, group: Iterable[int]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Return the values that enter a region with its layout, and the values of it that are used outside."""
    inside = {body.nodes[i].results[0].id: body.nodes[i].results[0] for i in group}
    entering: dict[int, Value] = {}
    for i in sorted(group):
        node = body.nodes[i]
        for value in laid(node, RULES[node.operator.name]) if isinstance(node, Apply) else ():
            if value.id not in inside:
                entering[value.id] = value
    outside = [node.operands for i, node in enumerate(body.nodes) if i not in set(group)]
    used = {value.id for operands in (*outside, body.outputs) for value in walk.values(operands)}
    return tuple(entering.values()), tuple(value for key, value in inside.items() if key in used)


# -- the move ------------------------------------------------------------------------------------


class Move:
    """Rewrites one body: a region's nodes work on the last axis, with transpositions at its borders."""

    def __init__(self, body: Graph, region: Region) -> None:
        self.body = body
        self.region = region
        entering, leaving = borders(body, region.positions)
        self.entering = {value.id: value for value in entering}
        self.leaving = {value.id: value for value in leaving}
        self.last: dict[int, Value] = {}
        self.nodes: list[Node] = []
        self.next = 1 + max((v.id for v in (*body.inputs, *(v for n in body.nodes for v in n.results))), default=0)

    def run(self) -> Graph:
        for position, node in enumerate(self.body.nodes):
            if position in self.region.positions and isinstance(node, Apply):
                self._move(node)
            else:
                self.nodes.append(node)
        labels = {self.body.nodes[i].label for i in self.region.positions} - {None}
        modules = tuple(_on_last(module) if module.label in labels else module for module in self.body.modules)
        return replace(self.body, nodes=tuple(self.nodes), modules=modules)

    def _move(self, node: Apply) -> None:
        rule = RULES[node.operator.name]
        for value in laid(node, rule):
            if value.id in self.entering and value.id not in self.last:
                self._enter(value, node.site)
        result = node.results[0]
        made = self._value(result.type, "" if result.id in self.leaving else result.name)
        self.last[result.id] = made
        operands = tuple(self._operand(operand) for operand in node.operands)
        rank = len(result.type.shape)
        attributes = tuple((name, _last_axis(name, value, rank)) for name, value in node.attributes)
        self.nodes.append(replace(node, attributes=attributes, operands=operands, results=(made,)))
        if result.id in self.leaving:
            self.nodes.append(transposition(made, result, back_order(rank), node.site))

    def _enter(self, value: Value, site: Site) -> None:
        made = self._value(value.type)
        self.last[value.id] = made
        self.nodes.append(transposition(value, made, last_order(len(value.type.shape)), site))

    def _value(self, type_: TensorType, name: str = "") -> Value:
        self.next += 1
        return Value(self.next - 1, replace(type_, shape=placed(type_.shape)), name)

    def _operand(self, operand: Operands) -> Operands:
        return self.last.get(operand.id, operand) if isinstance(operand, Value) else operand


def transposition(source: Value, result: Value, order: tuple[int, ...], site: Site) -> Apply:
    """Return the node that gives `source` another order of axes."""
    return Apply(PERMUTE, (("order", order),), (source,), (result,), None, Site(site.span))


def last_order(rank: int) -> tuple[int, ...]:
    """Return the order of axes that puts axis 1 last."""
    return (0, *range(2, rank), 1)


def back_order(rank: int) -> tuple[int, ...]:
    """Return the order of axes that puts the last axis second."""
    return (0, rank - 1, *range(1, rank - 1))


def placed(shape: Shape) -> Shape:
    """Return a shape with axis 1 last."""
    return tuple(shape[axis] for axis in last_order(len(shape)))


def _last_axis(name: str, value: Static, rank: int) -> Static:
    if name != "axis" or value is None:
        return value
    return (rank - 1,) if isinstance(value, tuple) else rank - 1


def _on_last(module: Module) -> Module:
    """Return a module of a region: its operator works on the last axis."""
    leaf = module.content
    if not isinstance(leaf, Leaf):
        return module
    attributes = tuple((name, -1 if name == "axis" and value == 1 else value) for name, value in leaf.attributes)
    return replace(module, content=replace(leaf, attributes=attributes))


__all__ = ["PERMUTE", "RULES", "Region", "Role", "Rule", "channels_last", "moved", "regions"]
