"""Architectures of a space: all are right, small ones come first, and planted mistakes are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from torch import nn

from archc import ArchError, ArchFile
from archc.space import Derivation, Space, load
from archc.testing import PROPERTIES, architectures, compare, mutations
from tests.testing.mistakes import broken

EINSPACE: Space = load(Path(__file__).parents[2] / "archs/einspace.arch")
MIXERS: Space = load(Path(__file__).parents[2] / "archs/mixers.arch")
SMALL = architectures(EINSPACE, max_nodes=12, max_params=1_000_000)
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(QUICK, max_examples=10)
@given(SMALL)
def test_bounds_are_kept(drawn: Derivation) -> None:
    assert drawn.operators <= 12 and drawn.params <= 1_000_000
    assert not ArchFile.of_text(drawn.text()).check()


@settings(QUICK, max_examples=4)
@given(SMALL)
def test_what_is_drawn_has_every_property(drawn: Derivation) -> None:
    for held in PROPERTIES[:2]:
        held.check(drawn.architecture())


@pytest.mark.slow
def test_shrinks_to_few_operators() -> None:
    assert find(SMALL, lambda _: True, settings=QUICK).operators <= 2


def test_nothing_fits() -> None:
    with pytest.raises(ArchError):
        architectures(EINSPACE, max_nodes=1)


@settings(QUICK, max_examples=10)
@given(architectures(EINSPACE, max_nodes=12, require=["softmax", "Dot"]))
def test_what_is_required_is_there(drawn: Derivation) -> None:
    assert "softmax" in drawn.text() and "Dot(" in drawn.text() and drawn.operators <= 12


@settings(QUICK, max_examples=20)
@given(architectures(EINSPACE, max_nodes=12, forbid=["linear", "chunk", "Norm"]))
def test_what_is_forbidden_is_not(drawn: Derivation) -> None:
    assert not any(name in drawn.text() for name in ("linear", "chunk", "Norm"))


def test_what_cannot_be_required_or_forbidden() -> None:
    with pytest.raises(ArchError, match="did you mean `softmax`"):
        architectures(EINSPACE, require=["softmx"])
    with pytest.raises(ArchError, match="nothing in `Einspace` was found with `Dot`, without `Branch`"):
        architectures(EINSPACE, require=["Dot"], forbid=["Branch"])
    with pytest.raises(ArchError, match="without `layernorm`"):
        architectures(MIXERS, forbid=["layernorm"])


@settings(QUICK, max_examples=10)
@given(SMALL.flatmap(lambda drawn: st.tuples(st.just(drawn), mutations(drawn))))
def test_mutations_are_of_the_same_space(pair: tuple[Derivation, Derivation]) -> None:
    drawn, other = pair
    assert drawn.space.parse(other.text()) == other and other.operators <= 12
    assert drawn == other or drawn.text() != other.text()


def without_biases(module: nn.Module) -> None:
    for one in module.modules():
        if isinstance(one, nn.Linear) and one.bias is not None:
            nn.init.zeros_(one.bias)


def rough_normalisation(module: nn.Module) -> None:
    for one in module.modules():
        if isinstance(one, (nn.LayerNorm, nn.BatchNorm2d)):
            one.eps = 0.1


@pytest.mark.parametrize(("change", "culprit"), [(without_biases, "linear"), (rough_normalisation, "Norm")])
def test_a_planted_mistake_is_found(change: Callable[[nn.Module], None], culprit: str) -> None:
    engine = (broken(change),)
    found = find(
        architectures(EINSPACE, max_nodes=12, max_params=1_000_000, require=[culprit]),
        lambda drawn: not compare(drawn.architecture(), among=engine).holds,
        settings=settings(QUICK, max_examples=200, phases=(Phase.generate, Phase.shrink)),
    )
    assert culprit in found.text()
