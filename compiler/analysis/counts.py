"""How many numbers an architecture keeps, and how many multiplications it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archc import shapes
from archc.graph.ir import Apply, Graph, TensorType, Weight
from archc.graph.static import Dim
from archc.graph.walk import fold, weights
from archc.syntax.tree import Store


def parameters(graph: Graph) -> Dim:
    """Return the number of trained parameters, those of modules that are never called included, shared ones once."""
    return stored((placed.weight for placed in weights(graph)), Store.PARAM)


def buffers(graph: Graph) -> Dim:
    """Return the number of entries of all buffers: what is saved with a model and not trained."""
    return stored((placed.weight for placed in weights(graph)), Store.BUFFER)


def stored(entries: Iterable[Weight], store: Store) -> Dim:
    """Return how many numbers the weights of one kind hold together."""
    return shapes.total(size(weight.type) for weight in entries if weight.store is store)


def size(type_: TensorType) -> Dim:
    """Return the number of entries of a tensor."""
    return shapes.product(type_.shape)


def macs(graph: Graph) -> Dim:
    """Return the multiply-accumulates of one run as its operators declare them, a block that is called twice twice."""
    return fold(graph, macs_of)


def macs_of(body: Graph, below: Mapping[Graph, Dim]) -> Dim:
    """Return the multiply-accumulates of one body, given those of the graphs that it calls: the rule for `fold`."""
    return shapes.total(
        node.operator.macs(node) if isinstance(node, Apply) else below[node.graph] for node in body.nodes
    )
