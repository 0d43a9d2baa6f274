"""Drawing from spaces: what is drawn costs what the compiler says, within its budget, and depends on the seed alone."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import archc.archs
from archc import ArchError, ArchFile
from archc.diagnostics import render_all
from archc.space import Derivation, Space, load

EINSPACE = archc.archs.path("einspace")

PLAIN = """archc 1

block Residual(inner: block) : x[...S] -> [...S] {
  return x + (x |> inner: inner)
}

space Leaf = choice {
  0.75 => relu
  => conv(oneof(8, 16), k=3, pad=1)
}

space Nets : x[B, 8, H, W] -> [B, 8, H, W] = [repeat 1..3 { Leaf }, maybe(sigmoid), Residual(Leaf)]
"""


def space_of(text: str, **values: object) -> Space:
    return Space(ArchFile.of_text(text, "nets.arch"), None, values)


def assert_exact(derivation: Derivation) -> None:
    """The text compiles, and the compiler finds the costs and the shape that the draw knew."""
    architecture = derivation.architecture()
    assert not architecture.check(), derivation.text()
    assert int(architecture.params) == derivation.params
    assert int(architecture.macs.subs(B=1)) == derivation.macs
    (output,) = architecture.outputs
    result = derivation.root.results
    assert not isinstance(result, tuple) and result is not None
    assert [int(size.subs(B=1)) for size in output.shape] == list(result.shape)
    assert int(architecture.memory.subs(B=1)) <= derivation.space.budget.memory


@pytest.fixture(scope="module")
def einspace() -> Space:
    return load(EINSPACE)


@pytest.fixture(scope="module")
def small(einspace: Space) -> Space:
    return einspace.within(operators=24)


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_what_is_drawn_is_what_the_compiler_finds(small: Space, start: int) -> None:
    for seed in range(start, start + 25):
        assert_exact(small.sample(seed))


def test_large_architectures_are_exact_too(einspace: Space) -> None:
    drawn = sorted((einspace.sample(seed) for seed in range(25)), key=lambda one: one.size)
    assert drawn[-1].size > 100
    for one in drawn[-3:]:
        assert_exact(one)


def test_a_budget_holds(einspace: Space) -> None:
    tight = einspace.within(params=50_000, macs=4_000_000, memory=200_000, operators=40)
    for seed in range(25):
        drawn = tight.sample(seed)
        architecture = drawn.architecture()
        assert int(architecture.params) <= 50_000
        assert int(architecture.macs.subs(B=1)) <= 4_000_000
        assert int(architecture.memory.subs(B=1)) <= 200_000
        assert drawn.operators <= 40


def test_a_seed_gives_one_architecture_whatever_was_drawn_before(small: Space) -> None:
    again = load(EINSPACE).within(operators=24)
    backwards = {seed: again.sample(seed) for seed in reversed(range(30))}
    for seed in range(30):
        assert small.sample(seed).text() == backwards[seed].text()
        assert small.sample(seed) == small.sample(seed)
        assert hash(small.sample(seed)) == hash(small.sample(seed))
    assert len({backwards[seed].decisions for seed in range(30)}) > 20


def test_no_global_generator_is_touched(small: Space) -> None:
    before = random.getstate()
    small.sample(0)
    assert random.getstate() == before


def test_weights_are_probabilities() -> None:
    space = space_of(PLAIN, H=4, W=4)
    words: Counter[str] = Counter()
    for seed in range(120):
        drawn = space.sample(seed)
        assert_exact(drawn)
        text = drawn.text()
        inner = text[text.index("Residual(", text.index("arch Nets")) :]
        words["relu" if inner.startswith("Residual(relu") else "conv"] += 1
        words["sigmoid"] += "sigmoid" in text
    assert 75 <= words["relu"] <= 105
    assert 40 <= words["sigmoid"] <= 80


def test_a_residual_branch_keeps_its_channels() -> None:
    """Of `conv(8)` and `conv(16)` only one fits into the sum, so that is what is drawn."""
    space = space_of(PLAIN, H=4, W=4)
    texts = "".join(space.sample(seed).text() for seed in range(60))
    assert "Residual(conv(8, k=3, pad=1))" in texts
    assert "Residual(conv(16" not in texts


def test_a_budget_is_looked_ahead_to() -> None:
    """The first layers leave what the last one needs."""
    text = """archc 1
space Nets : x[B, 8] -> [B, 64] = [repeat 1..6 { linear(oneof(8, 16, 32)) }, linear(64)] where params <= 700
"""
    space = space_of(text)
    for seed in range(50):
        assert space.sample(seed).params <= 700


def message(error: pytest.ExceptionInfo[ArchError]) -> str:
    return render_all(error.value.diagnostics)


def test_a_budget_that_nothing_keeps_to_says_what_the_least_is() -> None:
    text = "archc 1\nspace Nets : x[B, 8] -> [B, 8] = choice { => linear(8)\n => linear(16) } where params <= 10\n"
    with pytest.raises(ArchError) as error:
        space_of(text).sample(0)
    assert "E220" in message(error)
    assert "params <= 10" in message(error)
    assert "72 parameters" in message(error)


def test_a_space_in_which_nothing_fits_says_so() -> None:
    with pytest.raises(ArchError) as error:
        space_of("archc 1\nspace Nets : x[B, 8] -> [B, 9] = choice { => relu\n => linear(8) }\n").sample(0)
    assert "nothing in `Nets` fits its inputs" in message(error)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("space Nets : x[B, 8] -> [B, 8] = relu where params >= 3", "E221"),
        ("space Nets : x[B, 8] -> [B, 8] = relu where params <= relu", "E204"),
        ("space Nets : x[B, C] -> [B, C] = relu", "E203"),
        ("space Leaf = relu", "C404"),
    ],
)
def test_what_is_wrong_with_a_space_is_said(text: str, code: str) -> None:
    with pytest.raises(ArchError) as error:
        space_of(f"archc 1\n{text}\n").sample(0)
    assert code in message(error)


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(ArchError) as error:
        load(EINSPACE, "Einspaces")
    assert "did you mean `Einspace`?" in message(error)
    with pytest.raises(ArchError) as error:
        load(EINSPACE, H=3)
    assert "no parameter or size `H`" in message(error)
