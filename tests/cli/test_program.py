"""The frame around the commands: arguments, exit codes, and every way a run can end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from archc.cli import program
from archc.cli.command import Command, UsageError
from archc.cli.commands import COMMANDS
from archc.diagnostics import ArchError, Diagnostic
from archc.syntax.source import Source, Span

Archc = Callable[..., Any]
FOUND = Diagnostic("S104", "sizes differ", Span(Source("a.arch", "x\n"), 0, 1))


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Let `archc boom` raise an exception."""

    def install(error: BaseException) -> None:
        def run(_: object) -> None:
            raise error

        body = SimpleNamespace(add_arguments=lambda _: None, run=run)
        monkeypatch.setitem(sys.modules, "boom", cast(ModuleType, body))
        monkeypatch.setattr("archc.cli.commands.COMMANDS", (Command("boom", "go wrong", "boom"),))

    return install


def test_without_a_command_the_help_is_shown(archc: Archc) -> None:
    run = archc()
    assert run.code == 2
    assert all(command.name in run.out and command.help in " ".join(run.out.split()) for command in COMMANDS)


def test_version(archc: Archc) -> None:
    assert archc("--version").out.startswith("archc ")


def test_a_misspelt_command(archc: Archc) -> None:
    run = archc("explian", "S104")
    assert (run.code, run.out) == (2, "")
    assert run.err == "archc: no command `explian`; did you mean `explain`?\n"


def test_a_missing_argument(archc: Archc) -> None:
    assert archc("new").err == "archc new: the following arguments are required: FILE\ntry: archc new --help\n"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_json_and_help(archc: Archc, command: Command) -> None:
    run = archc(command.name, "--help")
    assert (run.code, run.err) == (0, "")
    assert "--json" in run.out
    assert not command.help.endswith(".") and command.help[0].islower()


def test_diagnostics_end_with_1(archc: Archc, raising: Callable[..., None]) -> None:
    raising(ArchError((FOUND,)))
    run = archc("boom")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error[S104]: sizes differ\n --> a.arch:1:1\n") and run.err.endswith("\n\n1 error\n")


def test_diagnostics_as_json(archc: Archc, raising: Callable[..., None]) -> None:
    raising(ArchError((FOUND,)))
    run = archc("boom", "--json")
    assert (run.code, run.err) == (1, "")
    assert json.loads(run.out)["diagnostics"][0]["code"] == "S104"


def test_colour_is_forced_and_forbidden(
    archc: Archc, raising: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(ArchError((FOUND,)))
    assert "\x1b" not in archc("boom").err
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[S104]" in archc("boom").err
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in archc("boom").err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing"), 2, "archc boom: no such thing\n"),
        (PermissionError(13, "Permission denied", "a.py"), 2, "archc boom: a.py: permission denied\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_other_ends(archc: Archc, raising: Callable[..., None], error: BaseException, code: int, said: str) -> None:
    raising(error)
    run = archc("boom")
    assert (run.code, run.err) == (code, said)


@pytest.mark.parametrize("error", [ValueError("a\nb"), RecursionError("deep"), MemoryError()])
def test_an_internal_error_is_one_line(archc: Archc, raising: Callable[..., None], error: Exception) -> None:
    raising(error)
    run = archc("boom")
    assert run.code == 70
    assert run.err.startswith(f"archc: internal error: {type(error).__name__}:") and run.err.count("\n") == 1


def test_an_internal_error_is_raised_for_debugging(
    archc: Archc, raising: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(KeyError("a"))
    monkeypatch.setenv("ARCHC_DEBUG", "1")
    with pytest.raises(KeyError):
        program.main(["boom"])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "archc.cli", *arguments]


@pytest.mark.parametrize("arguments", [("completion", "bash"), ("explain", "S104")], ids=["long", "short"])
def test_a_reader_that_goes_away_is_no_error(arguments: tuple[str, str]) -> None:
    read, write = os.pipe()
    os.close(read)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            _command(*arguments), stdout=gone, stderr=subprocess.PIPE, env=buffered, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_a_stream_that_cannot_show_a_letter_shows_its_code(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(_command("new", "é.arch"), cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"\\xe9.arch: ")


def test_interrupting() -> None:
    lines = (
        "import os, signal, sys, types",
        "from archc.cli import command, commands, main",
        "signal.signal(signal.SIGINT, signal.default_int_handler)",  # ignored below a shell's background job
        "def run(_):",
        "    os.kill(os.getpid(), signal.SIGINT)",
        "    while True: pass",
        "sys.modules['wait'] = types.SimpleNamespace(add_arguments=lambda _: None, run=run)",
        "commands.COMMANDS = (command.Command('wait', 'w', 'wait'),)",
        "raise SystemExit(main(['wait']))",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, b"")
