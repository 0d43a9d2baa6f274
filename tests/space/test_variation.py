"""Mutation and crossover: children are of the space, exact, close to their parents, and depend on the seed alone."""

from __future__ import annotations

import difflib
from itertools import pairwise

import pytest

import archc.archs
from archc import ArchFile
from archc.space import Derivation, Space, load
from archc.space.revision import peaks_of


@pytest.fixture(scope="module", params=["einspace", "mixers"])
def space(request: pytest.FixtureRequest) -> Space:
    return load(archc.archs.path(request.param)).within(operators=120)


def assert_exact(child: Derivation) -> None:
    architecture = child.architecture()
    assert not architecture.check(), child.text()
    assert architecture.params == child.params <= child.space.budget.params
    assert architecture.macs.subs(B=1) == child.macs
    assert int(architecture.memory.subs(B=1)) <= peaks_of(child.root)[0] <= child.space.budget.memory


def test_a_child_by_mutation_is_of_the_space(space: Space) -> None:
    changed = 0
    for seed in range(16):
        parent = space.sample(seed)
        before = parent.text()
        child = space.mutate(parent, seed)
        assert_exact(child)
        assert child == space.mutate(parent, seed)
        assert parent.text() == before
        changed += child != parent
    assert changed >= 15


def test_a_child_by_crossover_is_of_the_space(space: Space) -> None:
    parents = [space.sample(seed) for seed in range(12)]
    changed = 0
    for seed, (one, other) in enumerate(zip(parents, reversed(parents), strict=True)):
        child = space.cross(one, other, seed)
        assert_exact(child)
        assert child == space.cross(one, other, seed)
        changed += child != one
    assert changed >= 4


def test_a_mutation_is_a_small_change_of_the_text() -> None:
    space = load(archc.archs.path("mixers"))
    for seed in range(10):
        parent = space.sample(seed)
        child = space.mutate(parent, seed)
        match = difflib.SequenceMatcher(None, parent.text(), child.text(), autojunk=False)
        assert match.ratio() > 0.8


def test_what_has_no_other_is_returned() -> None:
    space = Space(ArchFile.of_text("archc 1\nspace Nets : x[B, 8] -> [B, 8] = [relu, linear(8)]\n", "nets.arch"))
    only = space.sample(0)
    assert space.mutate(only, 0) is only
    assert space.cross(only, space.sample(1), 0) is only


def test_a_blend_lies_between_its_parents() -> None:
    space = load(archc.archs.path("mixers"))
    parents = [space.sample(seed) for seed in range(9)]
    nearer = 0
    for seed, (one, other) in enumerate(pairwise(parents)):
        child = space.blend(one, other, seed)
        assert_exact(child)
        assert child == space.blend(one, other, seed)
        assert child.distance(one) <= one.distance(other)
        assert child.distance(other) <= one.distance(other)
        nearer += 0 < child.distance(one) < one.distance(other) > child.distance(other)
    assert nearer >= 6
    assert space.blend(parents[0], parents[0], 0) is parents[0]


def test_what_both_parents_share_stays() -> None:
    text = "archc 1\nspace Nets : x[B, 8] -> [B, 8] = repeat 1..9 { choice { => relu\n => gelu\n => linear(8) } }\n"
    space = Space(ArchFile.of_text(text, "nets.arch"))

    def derived(*modules: str) -> Derivation:
        body = ", ".join(modules)
        return space.parse(f"archc 1\narch Net : x[B, 8] -> [B, 8] {{\n  return x |> self: [{body}]\n}}\n")

    one, other = derived("relu", "linear(8)", "gelu", "gelu"), derived("linear(8)", "gelu", "relu", "linear(8)", "gelu")
    children = {space.blend(one, other, seed).text().split("self: ")[1].split("\n")[0] for seed in range(20)}
    assert len(children) >= 3
    assert all("linear(8), gelu" in child for child in children)
