"""archc fmt: files in the one layout there is."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from archc.cli.command import Exit
from archc.cli.files import STDIN, arch_files, source_of
from archc.cli.output import print_json, say, say_how_many, use_colour, write_atomically
from archc.diagnostics import ArchError, Diagnostic, record_all, render_all
from archc.records import record
from archc.syntax import Source, format_file, parse


class _State(Enum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    WRONG = "wrong"


@record
class _Formatted:
    """A file as it is and as it should be; where something is wrong with it, they are the same."""

    path: Path
    before: str
    after: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def state(self) -> _State:
        if self.diagnostics:
            return _State.WRONG
        return _State.UNCHANGED if self.before == self.after else _State.CHANGED


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc fmt` takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="files, folders, or - for standard input")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where a file would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc fmt`."""
    results = [_format(path) for path in arch_files(arguments.files)]
    dry: bool = arguments.check or arguments.diff
    for result in results:
        if result.state is _State.CHANGED and not dry and str(result.path) != STDIN:
            write_atomically(result.path, result.after)
    if arguments.json:
        print_json(
            {
                "files": [{"file": str(result.path), "state": result.state.value} for result in results],
                **record_all(diagnostic for result in results for diagnostic in result.diagnostics),
            }
        )
    else:
        _tell(results, dry, arguments.diff)
    found = {_State.WRONG, _State.CHANGED} if dry else {_State.WRONG}
    return Exit.FOUND if any(result.state in found for result in results) else Exit.OK


def _format(path: Path) -> _Formatted:
    try:
        source = source_of(path)
    except ArchError as error:
        return _Formatted(path, "", "", error.diagnostics)
    return _formatted(path, source)


def _formatted(path: Path, source: Source) -> _Formatted:
    parsed = parse(source)
    if parsed.diagnostics:
        return _Formatted(path, source.text, source.text, parsed.diagnostics)
    return _Formatted(path, source.text, format_file(parsed))


def _tell(results: Sequence[_Formatted], dry: bool, diff: bool) -> None:
    for result in results:
        if diff:
            print(_diff(result), end="")
        elif str(result.path) == STDIN and not dry:
            print(result.after, end="")
        elif result.state is _State.CHANGED:
            say(f"{'would format' if dry else 'formatted'} {result.path}")
    diagnostics = [diagnostic for result in results for diagnostic in result.diagnostics]
    if diagnostics:
        say(render_all(diagnostics, use_colour(sys.stderr)))
        say_how_many(diagnostics)


def _diff(result: _Formatted) -> str:
    from difflib import unified_diff

    name = str(result.path)
    before, after = (text.splitlines(keepends=True) for text in (result.before, result.after))
    return "".join(line if line.endswith("\n") else line + "\n" for line in unified_diff(before, after, name, name))
