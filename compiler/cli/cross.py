"""archc cross: architectures of parts of two of one space."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from archc.cli.address import parse_address
from archc.cli.architectures import ADDRESS_HELP
from archc.cli.command import Exit
from archc.cli.mutate import derivation
from archc.cli.outcome import add_outcome, refuse_a_file, seeds
from archc.cli.sample import report


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc cross` takes."""
    parser.add_argument("address", metavar="ADDRESS", help=ADDRESS_HELP)
    parser.add_argument("other", metavar="OTHER", help="another architecture of the same space")
    parser.add_argument("--space", metavar="SPACE", required=True, help="the space: file.arch or file.arch:Space")
    parser.add_argument("--align", action="store_true", help="go half the way to the other: keep what both share")
    add_outcome(parser)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc cross`."""
    from archc.space import load

    refuse_a_file(arguments.output)
    where = parse_address(arguments.space)
    space = load(where.path, where.arch)
    one, other = derivation(space, arguments.address), derivation(space, arguments.other)
    cross = space.blend if arguments.align else space.cross
    report(arguments, [(seed, cross(one, other, seed)) for seed in seeds(arguments, f"crossing in {space.name}")])
    return Exit.OK
