"""Running `archc` in a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from archc.cli import main


@dataclass(frozen=True)
class Run:
    """How a run ended, and what it printed where."""

    code: int
    out: str
    err: str


@pytest.fixture
def archc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run `archc` with these arguments in this process, in the plain: no colour, nothing debugged."""
    for name in ("NO_COLOR", "FORCE_COLOR", "ARCHC_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Run:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return run
