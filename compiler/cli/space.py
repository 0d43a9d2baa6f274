"""archc space: what a space is made of, how many derivations it has, and whether all of them fit."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_overrides
from archc.cli.command import Exit
from archc.cli.output import print_json, use_colour
from archc.cli.overrides import overrides
from archc.cli.progress import progress
from archc.cli.sample import SPACE_HELP
from archc.cli.table import table

if TYPE_CHECKING:
    from archc.diagnostics import Json
    from archc.space import Space
    from archc.space.proofs import Proof


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc space` takes."""
    parser.add_argument("address", metavar="ADDRESS", help="file.arch, file.arch:Space, or the name of a packaged file")
    parser.add_argument("--count", metavar="SIZE", type=int, default=0, help="count derivations of up to SIZE modules")
    parser.add_argument("--prove", action="store_true", help="prove that every derivation fits, or say which does not")
    add_overrides(parser, SPACE_HELP)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc space`."""
    from archc.space import load

    address = parse_address(arguments.address)
    space = load(address.path, address.arch, **overrides(arguments.overrides))
    with progress(f"counting {space.name}"):
        counts = space.census.counts(arguments.count)
    with progress(f"going through {space.name}"):
        proof = space.prove() if arguments.prove else None
    if arguments.json:
        print_json(_record(space, counts, proof))
    else:
        _print(space, counts, proof)
    return Exit.FOUND if proof is not None and proof.findings else Exit.OK


def _print(space: Space, counts: dict[int, int], proof: Proof | None) -> None:
    print(f"{space.name} : {_inputs(space)}\n")
    head = ("production", "line", "alternatives")
    rows = [(one.name, str(one.line), str(one.alternatives)) for one in space.productions()]
    print(table([head, *rows], right=frozenset({1, 2})))
    if counts:
        sizes = [(str(size), f"{count:,}") for size, count in counts.items()]
        print(f"\n{table([('size', 'derivations'), *sizes], frozenset({0, 1}))}")
    if proof is not None:
        print(f"\n{_told(space, proof)}")


def _inputs(space: Space) -> str:
    return ", ".join(f"{name}{shape}" for name, shape in space.shown_inputs())


def _told(space: Space, proof: Proof) -> str:
    """Return a proof in words."""
    if proof.holds:
        return f"proved: every derivation fits {_inputs(space)}; {proof.reached:,} pairs of production and inputs"
    if not proof.findings:
        return f"not proved, and no counterexample found: {proof.open}"
    from archc.diagnostics import render_all

    text = render_all(proof.findings, use_colour(sys.stdout))
    if proof.counterexample is None:
        return text
    *before, last = proof.counterexample
    trail = f" after {', '.join(f'`{one}`' for one in before)}" if before else ""
    return f"{text}\n\na smallest derivation that does not fit has `{last}`{trail}"


def _record(space: Space, counts: dict[int, int], proof: Proof | None) -> Json:
    record: dict[str, Json] = {
        "space": space.name,
        "productions": [
            {"name": one.name, "line": one.line, "alternatives": one.alternatives} for one in space.productions()
        ],
        "counts": [{"size": size, "derivations": count} for size, count in counts.items()],
    }
    if proof is not None:
        from archc.diagnostics import record_all

        record["proof"] = {
            "holds": proof.holds,
            "reached": proof.reached,
            "open": proof.open,
            "counterexample": None if proof.counterexample is None else list(proof.counterexample),
            "findings": record_all(proof.findings),
        }
    return record
