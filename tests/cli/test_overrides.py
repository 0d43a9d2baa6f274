"""Values on the command line."""

from __future__ import annotations

import pytest

from archc.cli.command import UsageError
from archc.cli.overrides import overrides


def test_the_last_wins() -> None:
    assert overrides(["a=1", " b =[2, x]", "a=3"]) == {"a": "3", "b": "[2, x]"}


@pytest.mark.parametrize("given", ["a", "=1", "1a=2", "a b=2", "", "a="])
def test_no_assignment(given: str) -> None:
    with pytest.raises(UsageError, match="takes name=value"):
        overrides([given])
