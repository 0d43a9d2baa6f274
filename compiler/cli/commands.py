"""Every command of archc, in the order in which the help lists them."""

from __future__ import annotations

from archc.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    Command("new", "write a small network to start from", "archc.cli.new"),
    Command("check", "say what is wrong with files, for every size that they allow", "archc.cli.check"),
    Command("fmt", "put files into the one layout", "archc.cli.fmt"),
    Command("compile", "compile an architecture to readable code", "archc.cli.compile"),
    Command("cost", "say what each part costs, as formulas or as numbers", "archc.cli.cost"),
    Command("list", "list every architecture and variant with its costs", "archc.cli.list"),
    Command("reduce", "make a file that shows a mistake small", "archc.cli.reduce"),
    Command("graph", "draw an architecture, or print its graph", "archc.cli.graph"),
    Command("sample", "draw architectures from a space", "archc.cli.sample"),
    Command("mutate", "change an architecture a little, so that it still checks", "archc.cli.mutate"),
    Command("cross", "make architectures of parts of two of a space", "archc.cli.cross"),
    Command("space", "say what a space is made of, and count its architectures", "archc.cli.space"),
    Command("doc", "print the page of an operator, block, function or rule", "archc.cli.doc"),
    Command("explain", "say what a diagnostic's code means", "archc.cli.explain"),
    Command("completion", "print a script for the shell that completes commands and files", "archc.cli.completion"),
)
