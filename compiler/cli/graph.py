"""archc graph: an architecture as a picture, or as text."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import parse_address
from archc.cli.architectures import add_address, add_output, load, output_path, title
from archc.cli.command import Exit, UsageError
from archc.cli.output import print_json, write_atomically
from archc.cli.progress import progress

if TYPE_CHECKING:
    from archc import Architecture


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc graph` takes."""
    add_address(parser)
    parser.add_argument("--depth", type=int, default=1, help="how many blocks deep it is opened (default: 1)")
    parser.add_argument("--format", choices=tuple(FORMS), help="svg, dot, or text that says everything (default: svg)")
    add_output(parser)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc graph`."""
    form = _form(arguments.format, arguments.output)
    with progress(f"drawing {arguments.address}"):
        architecture = load(arguments.address, arguments.overrides)
        drawn = FORMS[form](architecture, arguments.depth)
    if str(arguments.output) == "-":
        print(drawn, end="" if drawn.endswith("\n") else "\n")
        return Exit.OK
    path = output_path(arguments.output, parse_address(arguments.address).path, form)
    write_atomically(path, drawn)
    if arguments.json:
        print_json({"file": str(path), "format": form, "arch": architecture.name, "variant": architecture.variant})
    else:
        print(f"{path}: {title(architecture)}")
    return Exit.OK


def _form(asked: str | None, output: Path) -> str:
    """Return the form that was asked for, or that the name of the output ends in."""
    suffix = output.suffix.removeprefix(".")
    if asked is None and suffix not in ("", *FORMS):
        raise UsageError(f"{output}: a graph is written as {', '.join(FORMS)}; choose one with --format")
    return asked or suffix or "svg"


def _svg(architecture: Architecture, depth: int) -> str:
    from archc.graph.drawing import to_svg

    return to_svg(architecture.graph, depth, architecture.context.show)


def _dot(architecture: Architecture, depth: int) -> str:
    from archc.graph.drawing import to_dot

    return to_dot(architecture.graph, depth, architecture.context.show)


def _text(architecture: Architecture, _: int) -> str:
    return architecture.text()


FORMS: Mapping[str, Callable[[Architecture, int], str]] = {"svg": _svg, "dot": _dot, "text": _text}
