"""archc fmt: what it writes, and what it leaves alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archc.packaged import packaged
from archc.syntax import Source, format_file, parse

Archc = Callable[..., Any]
UGLY = "arch Net:x[B,16]->[B,16]{ # why\n  return   x|>relu\n}\n"
BROKEN = "arch Net : x[B -> {\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("ugly.arch", UGLY), ("broken.arch", BROKEN)):
        Path(name).write_text(text)


def tidy(archc: Archc) -> str:
    archc("fmt", "ugly.arch")
    return Path("ugly.arch").read_text()


def test_a_file_is_formatted_once(archc: Archc) -> None:
    run = archc("fmt", "ugly.arch")
    assert (run.code, run.out, run.err) == (0, "", "formatted ugly.arch\n")
    text = Path("ugly.arch").read_text()
    assert "return x |> relu\n" in text and "# why" in text
    again = archc("fmt", "ugly.arch")
    assert (again.code, again.err, Path("ugly.arch").read_text()) == (0, "", text)


def test_check_and_diff_write_nothing(archc: Archc) -> None:
    check, diff = archc("fmt", "--check", "ugly.arch"), archc("fmt", "--diff", "ugly.arch")
    assert (check.code, check.err) == (1, "would format ugly.arch\n")
    assert diff.code == 1
    assert {"-  return   x|>relu", "+  return x |> relu"} <= set(diff.out.splitlines())
    assert Path("ugly.arch").read_text() == UGLY


def test_a_broken_file_is_left_alone_and_the_others_are_not(archc: Archc) -> None:
    run = archc("fmt", ".")
    assert run.code == 1
    assert Path("broken.arch").read_text() == BROKEN
    assert "broken.arch:1" in run.err and "formatted ugly.arch" in run.err


def test_standard_input_goes_to_standard_output(archc: Archc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(UGLY.encode())))
    run = archc("fmt", "-")
    assert (run.code, run.err) == (0, "")
    assert run.out == tidy(archc)


def test_json(archc: Archc) -> None:
    told = json.loads(archc("fmt", "--json", "--check", ".").out)
    assert told["files"] == [
        {"file": "broken.arch", "state": "wrong"},
        {"file": "ugly.arch", "state": "changed"},
    ]
    assert told["diagnostics"][0]["place"]["file"] == "broken.arch"


@pytest.mark.parametrize("name", sorted(packaged()))
def test_packaged_files_are_in_the_one_layout(name: str) -> None:
    text = packaged()[name].read_text(encoding="utf-8")
    assert format_file(parse(Source(name, text))) == text
