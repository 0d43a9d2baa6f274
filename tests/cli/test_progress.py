"""A word when something takes long, for who is watching."""

from __future__ import annotations

import io
import time

import pytest

from archc.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watch(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal. Not a fixture: pytest puts its own stream back between the phases of a test."""
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    return stream


def test_what_takes_long_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    with progress.progress("thinking [hard]"):
        deadline = time.monotonic() + 30
        while "thinking [hard]" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "thinking [hard]" in terminal.getvalue()


def test_what_is_quick_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    with progress.progress("thinking"):
        pass
    time.sleep(0.1)
    assert terminal.getvalue() == ""


def test_nobody_watches_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.progress("thinking"):
        time.sleep(0.05)
    assert stream.getvalue() == ""


def test_an_error_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)
    with pytest.raises(KeyError), progress.progress("thinking"):
        raise KeyError
