"""The order of nodes: what was begun is finished before anything new is begun.

Any order that has every node behind those that it needs computes the same. This one is greedy: of the nodes that could
come next it takes one that lets most values go, then one that uses what was made last, so that few tensors are alive
at a time and what belongs together stands together.
"""

from __future__ import annotations

from dataclasses import replace

from archc.graph import walk
from archc.graph.ir import Graph, Node
from archc.rewrites.identities import renumbered


def scheduled(body: Graph) -> Graph:
    """Return one body with its nodes in an order in which few values are alive."""
    return renumbered(replace(body, nodes=tuple(_Schedule(body).run())))


class _Schedule:
    def __init__(self, body: Graph) -> None:
        self.waiting = list(_on_demand(body))
        self.uses: dict[int, int] = {}
        for operands in (*(node.operands for node in body.nodes), body.outputs):
            for identity in {value.id for value in walk.values(operands)}:
                self.uses[identity] = self.uses.get(identity, 0) + 1
        self.made = {value.id: -1 for value in body.inputs}

    def run(self) -> list[Node]:
        order: list[Node] = []
        while self.waiting:
            ready = [node for node in self.waiting if all(v.id in self.made for v in walk.values(node.operands))]
            chosen = max(ready, key=self._worth)  # the first of the best
            self.waiting.remove(chosen)
            for value in walk.values(chosen.operands):
                self.uses[value.id] -= 1
            self.made.update({value.id: len(order) for value in chosen.results})
            order.append(chosen)
        return order

    def _worth(self, node: Node) -> tuple[int, int]:
        used = {value.id for value in walk.values(node.operands)}
        freed = sum(self.uses[identity] == 1 for identity in used)
        return freed - len(node.results), max((self.made[identity] for identity in used), default=-1)


def _on_demand(body: Graph) -> list[Node]:
    """Return the nodes in the order in which the outputs ask for them."""
    makers = walk.producers(body)
    order: dict[int, Node] = {}
    pending: list[tuple[Node, bool]] = []
    wanted = [makers.get(value.id) for value in walk.values(body.outputs)]
    pending += [(node, False) for node in reversed(wanted) if node is not None]
    while pending:
        node, is_open = pending.pop()
        if is_open:
            order.setdefault(id(node), node)
        elif id(node) not in order:
            pending.append((node, True))
            needed = [makers.get(value.id) for value in walk.values(node.operands)]
            pending += [(one, False) for one in reversed(needed) if one is not None]
    return [*order.values(), *(node for node in body.nodes if id(node) not in order)]
