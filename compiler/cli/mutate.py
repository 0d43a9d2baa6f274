"""archc mutate: architectures that differ a little from one, in its own text or within a space."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_address, count, grouped, load, read
from archc.cli.command import Exit
from archc.cli.outcome import add_outcome, file_of, refuse_a_file, seeds, write
from archc.cli.output import print_json, say
from archc.cli.sample import report
from archc.cli.table import table

if TYPE_CHECKING:
    from archc.diagnostics import Json
    from archc.editing import Mutation
    from archc.space import Derivation, Space

HEAD = ("file", "seed", "change", "line", "parameters")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc mutate` takes."""
    add_address(parser)
    parser.add_argument(
        "--space", metavar="SPACE", help="stay within a space, as file.arch or file.arch:Space: draw a part of it anew"
    )
    parser.add_argument("--diff", action="store_true", help="print each change of the text")
    add_outcome(parser)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc mutate`."""
    refuse_a_file(arguments.output)
    if arguments.space is not None:
        return _within(arguments)
    from archc.editing import mutate

    parent = load(arguments.address, arguments.overrides)
    children = [(seed, mutate(parent, seed)) for seed in seeds(arguments, f"changing {parent.name}")]
    if arguments.diff:
        print("".join(child.edited.diff() for _, child in children), end="")
    if not write(arguments.output, [child.edited.text for _, child in children]):
        return Exit.OK
    if arguments.json:
        print_json([_record(arguments.output, seed, child) for seed, child in children])
    elif not arguments.diff:
        print(table([HEAD, *(_row(arguments.output, seed, child) for seed, child in children)], frozenset({1, 3, 4})))
    tried = sum(child.tried for _, child in children)
    say(f"{len(children)} of {tried} changes that were tried are legal")
    return Exit.OK


def _within(arguments: Namespace) -> Exit:
    from archc.space import load as load_space

    address = parse_address(arguments.space)
    space = load_space(address.path, address.arch)
    parent = derivation(space, arguments.address)
    report(arguments, [(seed, space.mutate(parent, seed)) for seed in seeds(arguments, f"changing {space.name}")])
    return Exit.OK


def derivation(space: Space, address: str) -> Derivation:
    """Return the derivation of the architecture at an address in a space. Raises ArchError where it has none."""
    where = parse_address(address)
    return space.parse(read(where.path).architecture(where.arch, where.variant))


def _row(folder: Path, seed: int, child: Mutation) -> tuple[str, ...]:
    return (
        str(file_of(folder, child.edited.text)),
        str(seed),
        child.kind.value,
        str(_line(child)),
        grouped(child.edited.architecture.params),
    )


def _record(folder: Path, seed: int, child: Mutation) -> Json:
    return {
        "file": str(file_of(folder, child.edited.text)),
        "seed": seed,
        "change": child.kind.value,
        "line": _line(child),
        "tried": child.tried,
        "parameters": count(child.edited.architecture.params),
    }


def _line(child: Mutation) -> int:
    span = child.candidate.span
    return span.source.position(span.start).line
