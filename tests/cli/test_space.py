"""archc space."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Archc = Callable[..., Any]
SPACE = """archc 1
space Leaf = choice {
  => relu
  => linear(oneof(4, 8), axis=1)
}
space Nets : x[B, 4, S] -> [B, 4, S] = [Leaf, Leaf]
"""
ENDLESS = "archc 1\nspace S = choice {\n  => relu\n  => [S, []]\n}\nspace N : x[B] -> [B] = S\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nets.arch").write_text(SPACE)


def test_productions_and_counts(archc: Archc) -> None:
    run = archc("space", "nets.arch", "-D", "S=2", "--count", "3", "--json")
    assert run.code == 0
    assert json.loads(run.out) == {
        "space": "Nets",
        "productions": [
            {"name": "Nets", "line": 6, "alternatives": 0},
            {"name": "Leaf", "line": 2, "alternatives": 2},
        ],
        "counts": [{"size": 2, "derivations": 5}],  # relu or linear(4) twice, and linear(8) before linear(4)
    }


def test_for_people(archc: Archc) -> None:
    run = archc("space", "nets.arch", "-D", "S=2", "--count", "2")
    assert run.code == 0
    assert run.out.startswith("Nets : x[B, 4, 2]\n\nproduction  line  alternatives\n")
    assert run.out.endswith("size  derivations\n   2            5\n")


def test_a_proof(archc: Archc) -> None:
    run = archc("space", "nets.arch", "-D", "S=2", "--prove")
    assert run.code == 1  # `Nets` may end in linear(8)
    assert "warning[E232]: `Nets` can return [1, 8, 2], which is not what it declares" in run.out
    Path("nets.arch").write_text(SPACE.replace("= [Leaf, Leaf]", "= [Leaf, Leaf, linear(4, axis=1)]"))
    run = archc("space", "nets.arch", "-D", "S=2", "--prove")
    assert run.code == 0
    assert "proved: every derivation fits x[B, 4, 2]" in run.out
    proof = json.loads(archc("space", "nets.arch", "-D", "S=2", "--prove", "--json").out)["proof"]
    assert proof["holds"] and proof["counterexample"] is None


def test_what_is_wrong_is_said(archc: Archc) -> None:
    assert "takes a value of `S`" in archc("space", "nets.arch").err
    Path("endless.arch").write_text(
        "archc 1\nspace S = choice {\n  => relu\n  => [S, []]\n}\nspace N : x[B] -> [B] = S\n"
    )
    assert "E231" in archc("space", "endless.arch", "--count", "2").err


def test_check_says_whether_every_derivation_fits(archc: Archc) -> None:
    Path("nets.arch").write_text(SPACE.replace("S]", "2]"))
    run = archc("check", "nets.arch")
    assert (run.code, run.out) == (0, "nets.arch:Nets : draws leave out what does not fit\n")
    Path("nets.arch").write_text(SPACE.replace("S]", "2]").replace("oneof(4, 8)", "4"))
    assert archc("check", "nets.arch").out == "nets.arch:Nets : every derivation fits\n"
    Path("nets.arch").write_text(SPACE)
    assert archc("check", "nets.arch").out == "nets.arch: nothing is wrong\n"
