"""archc check: what it says, in every form, and the fixes it makes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Archc = Callable[..., Any]
GOOD = "arch Net(width = 8) : x[B, 16] -> [B, width] {\n  return x |> fc: linear(width)\n}\n"
WRONG = GOOD.replace("linear(width)", "linear(widht)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("good.arch").write_text(GOOD)
    Path("wrong.arch").write_text(WRONG)
    return tmp_path


def test_a_good_file(archc: Archc) -> None:
    run = archc("check", "good.arch")
    assert (run.code, run.out, run.err) == (0, "good.arch:Net : x[B, 16] -> [B, 8]\n", "")


def test_a_wrong_file(archc: Archc, golden: object) -> None:
    run = archc("check", "wrong.arch")
    assert (run.code, run.err) == (1, "\n1 error\n")
    assert golden == run.out


def test_addresses_and_overrides(archc: Archc) -> None:
    assert archc("check", "good.arch:Net", "-D", "width=4").out == "good.arch:Net : x[B, 16] -> [B, 4]\n"
    missing = archc("check", "good.arch:Nett")
    assert missing.code == 1 and "did you mean `Net`?" in missing.out and "good.arch:1:6\n" in missing.out


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("width=q", "command line:1:10\n  |\n1 | -D width=q\n  |          ^"),
        ("width=1 +", "command line:1:13\n"),
        ("widht=4", "command line:1:4\n"),
        ("B=0", "command line:1:6\n"),
    ],
)
def test_a_value_of_the_command_line_is_shown_there(archc: Archc, given: str, place: str) -> None:
    run = archc("check", "good.arch", "-D", given)
    assert run.code == 1 and f" --> {place}" in run.out


def test_what_a_value_of_the_command_line_breaks_names_it(archc: Archc) -> None:
    Path("good.arch").write_text(GOOD.replace(" {", " where width % 4 == 0 {"))
    run = archc("check", "good.arch", "-D", "width=6")
    assert "6 % 4 == 0 is false" in run.out and " ::: command line:1:10\n" in run.out
    Path("good.arch").write_text(GOOD)
    wide = archc("check", "good.arch", "-D", "width=4.5")
    assert "= instance: Net with width=4.5\n" in wide.out


def test_folders_are_checked_whole(archc: Archc) -> None:
    Path("sub").mkdir()
    Path("sub/other.arch").write_text(WRONG)
    Path("sub/.hidden").mkdir()
    Path("sub/.hidden/no.arch").write_text("nonsense")
    run = archc("check", ".")
    assert run.err == "\n2 errors\n"
    assert "sub/other.arch:2" in run.out and "hidden" not in run.out
    empty = archc("check", "sub/.hidden/..//../nowhere.arch", "sub")
    assert empty.code == 1


def test_a_folder_without_files(archc: Archc) -> None:
    Path("empty").mkdir()
    run = archc("check", "empty")
    assert (run.code, run.err) == (2, "archc check: there is no `.arch` file in empty\n")


def test_a_file_that_is_not_there(archc: Archc) -> None:
    run = archc("check", "none.arch")
    assert run.code == 1 and "error[P001]: `none.arch` cannot be read" in run.out


def test_standard_input(archc: Archc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    assert " --> <stdin>:2:26\n" in archc("check", "-").out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert archc("check", "-").err == "archc check: standard input is not UTF-8: invalid start byte at offset 0\n"


def test_json(archc: Archc) -> None:
    run = archc("check", "--json", "wrong.arch", "good.arch")
    [found] = json.loads(run.out)["diagnostics"]
    assert run.code == 1 and found["code"] == "N101" and found["place"]["file"] == "wrong.arch"
    assert archc("check", "--format", "json", "wrong.arch", "good.arch").out == run.out


def test_sarif(archc: Archc) -> None:
    [log] = json.loads(archc("check", "--format", "sarif", "wrong.arch").out)["runs"]
    assert [result["ruleId"] for result in log["results"]] == ["N101"]


def test_github(archc: Archc) -> None:
    assert archc("check", "--format", "github", "wrong.arch").out.startswith("::error file=wrong.arch,line=2,")
    assert archc("check", "--format", "github", "good.arch").out == ""


def test_fixes_are_made_in_the_file(archc: Archc) -> None:
    run = archc("check", "--fix", "wrong.arch")
    assert Path("wrong.arch").read_text() == GOOD
    assert (run.code, run.err) == (0, "wrong.arch: 1 fix made\n")
    again = archc("check", "--fix", "wrong.arch")
    assert (again.code, again.err) == (0, "")


def test_what_cannot_be_fixed_is_said_after_the_fixes(archc: Archc) -> None:
    Path("wrong.arch").write_text(WRONG.replace("linear(widht)", "linear(widht) |> mul(1 // 0)"))
    run = archc("check", "--fix", "wrong.arch")
    assert run.code == 1 and "linear(width)" in Path("wrong.arch").read_text()
    assert run.err.startswith("wrong.arch: 1 fix made\n") and "N101" not in run.out


def test_only_errors_make_it_fail(archc: Archc) -> None:
    Path("good.arch").write_text(GOOD.replace("  return", "  let n = 2\n  return"))
    run = archc("check", "good.arch")
    assert (run.code, run.err) == (0, "\n1 warning\n")
    assert run.out.startswith("good.arch:Net : x[B, 16] -> [B, 8]\nwarning[N112]: the `let` `n` is never used\n")
    assert archc("check", "good.arch").out == run.out
    assert archc("check", "--format", "github", "good.arch").out.startswith("::warning file=good.arch,line=2,")
    [found] = json.loads(archc("check", "--json", "good.arch").out)["diagnostics"]
    assert (found["code"], found["severity"]) == ("N112", "warning")
    assert archc("check", "--fix", "good.arch").code == 0 and Path("good.arch").read_text() == GOOD


def test_what_is_not_used_is_said_where_nothing_is_wrong(archc: Archc) -> None:
    Path("wrong.arch").write_text(WRONG.replace("  return", "  let n = 2\n  return"))
    assert "N112" not in archc("check", "wrong.arch").out
