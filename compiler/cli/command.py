"""What a command is, and how it ends."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from enum import IntEnum
from importlib import import_module
from typing import Protocol, cast

from archc.records import record


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


class Body(Protocol):
    """What the module of a command has: `run` returns how it ended, and raises UsageError or ArchError."""

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, arguments: Namespace) -> Exit: ...


@record
class Command:
    """One command of `archc`; `help` is a line. Its module is imported only when the command is asked for."""

    name: str
    help: str
    module: str

    def body(self) -> Body:
        """Return what the command does."""
        return cast("Body", import_module(self.module))
