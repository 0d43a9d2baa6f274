"""How far a result may be from the exact one: from the number type, the depth, and what is summed along the way.

A sum of n rounded terms is off by about sqrt(n) roundings where errors are independent (Higham and Mary, "A new
approach to probabilistic rounding error analysis", 2019), and so are those of the nodes behind each other: their
squares add up. How much a network enlarges an error is no matter of its shape but of its weights, so that is measured:
by how far the exact result moves when inputs and weights are rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod, sqrt
from typing import cast

from archc.architecture import Architecture
from archc.graph.ir import Apply, Graph, Operand, Value
from archc.graph.walk import flatten, fold
from archc.testing.legal import Inputs

SLACK = 8.0
"""How much of the estimate is left for luck: errors are not as independent as it supposes."""


def roundings(architecture: Architecture) -> float:
    """Return how many roundings add up along the longest way through an architecture whose sizes are fixed.

    That is the root of the sum of 1 + n over the nodes of the way, n the terms that make one entry of a node's result.
    """
    return sqrt(fold(architecture.graph, _longest))


def at_sizes(architecture: Architecture, inputs: Inputs) -> Architecture:
    """Return an architecture with all its free sizes fixed to those of inputs."""
    fixed = replace(architecture.elaboration.rooted, sizes=dict(inputs.sizes), findings=None)
    return Architecture(architecture.file, architecture.file.elaborations.again(fixed), architecture.variant)


def _longest(body: Graph, below: Mapping[Graph, float]) -> float:
    """Return the roundings of one body, squared: a value has those of the worst operand and those of its own node."""
    so_far: dict[int, float] = {value.id: 0.0 for value in body.inputs}
    for node in body.nodes:
        before = max((so_far[value.id] for value in flatten(node.operands) if isinstance(value, Value)), default=0.0)
        own = 1 + _summed(node) if isinstance(node, Apply) else below[node.graph]
        so_far.update((value.id, before + own) for value in node.results)
    return max((so_far[one.id] for one in flatten(body.outputs) if isinstance(one, Value)), default=0.0)


def _summed(node: Apply) -> float:
    """Return how many terms make one entry of a result: of a product as its cost says, else of what is reduced."""
    made = max(1, sum(_entries(value) for value in node.results))
    read = max((_entries(one) for one in flatten(node.operands)), default=0)
    return max(1.0, cast(int, node.operator.macs(node)) / made, read / made)


def _entries(operand: Operand) -> int:
    return cast(int, prod(operand.type.shape))
