"""What the README shows is what happens: its console blocks are run, its programs are checked.

With --update-goldens the outputs shown are rewritten.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archc import ArchFile
from archc.diagnostics import render_all
from archc.packaged import packaged

README = Path(__file__).parents[2] / "README.md"
pytestmark = pytest.mark.skipif(not README.exists(), reason="the README stays in the checkout")
BLOCK = re.compile(r"```(\w+) ?(\S*)\n(.*?)```\n", re.DOTALL)


def _text() -> str:
    return README.read_text(encoding="utf-8") if README.exists() else ""


def test_the_console_shows_what_is_printed(
    archc: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)

    def played(block: re.Match[str]) -> str:
        language, name, body = block.groups()
        if name:
            Path(name).write_text(body, encoding="utf-8")
        if language != "console":
            return block[0]
        commands = [line.removeprefix("$ archc ") for line in body.splitlines() if line.startswith("$ archc ")]
        return (
            "```console\n" + "".join(f"$ archc {command}\n{_output(archc, command)}" for command in commands) + "```\n"
        )

    expected = BLOCK.sub(played, _text())
    if request.config.getoption("--update-goldens"):
        README.write_text(expected, encoding="utf-8")
    assert _text() == expected


def _output(archc: Callable[..., Any], command: str) -> str:
    with contextlib.redirect_stderr(sys.stdout):  # as on a terminal
        run = archc(*shlex.split(command))
    assert run.code in (0, 1)
    return run.out


@pytest.mark.parametrize("number", range(sum(block[1] == "arch" and not block[2] for block in BLOCK.finditer(_text()))))
def test_the_programs_are_right(number: int) -> None:
    program = [block[3] for block in BLOCK.finditer(_text()) if block[1] == "arch" and not block[2]][number]
    found = ArchFile.of_text(program).check()
    assert not found, render_all(found)


def test_the_gallery_has_every_packaged_network() -> None:
    rows = re.findall(r"^\| \[`(\w+)`\]\(archs/\1\.arch\) \| .* \| (\d+) \| ", _text(), re.MULTILINE)
    files = {name: ArchFile.read(path) for name, path in packaged().items()}
    counts = {name: sum(len(file.variants(arch)) for arch in file.architectures) for name, file in files.items()}
    assert {name: int(count) for name, count in rows} == {name: count for name, count in counts.items() if count}
