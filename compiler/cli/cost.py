"""archc cost: parameters, multiply-accumulates and memory, block by block."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.cli.address import Address, parse_address
from archc.cli.architectures import add_address, count, grouped, read, record, say_which, select, signature, title
from archc.cli.command import Exit
from archc.cli.output import print_json
from archc.cli.progress import progress
from archc.cli.table import table
from archc.diagnostics import Json

if TYPE_CHECKING:
    from archc import Architecture, Formula
    from archc.analysis import CostRow
    from archc.graph.static import Dim

HEAD = ("part", "output", "parameters", "MACs", "bytes alive")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc cost` takes."""
    add_address(parser)
    parser.add_argument("--all", action="store_true", help="every variant, one after the other")
    parser.add_argument("--depth", type=int, default=2, help="how many labels deep parts are listed (default: 2)")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc cost`."""
    where = parse_address(arguments.address)
    with progress(f"working out {arguments.address}"):
        found = _asked_for(where, arguments)
        tables = [_rows(each, arguments.depth) for each in found]
    if arguments.json:
        told: list[Json] = [_told(each, rows) for each, rows in zip(found, tables, strict=True)]
        print_json({"architectures": told} if arguments.all else told[0])
        return Exit.OK
    texts = (f"{title(one)} : {signature(one)}\n\n{_table(rows, one)}" for one, rows in zip(found, tables, strict=True))
    print("\n\n".join(texts))
    if not arguments.all:
        say_which(found[0], where)
    return Exit.OK


def _asked_for(where: Address, arguments: Namespace) -> list[Architecture]:
    """Return the architecture at an address, or with `--all` every variant there, each with the values given."""
    file = read(where.path)
    if not arguments.all or where.variant is not None:
        return [select(file, where, arguments.overrides)]
    first = select(file, where, arguments.overrides)
    names = (first.name,) if where.arch else file.architectures
    at = [Address(where.path, name, variant) for name in names for variant in file.variants(name) or (None,)]
    return [select(file, each, arguments.overrides) for each in at]


def _rows(architecture: Architecture, depth: int) -> Sequence[CostRow]:
    from archc.analysis import cost_table

    return cost_table(architecture.graph, depth, architecture.context)


def _told(architecture: Architecture, rows: Sequence[CostRow]) -> Json:
    return {**record(architecture), "parts": [_json(row, architecture) for row in rows]}


def _table(rows: Sequence[CostRow], architecture: Architecture) -> str:
    numbers = frozenset(range(2, 5)) if not architecture.macs.free else frozenset({2})
    above: list[str] = []
    cells = []
    for row in rows:
        del above[row.level :]
        cells.append(_cells(row, above[-1] if above else "", architecture))
        above.append(row.path)
    return table([HEAD, *cells], right=numbers)


def _cells(row: CostRow, above: str, architecture: Architecture) -> tuple[str, ...]:
    costs = (row.parameters, row.macs, row.memory)
    return (_part(row, above), _outputs(row, architecture), *(grouped(_formula(cost, architecture)) for cost in costs))


def _part(row: CostRow, above: str) -> str:
    """Return a row's label below the part it stands in, and what it is: `0..17: Block ×18`."""
    label = row.path.removeprefix(f"{above}.") if above else row.path
    name = f"{label}: {row.name}" if label else row.name
    return "  " * row.level + name + (f" ×{row.count}" if row.count > 1 else "")


def _outputs(row: CostRow, architecture: Architecture) -> str:
    return ", ".join(architecture.context.show_shape(shape) for shape in row.outputs)


def _formula(dim: Dim, architecture: Architecture) -> Formula:
    from archc import Formula

    return Formula(dim, architecture.context)


def _json(row: CostRow, architecture: Architecture) -> Json:
    return {
        "path": row.path,
        "name": row.name,
        "count": row.count,
        "outputs": [[count(_formula(size, architecture)) for size in shape] for shape in row.outputs],
        "parameters": count(_formula(row.parameters, architecture)),
        "macs": count(_formula(row.macs, architecture)),
        "memory": count(_formula(row.memory, architecture)),
    }
