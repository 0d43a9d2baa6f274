"""archc compile: architectures as the code of a backend."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archc.backends import BACKENDS, backend
from archc.cli.address import Address, parse_address
from archc.cli.architectures import add_address, add_output, every, output_path, overview, read, record, select
from archc.cli.command import Exit
from archc.cli.output import print_json, write_atomically
from archc.cli.progress import progress

if TYPE_CHECKING:
    from archc import ArchFile, Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc compile` takes."""
    add_address(parser)
    add_output(parser)
    parser.add_argument("--backend", choices=tuple(BACKENDS), default="torch", help="what to compile to")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc compile`."""
    address = parse_address(arguments.address)
    with progress(f"compiling {arguments.address}"):
        file = read(address.path)
        source, made = _compile(file, address, arguments.overrides, arguments.backend)
    if str(arguments.output) == "-":
        print(source, end="")
        return Exit.OK
    path = output_path(arguments.output, address.path, "py")
    write_atomically(path, source)
    with progress("counting"):
        _tell(path, made, arguments.json)
    return Exit.OK


def _compile(
    file: ArchFile, address: Address, overrides: Sequence[str], name: str
) -> tuple[str, Sequence[Architecture]]:
    """Return the code, of one architecture where a variant or a value is given, else of all, and what is in it."""
    door = backend(name)
    if address.variant is not None or overrides:
        architecture = select(file, address, overrides)
        return door.source(architecture), [architecture]
    return door.file_source(file, address.arch), list(every(file, address.arch))


def _tell(path: Path, made: Sequence[Architecture], as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path), "architectures": [record(each) for each in made]})
    else:
        print(f"{path}\n\n{overview(made)}")
