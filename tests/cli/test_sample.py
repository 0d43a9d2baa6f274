"""archc sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Archc = Callable[..., Any]
SPACE = """archc 1
space Nets(widths = [8, 16]) : x[B, 3, S] -> [B, 8, S] = [linear(oneof(widths), axis=1), relu, linear(8, axis=1)]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nets.arch").write_text(SPACE)


def test_files_are_named_by_their_hash_and_check(archc: Archc) -> None:
    run = archc("sample", "nets.arch", "-n", "12", "--seed", "3", "-o", "drawn", "-D", "S=4", "--json")
    assert run.code == 0
    records = json.loads(run.out)
    assert [record["seed"] for record in records] == list(range(3, 15))
    assert {record["parameters"] for record in records} == {3 * 8 + 8 + 8 * 8 + 8, 3 * 16 + 16 + 16 * 8 + 8}
    written = sorted(Path("drawn").iterdir())
    assert {str(path) for path in written} == {record["file"] for record in records}
    assert len(written) == 2
    assert archc("check", *map(str, written)).code == 0
    assert archc("fmt", "--check", *map(str, written)).code == 0


def test_a_parameter_may_be_given(archc: Archc) -> None:
    run = archc("sample", "nets.arch:Nets", "-D", "widths=[32]", "-D", "S=4", "-o", "-")
    assert run.code == 0
    assert "linear(32, axis=1)" in run.out


def test_for_people(archc: Archc) -> None:
    run = archc("sample", "nets.arch", "-D", "S=4")
    assert run.code == 0
    assert run.out.split()[:6] == ["file", "seed", "modules", "operators", "parameters", "MACs"]


def test_what_is_wrong_is_said(archc: Archc) -> None:
    assert "takes a value of `S`" in archc("sample", "nets.arch").err
    assert archc("sample", "nets.arch").code == 1
    assert archc("sample", "nets.arch", "-D", "S=4", "-o", "nets.arch").code == 2
    assert archc("sample", "nets.arch", "-n", "0").code == 2
    assert not Path("out").exists()
