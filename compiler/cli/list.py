"""archc list: every architecture and variant, with its paper, the licence of its weights, and its costs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from archc.cli.architectures import add_overrides, every, overview, read, record
from archc.cli.command import Exit, UsageError
from archc.cli.files import arch_files
from archc.cli.output import print_json
from archc.cli.overrides import overrides
from archc.cli.progress import progress
from archc.diagnostics import ArchError, Json
from archc.packaged import packaged

if TYPE_CHECKING:
    from archc import Architecture

WIDTH = 120


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
        listed: list[Json] = [_told(each, name, sizes) for name, group in found.items() for each in group]
        print_json({"architectures": listed})
    else:
        empty = [f"{name}: no architectures" for name, group in found.items() if not group and arguments.files]
        print("\n\n".join([*(text for name, group in found.items() for text in _rows(group, name, sizes)), *empty]))
    return Exit.OK


def _rows(architectures: Iterable[Architecture], file: str, sizes: Mapping[str, int]) -> Iterator[str]:
    """Give the rows of every architecture of a file: what it is, whose weights there are, what its variants cost."""
    for _, variants in groupby(architectures, key=lambda each: each.name):
        group = list(variants)
        about = [_words(group[0].doc), f"Official weights: {_words(group[0].weights)}" if group[0].weights else ""]
        yield "\n".join([*(fill(text, WIDTH) for text in about if text), overview(group, file, sizes)])


def _told(architecture: Architecture, file: str, sizes: Mapping[str, int]) -> dict[str, Json]:
    about: dict[str, Json] = {"doc": _words(architecture.doc), "weights": _words(architecture.weights)}
    return {"file": file, **record(architecture, sizes), **about}


def _words(text: str) -> str:
    return " ".join(text.split())


def _costed(path: Path) -> list[Architecture]:
    """Return the architectures of a file with their costs worked out: that is what takes the time."""
    file = read(path)
    if problems := file.problems():
        raise ArchError(problems)
    architectures = list(every(file))
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
