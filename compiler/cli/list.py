"""archc list: every architecture and variant, with parameters and multiply-accumulates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import packaged
from archc.cli.architectures import add_overrides, every, overview, read, record
from archc.cli.command import Exit, UsageError
from archc.cli.files import arch_files
from archc.cli.output import print_json
from archc.cli.overrides import overrides
from archc.cli.progress import progress
from archc.diagnostics import Json

if TYPE_CHECKING:
    from archc import Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc list` takes."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="files or folders; without any, the packaged files")
    add_overrides(parser, "put a size into the multiply-accumulates: -D H=224 -D W=224")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc list`."""
    named = {str(path): path for path in arch_files(arguments.files)} if arguments.files else packaged()
    found: dict[str, list[Architecture]] = {}
    for name, path in named.items():
        with progress(f"reading {name}"):
            found[name] = _costed(path)
    sizes = _sizes(arguments.overrides, [each for group in found.values() for each in group])
    if arguments.json:
        listed: list[Json] = [{"file": name, **record(each, sizes)} for name, group in found.items() for each in group]
        print_json({"architectures": listed})
    else:
        print("\n\n".join(overview(group, name, sizes) for name, group in found.items() if group))
    return Exit.OK


def _costed(path: Path) -> list[Architecture]:
    """Return the architectures of a file with their costs worked out: that is what takes the time."""
    architectures = list(every(read(path)))
    for architecture in architectures:
        _ = architecture.params, architecture.macs
    return architectures


def _sizes(given: Iterable[str], architectures: Iterable[Architecture]) -> Mapping[str, int]:
    """Return the sizes given. Raises UsageError for a name that nothing depends on, or a value that is no size."""
    free = {name for each in architectures for name in each.macs.free}
    sizes: dict[str, int] = {}
    for name, value in overrides(given).items():
        if name not in free:
            raise UsageError(f"no multiply-accumulates depend on `{name}`; they depend on {', '.join(sorted(free))}")
        if not value.isdecimal() or int(value) < 1:
            raise UsageError(f"the size `{name}` is a positive integer, not {value}")
        sizes[name] = int(value)
    return sizes
