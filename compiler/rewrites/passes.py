"""Passes: rewrites of one body under the name by which users ask what the graph is after it."""

from __future__ import annotations

from collections.abc import Callable

from archc.graph.ir import Graph
from archc.records import record


@record
class Pass:
    """A rewrite of one body, whose inner graphs have been rewritten before."""

    name: str
    rewrite: Callable[[Graph], Graph]
