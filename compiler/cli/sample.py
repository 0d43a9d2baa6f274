"""archc sample: architectures drawn from a space."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_overrides
from archc.cli.command import Exit
from archc.cli.outcome import add_outcome, file_of, refuse_a_file, seeds, write
from archc.cli.output import print_json
from archc.cli.overrides import overrides
from archc.cli.table import table

if TYPE_CHECKING:
    from archc.diagnostics import Json
    from archc.space import Derivation

HEAD = ("file", "seed", "modules", "operators", "parameters", "MACs")
SPACE_HELP = "give a parameter of the space a value, or its inputs a size: -D depth=4 -D H=224"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc sample` takes."""
    parser.add_argument("address", metavar="ADDRESS", help="file.arch, file.arch:Space, or the name of a packaged file")
    add_outcome(parser)
    add_overrides(parser, SPACE_HELP)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc sample`."""
    from archc.space import load

    refuse_a_file(arguments.output)
    address = parse_address(arguments.address)
    space = load(address.path, address.arch, **overrides(arguments.overrides))
    drawn = [(seed, space.sample(seed)) for seed in seeds(arguments, f"drawing from {space.name}")]
    report(arguments, drawn)
    return Exit.OK


def report(arguments: Namespace, drawn: list[tuple[int, Derivation]]) -> None:
    """Write derivations, each with its seed, and say what each costs."""
    folder: Path = arguments.output
    if not write(folder, [one.text() for _, one in drawn]):
        return
    if arguments.json:
        print_json([_record(folder, seed, one) for seed, one in drawn])
    else:
        print(table([HEAD, *(_row(folder, seed, one) for seed, one in drawn)], right=frozenset(range(1, 6))))


def _row(folder: Path, seed: int, drawn: Derivation) -> tuple[str, ...]:
    costs = (drawn.size, drawn.operators, drawn.params, drawn.macs)
    return (str(file_of(folder, drawn.text())), str(seed), *(f"{cost:,}" for cost in costs))


def _record(folder: Path, seed: int, drawn: Derivation) -> Json:
    return {
        "file": str(file_of(folder, drawn.text())),
        "seed": seed,
        "modules": drawn.size,
        "operators": drawn.operators,
        "parameters": drawn.params,
        "macs": drawn.macs,
    }
