"""The goldens themselves: how the fixture compares, and that no golden outlives its test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent


def test_a_golden_without_a_file_says_how_to_write_it(golden: Any) -> None:
    missing = type(golden)(golden.path.with_name("none.txt"), update=False)
    with pytest.raises(pytest.fail.Exception, match=r"no golden goldens/test_goldens/none\.txt; write it with: pytest"):
        assert missing == "text"


def test_a_golden_is_compared_and_rewritten_on_demand(golden: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    assert type(golden)(path, update=True) == "é\r\nb"
    assert path.read_bytes() == b"\xc3\xa9\r\nb\n"
    kept = type(golden)(path, update=False)
    assert kept == "é\r\nb" and kept == "é\r\nb\n"
    assert kept != "é\nb" and kept != 1
    assert path.read_bytes() == b"\xc3\xa9\r\nb\n"


@pytest.mark.parametrize("name", ["a b/c", "[x]"])
def test_a_golden_lies_where_its_test_says(golden: Any, name: str) -> None:
    assert golden.path.parent == TESTS / "goldens" / "test_goldens"
    assert golden.path.name.startswith("test_a_golden_lies_where_its_test_says-")
    assert not set(golden.path.name) & set(" []/")


def test_every_golden_has_its_test() -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")}
    goldens = (TESTS / "goldens").glob("*/*.txt")
    left = [path for path in goldens if f"def {path.stem.split('-')[0]}(" not in files.get(path.parent.name, "")]
    assert left == []
