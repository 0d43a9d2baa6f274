"""The state machine over a space finds nothing in what is right, and what is wrong after few steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from archc.space import Derivation, Space, load
from archc.testing import PropertyError, machine

ARCHS = Path(__file__).parents[2] / "archs"
EINSPACE, MIXERS = load(ARCHS / "einspace.arch"), load(ARCHS / "mixers.arch")
QUICK = settings(
    max_examples=4,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)


@pytest.mark.parametrize(("space", "nodes"), [(EINSPACE, 24), (MIXERS, 40)], ids=["einspace", "mixers"])
@pytest.mark.slow
def test_nothing_is_found_in_a_packaged_space(space: Space, nodes: int) -> None:
    run_state_machine_as_test(machine(space, max_nodes=nodes, max_params=1_000_000), settings=QUICK)


def changed_in_place(space: Space, derivation: Derivation, seed: int) -> Derivation:
    before = Derivation(derivation.space, derivation.root)
    vars(derivation)["_text"] = derivation.text() + "# changed\n"
    return before


def another(space: Space, text: str) -> Derivation:
    return space.sample(len(text))


def one_more(derivation: Derivation) -> int:
    return derivation.root.cost.params + (derivation.operators > 2)


MISTAKES = {
    "after a change was undone": (Space, "mutate", changed_in_place),
    "parsed": (Space, "parse", another),
    "parameters were counted": (Derivation, "params", property(one_more)),
}


@pytest.mark.parametrize("told", MISTAKES)
def test_a_mistake_is_found(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*MISTAKES[told])
    with pytest.raises(PropertyError, match=told):
        run_state_machine_as_test(machine(EINSPACE, max_nodes=8), settings=settings(QUICK, max_examples=40))
