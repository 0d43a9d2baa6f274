"""A space of mixers in the manner of ConvNeXt, HorNet and transformers: nothing here is special to einspace."""

from __future__ import annotations

from collections import Counter

import pytest

import archc.archs
from archc.space import Space, load


@pytest.fixture(scope="module")
def space() -> Space:
    return load(archc.archs.path("mixers"))


def test_what_is_drawn_is_exact_and_within_its_budget(space: Space) -> None:
    for seed in range(25):
        drawn = space.sample(seed)
        architecture = drawn.architecture()
        assert not architecture.check(), drawn.text()
        assert architecture.params == drawn.params <= 500_000
        assert architecture.macs.subs(B=1) == drawn.macs <= 40_000_000
        assert int(architecture.memory.subs(B=1)) <= 2 * 2**20
        assert space.parse(drawn.text()) == drawn


def test_every_mixer_is_drawn(space: Space) -> None:
    words: Counter[str] = Counter()
    for seed in range(100):
        text = space.sample(seed).text()
        body = text[text.index("arch Mixers") :]
        words.update({word: body.count(f"Layer({word}(") for word in ("Local", "Gated", "Attend")})
    assert all(count > 100 for count in words.values()), words
