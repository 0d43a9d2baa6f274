"""A state machine over a space: architectures are drawn, mutated, crossed, printed, parsed, and all of it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.testing.drawn import SEEDS, architectures
from archc.testing.properties import PropertyError

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

    from archc.space import Derivation, Space


def machine(space: Space, *, max_nodes: int = 24, max_params: int | None = None) -> type[RuleBasedStateMachine]:
    """Return a machine for Hypothesis to run: `TestNets = machine(space).TestCase` is a test of it.

    At every state the text of the architecture has no errors, it is parsed to the derivation that it was printed from,
    and its parameters are those that were counted while it was drawn. To undo a change gives the text from before it.
    """
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

    drawn = architectures(space, max_nodes=max_nodes, max_params=max_params)
    seeds = st.integers(0, SEEDS - 1)

    class Machine(RuleBasedStateMachine):
        """`states` are the architectures so far, each with its text as it was first printed."""

        def __init__(self) -> None:
            super().__init__()
            self.states: list[tuple[Derivation, str]] = []

        @property
        def now(self) -> Derivation:
            return self.states[-1][0]

        def enter(self, derivation: Derivation) -> None:
            self.states.append((derivation, derivation.text()))

        @initialize(first=drawn)
        def draw(self, first: Derivation) -> None:
            self.enter(first)

        @rule(seed=seeds)
        def mutate(self, seed: int) -> None:
            self.enter(self.now.space.mutate(self.now, seed))

        @rule(other=drawn, seed=seeds)
        def cross(self, other: Derivation, seed: int) -> None:
            self.enter(self.now.space.cross(self.now, other, seed))

        @precondition(lambda self: len(self.states) > 1)
        @rule()
        def undo(self) -> None:
            self.states.pop()
            derivation, text = self.states[-1]
            _same("after a change was undone", derivation.text(), text)

        @rule()
        def parse(self) -> None:
            found = self.now.space.parse(self.now.text())
            _same("parsed and printed", found.text(), self.now.text())
            if found != self.now:
                raise PropertyError(f"another derivation is parsed from\n{self.now.text()}")

        @invariant()
        def is_right(self) -> None:
            if self.states:
                _is_right(self.now)

    return Machine


def _same(when: str, text: str, wanted: str) -> None:
    if text != wanted:
        raise PropertyError(f"the text {when}:\n{text}\nThe text before:\n{wanted}")


def _is_right(derivation: Derivation) -> None:
    architecture = derivation.architecture()
    found = architecture.file.check()
    if found:
        raise PropertyError(f"what was printed has errors:\n{derivation.text()}\n{found[0]}")
    if int(architecture.params) != derivation.params:
        counts = f"{derivation.params:,} parameters were counted, and there are {architecture.params}"
        raise PropertyError(f"{counts} in\n{derivation.text()}")
