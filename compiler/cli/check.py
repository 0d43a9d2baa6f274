"""archc check: everything that is wrong with files, for every size that they allow."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.address import Address, parse_address
from archc.cli.architectures import add_overrides, read, read_text, select, signature, title
from archc.cli.command import Exit
from archc.cli.files import STDIN, arch_files, source_of
from archc.cli.output import print_json, say, say_how_many, use_colour, write_atomically
from archc.cli.progress import progress
from archc.cli.verdicts import recall, remember
from archc.diagnostics import ArchError, Diagnostic, Severity
from archc.syntax import tree

if TYPE_CHECKING:
    from archc import ArchFile

ROUNDS = 20
"""How often fixes are made, since one may bring up the next."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc check` takes."""
    parser.add_argument(
        "files", metavar="ADDRESS", nargs="+", help="files, folders, addresses, or - for standard input"
    )
    parser.add_argument("--fix", action="store_true", help="make the fixes that a machine can make, in the files")
    parser.add_argument("--format", choices=tuple(_FORMS), default="text", help="how to say what is wrong")
    add_overrides(parser)


def run(arguments: Namespace) -> Exit:
    """Carry out `archc check`."""
    addresses = [address for given in arguments.files for address in _addresses(given)]
    found: list[Diagnostic] = []
    good: list[str] = []
    for address in addresses:
        with progress(f"checking {address.path}"):
            diagnostics, line = _check(address, arguments.overrides, arguments.fix)
        found += diagnostics
        good += [line] if line else []
    _FORMS["json" if arguments.json else arguments.format](found, good)
    return Exit.FOUND if any(diagnostic.severity is Severity.ERROR for diagnostic in found) else Exit.OK


def _addresses(given: str) -> Iterable[Address]:
    if Path(given).is_dir():
        return map(Address, arch_files([given]))
    return [parse_address(given)]


def _check(address: Address, overrides: Sequence[str], fix: bool) -> tuple[tuple[Diagnostic, ...], str]:
    """Return what is wrong at an address, and a line about what is not."""
    if (line := recall(address, overrides)) is not None:
        return (), line
    file = _read(address.path)
    if fix:
        file = _fixed(file, address, overrides)
    diagnostics = _diagnostics(file, address, overrides)
    if any(one.severity is Severity.ERROR for one in diagnostics):
        return diagnostics, ""
    line = _good(file, address, overrides)
    if file.path is not None and not diagnostics:
        remember(address, overrides, file.loaded.sources, line)
    return diagnostics, line


def _read(path: Path) -> ArchFile:
    if str(path) == STDIN:
        source = source_of(path)
        return read_text(source.text, source.name)
    return read(path)


def _diagnostics(file: ArchFile, address: Address, overrides: Sequence[str]) -> tuple[Diagnostic, ...]:
    if address.arch is None and not overrides:
        found = file.check()
        return found if any(one.severity is Severity.ERROR for one in found) else (*found, *file.unused())
    try:
        return select(file, address, overrides).check()
    except ArchError as error:
        return error.diagnostics


def _fixed(file: ArchFile, address: Address, overrides: Sequence[str]) -> ArchFile:
    """Make fixes in the file and in those that it uses until there are none, and return it as it is then."""
    from archc.diagnostics import apply_fixes, chosen_fixes

    made = 0
    for _ in range(ROUNDS):
        diagnostics = _diagnostics(file, address, overrides)
        sources = [source for source in file.loaded.sources if chosen_fixes(source, diagnostics)]
        if file.path is None or not sources:
            break
        for source in sources:
            made += len(chosen_fixes(source, diagnostics))
            write_atomically(Path(source.name), apply_fixes(source, diagnostics))
        file = _read(address.path)
    if made:
        say(f"{address.path}: {made} fix{'es' if made > 1 else ''} made")
    return file


def _good(file: ArchFile, address: Address, overrides: Sequence[str]) -> str:
    """Return a line for each architecture that was asked for: its address and its shapes."""
    if address.arch is not None or overrides:
        one = select(file, address, overrides)
        shown = {title(one): one}
    else:
        shown = {name: file.architecture(name) for name in file.architectures}
    lines = [f"{address.path}:{name} : {signature(each)}" for name, each in shown.items()]
    if address.arch is None and not overrides:
        lines += [f"{address.path}:{line}" for line in _spaces(file)]
    return "\n".join(lines or [f"{address.path}: nothing is wrong"])


def _spaces(file: ArchFile) -> Iterator[str]:
    """Give a line for each space with inputs of known sizes: whether every derivation is proved to fit."""
    if file.loaded.scope is None or not any(isinstance(one, tree.Space) for one in file.loaded.scope.file.declarations):
        return
    from archc.space import Space, spaces_of

    for name, definition in spaces_of(file.loaded.scope).items():
        if definition.space.signature is None or not definition.space.signature.outputs:
            continue
        with suppress(ArchError):  # a size has to be given, with which `archc space` proves
            proof = Space(file, name).prove()
            fits = "every derivation fits" if proof.holds else "draws leave out what does not fit"
            yield f"{name} : {fits if proof.findings or proof.holds else 'not proved that every derivation fits'}"


# What words findings is imported where there are some.


def _text(found: Sequence[Diagnostic], good: Sequence[str]) -> None:
    for line in good:
        print(line)
    if found:
        from archc.diagnostics import render_all

        print(render_all(found, use_colour(sys.stdout)))
        say_how_many(found)


def _json(found: Sequence[Diagnostic], _: Sequence[str]) -> None:
    from archc.diagnostics import record_all

    print_json(record_all(found))


def _sarif(found: Sequence[Diagnostic], _: Sequence[str]) -> None:
    from archc.cli.program import version
    from archc.diagnostics import sarif_log

    print_json(sarif_log(found, version()))


def _github(found: Sequence[Diagnostic], _: Sequence[str]) -> None:
    from archc.diagnostics import github_commands

    if found:
        print(github_commands(found))


_FORMS: dict[str, Callable[[Sequence[Diagnostic], Sequence[str]], None]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
