"""Every command of archc, in the order in which the help lists them."""

from __future__ import annotations

from archc.cli import check, compile, completion, cost, explain, list, new
from archc.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    new.COMMAND,
    check.COMMAND,
    compile.COMMAND,
    cost.COMMAND,
    explain.COMMAND,
    list.COMMAND,
    completion.COMMAND,
)
