"""A file that was good and has not changed is not checked again; whatever changes, it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archc import ArchFile
from archc.cli import verdicts

Archc = Callable[..., Any]
PART = "block Head(C) : x[B, c] -> [B, C] {\n  return x |> fc: linear(C)\n}\n"
NET = "use part (Head)\n\narch Net(width = 8) : x[B, 16] -> [B, width] {\n  return x |> head: Head(width)\n}\n"
LINE = "net.arch:Net : x[B, 16] -> [B, 8]\n"


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archc: Archc) -> list[ArchFile]:
    """The files that were really checked, after one run on a good file; the cache is a folder of this test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("archc.syntax.store._folder", lambda: tmp_path / "cache")
    Path("part.arch").write_text(PART)
    Path("net.arch").write_text(NET)
    done: list[ArchFile] = []
    check = ArchFile.check
    monkeypatch.setattr(ArchFile, "check", lambda self: (done.append(self), check(self))[1])
    assert archc("check", "net.arch").out == LINE
    assert len(done) == 1
    done.clear()
    return done


def test_the_second_check_is_remembered(archc: Archc, checks: list[ArchFile]) -> None:
    assert archc("check", "net.arch").out == LINE
    assert checks == []


def test_a_touched_file_with_the_same_text_is_the_same(archc: Archc, checks: list[ArchFile]) -> None:
    os.utime("net.arch", (0, 0))
    assert archc("check", "net.arch").code == 0 and checks == []


@pytest.mark.parametrize("changed", ["net.arch", "part.arch"])
def test_a_changed_text_is_checked(archc: Archc, checks: list[ArchFile], changed: str) -> None:
    Path(changed).write_text(Path(changed).read_text().replace("linear", "linaer").replace("Head(width)", "Head(wdth)"))
    run = archc("check", "net.arch")
    assert run.code == 1 and len(checks) == 1


def test_a_text_that_is_gone_is_missed(archc: Archc, checks: list[ArchFile]) -> None:
    Path("part.arch").unlink()
    assert "N108" in archc("check", "net.arch").out


def test_another_compiler_checks_again(archc: Archc, checks: list[ArchFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_own_files", lambda: iter([Path("part.arch").resolve()]))
    assert archc("check", "net.arch").out == LINE and len(checks) == 1


def test_the_compiler_is_all_its_files() -> None:
    names = {path.name for path in verdicts._own_files()}
    assert {"verdicts.py", "elaborator.py", "arch.lark", "nn.arch", "decide.py"} <= names


def test_other_arguments_are_another_question(archc: Archc, checks: list[ArchFile]) -> None:
    assert archc("check", "net.arch", "-D", "width=4").out == LINE.replace("8", "4")
    assert archc("check", "net.arch", "-D", "width=q").code == 1
    assert archc("check", str(Path("net.arch").resolve())).out.endswith(LINE) and len(checks) == 1


def test_bad_news_is_not_kept(archc: Archc, checks: list[ArchFile]) -> None:
    Path("net.arch").write_text(NET.replace("Head(width)", "Head(wdth)"))
    outputs = {archc("check", "net.arch").out for _ in range(2)}
    assert len(outputs) == 1 and len(checks) == 2


def test_a_spoilt_cache_is_no_cache(archc: Archc, checks: list[ArchFile]) -> None:
    for path in Path("cache").iterdir():
        path.write_bytes(b"spoilt")
    assert archc("check", "net.arch").out == LINE and len(checks) == 1
