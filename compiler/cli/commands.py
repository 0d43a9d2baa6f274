"""Every command of archc, in the order in which the help lists them."""

from __future__ import annotations

from archc.cli import completion, explain, new
from archc.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    new.COMMAND,
    explain.COMMAND,
    completion.COMMAND,
)
