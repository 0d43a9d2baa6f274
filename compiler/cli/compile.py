"""archc compile: architectures as the code of a backend."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from archc.backends import BACKENDS, Door, backend
from archc.cli.address import Address, parse_address
from archc.cli.architectures import (
    add_address,
    add_output,
    every,
    output_path,
    overview,
    read,
    record,
    say_which,
    select,
    title,
)
from archc.cli.command import Exit, UsageError
from archc.cli.output import print_json, write_atomically
from archc.cli.progress import progress
from archc.graph.printer import to_text

if TYPE_CHECKING:
    from archc import ArchFile, Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc compile` takes."""
    add_address(parser)
    add_output(parser)
    parser.add_argument("--backend", choices=tuple(BACKENDS), default="torch", help="what to compile to")
    parser.add_argument(
        "--print-after", metavar="PASS", help="print the graph after a pass, or after `all` of them, to standard error"
    )
    parser.add_argument(
        "--explain-fusion", action="store_true", help="print what was fused, what was not and why, to standard error"
    )


def run(arguments: Namespace) -> Exit:
    """Carry out `archc compile`."""
    address = parse_address(arguments.address)
    passes = _passes(backend(arguments.backend), arguments.print_after)
    with progress(f"compiling {arguments.address}"):
        file = read(address.path)
        source, made = _compile(file, address, arguments.overrides, arguments.backend)
    _print_after(backend(arguments.backend), passes, made)
    if arguments.explain_fusion:
        _explain(backend(arguments.backend), made)
    if str(arguments.output) == "-":
        print(source, end="")
        return Exit.OK
    path = _write(backend(arguments.backend), arguments.output, address.path, source, made)
    with progress("counting"):
        _tell(path, made, arguments.json)
    if arguments.overrides:
        say_which(made[0], address)
    return Exit.OK


def _write(door: Door, output: Path, of: Path, source: str, made: Sequence[Architecture]) -> Path:
    """Write the source, or the files of a project into a folder; return the path of the first file."""
    files = door.project(made[0])
    if files and output.suffix:
        raise UsageError(f"{len(files)} files are written, so that -o takes a folder, and {output} is a file")
    paths = [output / name for name in files] or [output_path(output, of, "py")]
    for path, text in zip(paths, files.values() or (source,), strict=True):
        write_atomically(path, text)
    return paths[0]


def _passes(door: Door, asked: str | None) -> tuple[str, ...]:
    """Return the passes after which graphs are printed; raises UsageError where there is none of a name."""
    known = door.passes()
    if asked is None:
        return ()
    if asked == "all" or asked in known:
        return known if asked == "all" else (asked,)
    close = get_close_matches(asked, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}, all"
    raise UsageError(f"there is no pass `{asked}`; {hint}")


def _print_after(door: Door, passes: Sequence[str], made: Sequence[Architecture]) -> None:
    """Print every architecture in inference as it is after each pass."""
    for architecture in made if passes else ():
        for name in passes:
            text = to_text(door.after(architecture.graph, name))
            print(f"# {title(architecture)} after {name}\n{text}", file=sys.stderr)


def _explain(door: Door, made: Sequence[Architecture]) -> None:
    """Print what became of every operator; raises UsageError where the backend fuses nothing."""
    lines = door.explanation(made[0])
    if not lines:
        raise UsageError("this backend leaves fusion to what runs its code; --backend cpu fuses itself")
    print("\n".join(lines), file=sys.stderr)


def _compile(
    file: ArchFile, address: Address, overrides: Sequence[str], name: str
) -> tuple[str, Sequence[Architecture]]:
    """Return the code, of one architecture where a variant or a value is given, else of all, and what is in it."""
    door = backend(name)
    if address.variant is not None or overrides:
        architecture = select(file, address, overrides)
        return door.source(architecture), [architecture]
    found = list(every(file, address.arch))
    return door.file_source(file, address.arch), found[:1] if door.holds_one else found


def _tell(path: Path, made: Sequence[Architecture], as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path), "architectures": [record(each) for each in made]})
    else:
        print(f"{path}\n\n{overview(made)}")
