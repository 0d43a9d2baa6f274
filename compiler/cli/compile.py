"""archc compile: an architecture as the code of a backend."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.architectures import add_address, add_output, grouped, load, output_path, record, signature, title
from archc.cli.command import Exit
from archc.cli.output import print_json, write_atomically
from archc.cli.progress import progress

if TYPE_CHECKING:
    from archc import Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc compile` takes."""
    add_address(parser)
    add_output(parser)
    parser.add_argument("--backend", default="torch", help="what to compile to (default: torch)")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc compile`."""
    with progress(f"compiling {arguments.address}"):
        architecture = load(arguments.address, arguments.overrides)
        source = architecture.source(arguments.backend)
    if str(arguments.output) == "-":
        print(source, end="")
        return Exit.OK
    path = output_path(arguments.output, architecture, "py")
    write_atomically(path, source)
    if arguments.json:
        print_json({"file": str(path), **record(architecture)})
    else:
        print(_report(path, architecture))
    return Exit.OK


def _report(path: Path, architecture: Architecture) -> str:
    facts = (
        ("file", str(path)),
        ("network", title(architecture)),
        ("shapes", signature(architecture)),
        ("parameters", grouped(architecture.params)),
        ("MACs", grouped(architecture.macs)),
    )
    return "\n".join(f"{name:<11} {value}" for name, value in facts)
