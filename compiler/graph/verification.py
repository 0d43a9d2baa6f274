"""What every graph must be, as a table of checks; run after each pass in the tests, and wherever a pass is doubted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archc.graph.checks import CHECKS
from archc.graph.ir import Graph
from archc.graph.walk import CyclicGraphError, Inventory, fold_all, inventory_of
from archc.records import record


@record
class Violation:
    """A rule that a graph breaks: in which graph, at which node or weight, and how."""

    rule: str
    graph: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.graph}: {self.place}: {self.message} [{self.rule}]"


class VerificationError(Exception):
    """A pass made a graph that is none; the text names the pass, the graph and the node."""

    def __init__(self, after: str, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__(f"after {after}: " + "\n  ".join(str(violation) for violation in violations))


def verify(graph: Graph) -> tuple[Violation, ...]:
    """Return every breach of the rules in `graph` and in all that it holds; none for a sound graph."""
    try:
        inventories = fold_all(graph, inventory_of)
    except CyclicGraphError as error:
        return (Violation("acyclic", graph.name, f"graph {error}", "the graph contains itself"),)
    return tuple(breach for body in inventories for breach in _breaches(body, inventories))


def _breaches(body: Graph, inventories: Mapping[Graph, Inventory]) -> Iterator[Violation]:
    for check in CHECKS:
        for place, message in check.find(body, inventories):
            yield Violation(check.name, body.name, place, message)


def check(graph: Graph, after: str) -> Graph:
    """Return `graph` itself if it is sound.

    Raises VerificationError, naming the pass `after`, where it is not.
    """
    violations = verify(graph)
    if violations:
        raise VerificationError(after, violations)
    return graph
