"""Which values exist while each node runs, in program order."""

from __future__ import annotations

from collections.abc import Mapping

from archc.graph.ir import Graph, Value
from archc.graph.walk import values


def last_uses(graph: Graph, places: Mapping[int, int] | None = None) -> dict[int, int]:
    """Return the number of the last node that needs each value, by the value's id.

    A value that nothing uses is needed by the node that makes it, an output by the end: the number of nodes. An
    input that nothing uses has no entry. With `places`, which gives values that share memory one number, the result
    is by these numbers.
    """
    last: dict[int, int] = {}
    uses = [
        (index, value) for index, node in enumerate(graph.nodes) for value in (*values(node.operands), *node.results)
    ]
    for index, value in [*uses, *((len(graph.nodes), value) for value in values(graph.outputs))]:
        last[value.id if places is None else places[value.id]] = index
    return last


def liveness(graph: Graph) -> tuple[tuple[Value, ...], ...]:
    """Return, for every node, the values that exist while it runs, in the order of their definition.

    These are its operands and results and all that a later node or the outputs still need. Inputs exist from the
    start. Weights and constants are no values of the graph.
    """
    last = last_uses(graph)
    alive = [value for value in graph.inputs if value.id in last]
    moments: list[tuple[Value, ...]] = []
    for index, node in enumerate(graph.nodes):
        alive.extend(node.results)
        moments.append(tuple(alive))
        alive = [value for value in alive if last[value.id] > index]
    return tuple(moments)
