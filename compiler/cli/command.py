"""What a command is, and how it ends."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """How a command ended, as the shell sees it."""

    OK = 0
    FOUND = 1
    """Something is wrong with a text, and it has been said what."""
    USAGE = 2
    """The command cannot be carried out as it was given."""
    INTERNAL = 70
    """A mistake of archc itself."""
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class UsageError(Exception):
    """The command cannot be carried out as it was given: its text is what people read, its exit code 2."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of `archc`; `help` is a line, `run` returns how it ended and raises UsageError or ArchError."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Exit]
