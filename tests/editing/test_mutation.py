"""Mutations of hand-written files: every one checks, changes what is computed, is small, and depends on the seed."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import archc.archs
from archc import ArchError, ArchFile, Architecture
from archc.editing import mutate
from archc.editing.candidates import Kind, candidates, same_type
from archc.editing.edited import text_of
from archc.editing.mutation import ground_of


@pytest.fixture(scope="module", params=["resnet", "vit"])
def parent(request: pytest.FixtureRequest) -> Architecture:
    return ArchFile.read(archc.archs.path(request.param)).architecture()


def test_a_mutation_is_a_legal_small_change(parent: Architecture) -> None:
    state = random.getstate()
    kinds: Counter[Kind] = Counter()
    for seed in range(6):
        mutation = mutate(parent, seed)
        child = mutation.edited
        assert ArchFile.of_text(child.text, "child.arch").check() == ()
        assert child.architecture.text() != parent.text()
        assert len([line for line in child.diff().splitlines() if line.startswith("-")]) <= 3
        assert mutation.undo() is parent
        kinds[mutation.kind] += 1
    assert len(kinds) >= 3
    assert random.getstate() == state


def test_a_hundred_mutations_check() -> None:
    """A mutation of a mutation, and so on: each file checks, and going back leads to the first text."""
    text = """archc 1

arch Net : x[B, 3, H, W] -> [B, 10] where H >= 16, W >= 16 {
  y = x |> stem: conv(8, k=3, pad=1) |> relu |> maxpool(2, stride=2)
  return y |> layers: [conv(8) for i in 0..2] |> gap |> head: linear(10)
}
"""
    first = ArchFile.of_text(text, "net.arch").architecture()
    for start in range(10):
        walked = [first]
        for seed in range(10 * start, 10 * start + 10):
            walked.append(mutate(walked[-1], seed).edited.architecture)
        for one in walked[3::3]:
            assert ArchFile.of_text(text_of(one), "child.arch").check() == ()
        mutation = mutate(walked[-1], start)
        assert text_of(mutation.undo()) == text_of(walked[-1])
    assert text_of(first) == text


def test_a_seed_gives_one_mutation(parent: Architecture) -> None:
    assert mutate(parent, 5).edited.text == mutate(parent, 5).edited.text
    assert len({mutate(parent, seed).edited.text for seed in range(4)}) > 1


def test_operators_of_one_type_take_each_others_place(parent: Architecture) -> None:
    ground = ground_of(parent)
    named = {one.name: one for one in ground.operators}
    assert same_type(named["relu"], named["gelu"])
    assert not same_type(named["relu"], named["log"])
    assert not same_type(named["relu"], named["conv"])
    assert {edit.text for one in candidates(ground)[Kind.OPERATOR] for edit in one.edits} >= {"silu"}


def test_where_nothing_may_change_it_is_said() -> None:
    text = "archc 1\n\narch Net : x[B, 8] -> [B, 8] {\n  return x |> reshape([B, 8])\n}\n"
    with pytest.raises(ArchError, match="E230"):
        mutate(ArchFile.of_text(text).architecture(), 0, most=0)
