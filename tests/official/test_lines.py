"""A file is at most a third as long as the official model code."""

from __future__ import annotations

import pytest

from tests.official.lines import OFFICIAL, lines


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_file_is_at_most_a_third_as_long(name: str) -> None:
    assert 3 * lines(name) <= OFFICIAL[name]
