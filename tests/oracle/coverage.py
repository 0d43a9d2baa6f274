"""What tests have reached: a table of operators and engines, and one of the productions of a space."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from archc import Architecture
from archc.cli.table import table
from archc.graph.ir import Apply
from archc.graph.walk import bodies
from archc.semantics.library import prelude
from archc.space import Derivation, Space
from archc.syntax import tree, walk

WIDTH = 60
"""Characters of a production that are shown."""


class Coverage:
    """Counts of architectures: by operator and engine, and by production of the spaces that they were drawn from."""

    def __init__(self, engines: Sequence[str] = (), spaces: Iterable[Space] = ()) -> None:
        self.engines = tuple(engines)
        self._productions = tuple(one for space in spaces for one in productions(space))
        self._operators: Counter[tuple[str, str]] = Counter()
        self._drawn: Counter[tree.Alternative] = Counter()

    def add(self, architecture: Architecture, engines: Iterable[str]) -> None:
        """Count an architecture for the engines that ran it and were right."""
        names = operators_of(architecture)
        self._operators.update((name, engine) for engine in engines for name in names)

    def add_drawn(self, drawn: Derivation) -> None:
        """Count the productions of an architecture that was drawn."""
        self._drawn.update(set(drawn.alternatives))

    @property
    def unreached(self) -> dict[str, tuple[str, ...]]:
        """The operators of the standard library that an engine has not run, by engine."""
        return {
            engine: tuple(name for name in standard_operators() if not self._operators[name, engine])
            for engine in self.engines
        }

    def table(self) -> str:
        """Return both tables as text: how many architectures each operator and each production was in."""
        operators = [
            (name, *(str(self._operators[name, engine] or "-") for engine in self.engines))
            for name in standard_operators()
        ]
        drawn = [(_shown(one), str(self._drawn[one] or "-")) for one in self._productions]
        right = frozenset(range(1, len(self.engines) + 1))
        return "\n\n".join(
            (
                table([("operator", *self.engines), *operators], right),
                table([("production", "architectures"), *drawn], frozenset({1})),
            )
        )


@cache
def standard_operators() -> tuple[str, ...]:
    """Return the names of all operators of the standard library, in its order."""
    return tuple(one.name for one in prelude().definitions() if one.is_operator)


def operators_of(architecture: Architecture) -> frozenset[str]:
    """Return the names of the operators that an architecture applies."""
    return frozenset(
        node.operator.name for body in bodies(architecture.graph) for node in body.nodes if isinstance(node, Apply)
    )


def productions(space: Space) -> tuple[tree.Alternative, ...]:
    """Return the alternatives of all choices in the file of a space, but those that are never drawn (of weight 0)."""
    found = (one for one in walk(space.scope.file) if isinstance(one, tree.Alternative))
    return tuple(one for one in found if one.weight is None or one.weight.value > 0)


def _shown(one: tree.Alternative) -> str:
    source = one.span.source
    text = " ".join(one.value.span.text.split())
    place = f"{Path(source.name).name}:{source.position(one.span.start).line}"
    return f"{place} => {text if len(text) <= WIDTH else text[: WIDTH - 1] + '…'}"
