"""Mutated texts of every kind get a verdict, soon: a short walk; `python -m tests.fuzz` is the long one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import FOLDERS, any_text, texts_in
from tests.fuzz.examination import examine, examine_file
from tests.fuzz.mutation import MUTATIONS, damaged, mutated

RANDOMS = st.randoms(use_true_random=False)


def test_every_folder_has_texts() -> None:
    assert all(len(texts_in(folder)) >= 4 for folder in FOLDERS)


@settings(max_examples=12)
@given(random=RANDOMS)
def test_changed_words_get_a_verdict(random: Random) -> None:
    examine(mutated(any_text(random), random))


@settings(max_examples=8)
@given(random=RANDOMS)
def test_changed_bytes_get_a_verdict(random: Random, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.mktemp("bytes") / "changed.arch"
    path.write_bytes(damaged(any_text(random).encode(), random))
    examine_file(path)


@pytest.mark.parametrize("mutation", range(len(MUTATIONS)))
def test_every_mutation_changes_texts(mutation: int) -> None:
    texts = [(text := any_text(random), MUTATIONS[mutation](text, random)) for random in map(Random, range(20))]
    assert sum(before != after for before, after in texts) >= 5
