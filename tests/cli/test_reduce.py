"""archc reduce."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = "let a = 1\nlet b = 22\nlet c = [1, 2, 3]\n"

SCRIPT = """import sys
text = open(sys.argv[1]).read()
print("seen")
sys.exit(3 if "b" in text else 0)
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A command that fails on texts with a `b`."""
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(TEXT)
    Path("fails.py").write_text(SCRIPT)
    return f"{sys.executable} {tmp_path / 'fails.py'}"


def test_a_small_file_is_written(archc: Callable[..., object], command: str) -> None:
    done = archc("reduce", "net.arch", "--test", command, "--json")
    assert done.code == 0 and json.loads(done.out)["exit"] == 3  # type: ignore[attr-defined]
    assert Path("out/net.arch").read_text().strip() in ("b", "let b")
    assert Path("net.arch").read_text() == TEXT


def test_the_place_of_the_file_may_be_given(archc: Callable[..., object], command: str) -> None:
    done = archc("reduce", "net.arch", "--test", f"{command} {{}} more", "-o", "small.arch", "--most", 5)
    assert done.code == 0 and Path("small.arch").exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("test", "more"),
    [("true", ()), ("sleep 5 #", ("--timeout", "0.2")), ("false", ("--says", "no such words"))],
)
def test_what_does_not_fail_cannot_be_reduced(
    test: str, more: tuple[str, ...], archc: Callable[..., object], command: str
) -> None:
    done = archc("reduce", "net.arch", "--test", test, *more)
    assert done.code == 2 and "nothing to look for" in done.err  # type: ignore[attr-defined]
    assert not Path("out").exists()


def test_used_files_are_at_hand(archc: Callable[..., object], command: str) -> None:
    Path("parts").mkdir()
    Path("parts/block.arch").write_text("block Id : x[B, C] -> [B, C] {\n  return x\n}\n")
    Path("net.arch").write_text("use parts.block (Id)\narch b : x[B, C] -> [B, C] {\n  return x |> Id\n}\n")
    script = Path("fails.py")
    script.write_text(SCRIPT.replace('"b" in text', '"b" in text and __import__("os").path.exists("parts/block.arch")'))
    assert archc("reduce", "net.arch", "--test", f"cd $(dirname {{}}) && {command} {{}}").code == 0  # type: ignore[attr-defined]
