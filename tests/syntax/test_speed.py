"""How long reading takes, in processor time, with room for a slow machine; and what it does not import."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from archc.syntax import Source, format_file, parse

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.arch"))


def _text(lines: int) -> str:
    """Return the examples one behind the other, again and again, with so many lines at least."""
    text = "\n".join(path.read_text(encoding="utf-8").replace("archc 1\n", "") for path in EXAMPLES)
    return text * (lines // text.count("\n") + 1)


@pytest.mark.parametrize("lines", [1_500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_thousand_lines_a_second(lines: int) -> None:
    source = Source("long", _text(lines))
    parse(Source("t", ""))  # makes the tables, where they are not kept
    begun = time.process_time()
    parsed = parse(source)
    seconds = time.process_time() - begun
    assert parsed.diagnostics == ()
    assert source.text.count("\n") / seconds > 1000


def test_formatting_keeps_up() -> None:
    parsed = parse(Source("part", _text(1)[:30_000].rpartition("\n}\n")[0] + "\n}\n"))
    assert parsed.diagnostics == ()
    begun = time.process_time()
    lines = format_file(parsed).count("\n")
    assert lines / (time.process_time() - begun) > 500


def test_reading_a_file_imports_none_of_the_heavy_ones() -> None:
    """The first run makes the tables, for which it needs Lark; any later one does not."""
    heavy = ("lark", "sympy", "torch", "numpy", "rich", "jinja2", "hypothesis")
    program = f"""
import sys
from archc.syntax import Source, format_file, parse
assert format_file(parse(Source("t", "let a=1"))) == "let a = 1\\n"
print([name for name in {heavy!r} if name in sys.modules])
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
