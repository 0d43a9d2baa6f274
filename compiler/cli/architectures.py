"""Architectures by their addresses, and what commands say about each."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import Address, parse_address
from archc.cli.output import OUT, say
from archc.cli.table import table

if TYPE_CHECKING:
    from archc import ArchFile, Architecture, Formula, Tensor
    from archc.diagnostics import Json

ADDRESS_HELP = "file.arch, file.arch:Arch, file.arch:Arch.variant, or the name of a packaged file"
OVERRIDES_HELP = "give a parameter another value, or fix a free size: -D classes=10 -D H=224"


def add_address(parser: ArgumentParser) -> None:
    """Add the arguments that name one architecture; `load` reads them."""
    parser.add_argument("address", metavar="ADDRESS", help=ADDRESS_HELP)
    add_overrides(parser)


def add_overrides(parser: ArgumentParser, help: str = OVERRIDES_HELP) -> None:
    """Add the option `-D name=value`, which may be repeated."""
    parser.add_argument("-D", dest="overrides", metavar="NAME=VALUE", action="append", default=[], help=help)


def add_output(parser: ArgumentParser) -> None:
    """Add the option `-o`, which says where to write; `output_path` reads it."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, default=OUT, help="a file, a folder, or - to print"
    )


def read(path: Path) -> ArchFile:
    """Return the file at a path, whatever is wrong with it."""
    from archc import ArchFile  # brings the algebra, which takes longer than a command that needs none

    return ArchFile.read(path)


def read_text(text: str, name: str) -> ArchFile:
    """Return the file that a text would be."""
    from archc import ArchFile

    return ArchFile.of_text(text, name)


def load(address: str, given: Iterable[str]) -> Architecture:
    """Return the architecture at an address, with the `-D` values given. Raises ArchError or UsageError."""
    where = parse_address(address)
    return select(read(where.path), where, given)


def select(file: ArchFile, where: Address, given: Iterable[str]) -> Architecture:
    """Return the architecture of a file that an address names, with the `-D` values given."""
    from archc.cli.overrides import overrides

    return file.architecture(where.arch, where.variant, **overrides(given))


def every(file: ArchFile, only: str | None = None) -> Iterator[Architecture]:
    """Give every variant of every architecture of a file, or of one alone; without variants it is given once."""
    for arch in file.architectures if only is None else (only,):
        for variant in file.variants(arch) or (None,):
            yield file.architecture(arch, variant)


def say_which(taken: Architecture, where: Address) -> None:
    """Say on standard error which of several networks was taken where an address leaves that open."""
    variants = taken.file.variants(taken.name)
    if where.variant is not None or not variants:
        return
    another = next((one for one in variants if one != taken.variant), None)
    at = "at its defaults" if taken.variant is None else f"the first of {len(variants)} variants"
    hint = f"; another is {where.file or where.path}:{taken.name}.{another}" if another else ""
    say(f"{title(taken)}, {at}{hint}")


def output_path(output: Path, source: Path, suffix: str) -> Path:
    """Return the file to write: `output` itself if it has a suffix, else one in that folder, named like the source."""
    return output if output.suffix else output / f"{source.stem}.{suffix}"


def title(architecture: Architecture) -> str:
    """Return the name as in an address: `HorNet.tiny_7x7`."""
    return f"{architecture.name}.{architecture.variant}" if architecture.variant else architecture.name


def signature(architecture: Architecture) -> str:
    """Return the shapes as a signature has them: `image[B, 3, H, W] -> [B, 1000]`."""
    return f"{_listed(architecture.inputs)} -> {_listed(architecture.outputs)}"


def _listed(tensors: Iterable[Tensor]) -> str:
    return ", ".join(map(str, tensors))


def grouped(formula: Formula) -> str:
    """Return a formula with the digits of its numbers in groups of three."""
    return re.sub(r"\d{4,}", lambda number: f"{int(number[0]):,}", str(formula))


def overview(architectures: Sequence[Architecture], file: str = "", sizes: Mapping[str, int] | None = None) -> str:
    """Return the costs of architectures as text: those of equal shapes under one headline, a line each.

    With a file, they are called by their addresses. `sizes` are put in for free sizes of the multiply-accumulates.
    """
    groups = groupby(architectures, key=lambda each: (each.name, signature(each)))
    return "\n\n".join(
        f"{name} : {shapes}\n{_costs(list(group), file, sizes or {})}" for (name, shapes), group in groups
    )


def _costs(group: Sequence[Architecture], file: str, sizes: Mapping[str, int]) -> str:
    macs = [_macs(each, sizes) for each in group]
    names = [f"  {file}:{title(each)}" if file else f"  {title(each)}" for each in group]
    rows = [
        (name, grouped(each.params), grouped(formula)) for name, each, formula in zip(names, group, macs, strict=True)
    ]
    right = frozenset({1} if any(formula.free for formula in macs) else {1, 2})
    return table([("  address" if file else "  network", "parameters", "MACs"), *rows], right)


def _macs(architecture: Architecture, sizes: Mapping[str, int]) -> Formula:
    """Return the multiply-accumulates at the sizes that an architecture has; the formula if it takes them not."""
    own = {name: size for name, size in sizes.items() if name in architecture.macs.free}
    try:
        return architecture.macs.subs(own)
    except ValueError:
        return architecture.macs


def record(architecture: Architecture, sizes: Mapping[str, int] | None = None) -> dict[str, Json]:
    """Return what `--json` says about an architecture: names, shapes and costs, at the sizes given."""
    return {
        "arch": architecture.name,
        "variant": architecture.variant,
        "inputs": [_tensor(tensor) for tensor in architecture.inputs],
        "outputs": [_tensor(tensor) for tensor in architecture.outputs],
        "parameters": count(architecture.params),
        "macs": count(_macs(architecture, sizes or {})),
    }


def _tensor(tensor: Tensor) -> Json:
    return {"name": tensor.name, "dtype": tensor.dtype.value, "shape": [count(size) for size in tensor.shape]}


def count(formula: Formula) -> Json:
    """Return an integer where a formula is one, and its text where it depends on sizes."""
    return str(formula) if formula.free else int(formula)
