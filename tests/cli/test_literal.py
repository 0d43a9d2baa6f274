"""Values on the command line."""

from __future__ import annotations

import pytest

from archc.cli.command import UsageError
from archc.cli.literal import overrides
from archc.graph.static import Row, Static, Symbol


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("-1", -1),
        ("1e-6", 1e-6),
        ("true", True),
        ("none", None),
        ("same", Symbol("same")),
        ('"b c h w"', "b c h w"),
        ("[3, 3, 9, 3]", (3, 3, 9, 3)),
        ("[(1, 2), [ ]]", (Row((1, 2)), ())),
        (" 7 ", 7),
    ],
)
def test_values(text: str, value: Static) -> None:
    assert overrides([f"a={text}"]) == {"a": value}
    assert type(overrides([f"a={text}"])["a"]) is type(value)


def test_the_last_wins() -> None:
    assert overrides(["a=1", " b =2", "a=3"]) == {"a": 3, "b": 2}


@pytest.mark.parametrize("given", ["a", "=1", "1a=2", "a b=2", ""])
def test_no_assignment(given: str) -> None:
    with pytest.raises(UsageError, match="takes name=value"):
        overrides([given])


@pytest.mark.parametrize("text", ["", "1 + 1", "f(2)", "[1", "a.b", "[x: y]", "not true", "-true", '"open', "1 2"])
def test_what_is_no_literal(text: str) -> None:
    with pytest.raises(UsageError, match=r"-D a: .* is no number"):
        overrides([f"a={text}"])
