"""archc list: every architecture and variant, with parameters and multiply-accumulates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import packaged
from archc.cli.architectures import every, grouped, read, record, signature, title
from archc.cli.command import Exit
from archc.cli.files import arch_files
from archc.cli.output import print_json
from archc.cli.progress import progress
from archc.cli.table import table

if TYPE_CHECKING:
    from archc import Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc list` takes."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="files or folders; without any, the packaged files")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc list`."""
    named = {str(path): path for path in arch_files(arguments.files)} if arguments.files else packaged()
    found: list[tuple[str, Architecture]] = []
    for name, path in named.items():
        with progress(f"reading {name}"):
            found += [(name, architecture) for architecture in _costed(path)]
    if arguments.json:
        print_json({"architectures": [{"file": name, **record(each)} for name, each in found]})
    elif found:
        print(_table(found))
    return Exit.OK


def _costed(path: Path) -> list[Architecture]:
    """Return the architectures of a file with their costs worked out: that is what takes the time."""
    architectures = list(every(read(path)))
    for architecture in architectures:
        _ = architecture.params, architecture.macs
    return architectures


def _table(found: list[tuple[str, Architecture]]) -> str:
    head = ("address", "parameters", "MACs", "shapes")
    rows = [
        (f"{name}:{title(each)}", grouped(each.params), grouped(each.macs), signature(each)) for name, each in found
    ]
    return table([head, *rows], right=frozenset({1}))
