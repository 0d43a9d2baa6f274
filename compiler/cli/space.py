"""archc space: what a space is made of, how many derivations it has, and whether all of them fit."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_overrides
from archc.cli.command import Exit
from archc.cli.output import print_json
from archc.cli.overrides import overrides
from archc.cli.progress import progress
from archc.cli.sample import SPACE_HELP
from archc.cli.table import table

if TYPE_CHECKING:
    from archc.diagnostics import Json
    from archc.space import Space


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc space` takes."""
    parser.add_argument("address", metavar="ADDRESS", help="file.arch, file.arch:Space, or the name of a packaged file")
    parser.add_argument(
        "--count",
        metavar="SIZE",
        type=int,
        default=0,
        help="count the derivations of up to so many operators and blocks",
    )
    add_overrides(parser, SPACE_HELP)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc space`."""
    from archc.space import load

    address = parse_address(arguments.address)
    space = load(address.path, address.arch, **overrides(arguments.overrides))
    with progress(f"counting {space.name}"):
        counts = space.census.counts(arguments.count)
    if arguments.json:
        print_json(_record(space, counts))
        return Exit.OK
    inputs = ", ".join(f"{name}{shape}" for name, shape in space.shown_inputs())
    print(f"{space.name} : {inputs}\n")
    head = ("production", "line", "alternatives")
    rows = [(one.name, str(one.line), str(one.alternatives)) for one in space.productions()]
    print(table([head, *rows], right=frozenset({1, 2})))
    if counts:
        print()
        print(
            table([("size", "derivations"), *((str(size), f"{n:,}") for size, n in counts.items())], frozenset({0, 1}))
        )
    return Exit.OK


def _record(space: Space, counts: dict[int, int]) -> Json:
    return {
        "space": space.name,
        "productions": [
            {"name": one.name, "line": one.line, "alternatives": one.alternatives} for one in space.productions()
        ],
        "counts": [{"size": size, "derivations": count} for size, count in counts.items()],
    }
