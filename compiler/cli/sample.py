"""archc sample: architectures drawn from a space."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_overrides
from archc.cli.command import Exit, UsageError
from archc.cli.output import OUT, print_json, write_atomically
from archc.cli.overrides import overrides
from archc.cli.progress import bar
from archc.cli.table import table

if TYPE_CHECKING:
    from archc.diagnostics import Json
    from archc.space import Derivation

HEAD = ("file", "seed", "modules", "operators", "parameters", "MACs")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc sample` takes."""
    parser.add_argument("address", metavar="ADDRESS", help="file.arch, file.arch:Space, or the name of a packaged file")
    parser.add_argument("-n", dest="count", metavar="N", type=_positive, default=1, help="how many (default: 1)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="the seed of the first; the next has the next")
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, default=OUT, help="the folder for the files, or - to print them"
    )
    add_overrides(parser, "give a parameter of the space a value, or its inputs a size: -D depth=4 -D H=224")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc sample`."""
    from archc.space import load

    folder: Path = arguments.output
    if folder.exists() and not folder.is_dir() and str(folder) != "-":
        raise UsageError(f"{folder} is no folder: every architecture is a file of its own")
    address = parse_address(arguments.address)
    space = load(address.path, address.arch, **overrides(arguments.overrides))
    drawn: list[tuple[int, Derivation]] = []
    with bar(f"drawing from {space.name}", arguments.count) as step:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            drawn.append((seed, space.sample(seed)))
            step()
    if str(folder) == "-":
        print("\n".join(one.text() for _, one in drawn), end="")
        return Exit.OK
    for _, one in drawn:
        write_atomically(folder / f"{one.digest}.arch", one.text())
    if arguments.json:
        print_json([_record(folder, seed, one) for seed, one in drawn])
    else:
        print(table([HEAD, *(_row(folder, seed, one) for seed, one in drawn)], right=frozenset(range(1, 6))))
    return Exit.OK


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _row(folder: Path, seed: int, drawn: Derivation) -> tuple[str, ...]:
    costs = (drawn.size, drawn.operators, drawn.params, drawn.macs)
    return (str(folder / f"{drawn.digest}.arch"), str(seed), *(f"{cost:,}" for cost in costs))


def _record(folder: Path, seed: int, drawn: Derivation) -> Json:
    return {
        "file": str(folder / f"{drawn.digest}.arch"),
        "seed": seed,
        "modules": drawn.size,
        "operators": drawn.operators,
        "parameters": drawn.params,
        "macs": drawn.macs,
    }
