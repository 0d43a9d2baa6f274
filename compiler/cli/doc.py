"""archc doc: the page of an operator, block, function or rule, from its declaration."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from archc.cli.address import parse_address
from archc.cli.architectures import read
from archc.cli.command import Exit, UsageError
from archc.cli.output import print_json
from archc.cli.table import table
from archc.diagnostics import ArchError
from archc.records import record
from archc.semantics.builtins import BUILTINS, Builtin
from archc.semantics.describe import describe
from archc.semantics.library import prelude
from archc.syntax import format_tree, tree

Documented = tree.Block | tree.Let | tree.TypeDeclaration | tree.Rule | tree.Space


@record
class Entry:
    """Something with a page; `kind` is the word that declares it."""

    name: str
    kind: str
    subject: Documented | Builtin

    @property
    def summary(self) -> str:
        """The first sentence of what is said about it, "" where nothing is."""
        words = " ".join((self.subject.doc or "").split())
        return re.split(r"(?<!\.)\.(?:\s|$)", words, maxsplit=1)[0]

    @property
    def page(self) -> str:
        """The page, ending in one newline."""
        if isinstance(self.subject, Builtin):
            return _function_page(self.subject)
        if isinstance(self.subject, tree.Block):
            return describe(self.subject)
        bare = replace(self.subject, doc=None)
        text = format_tree(tree.File(self.subject.span, None, (bare,)))
        return text + (f"\n{self.subject.doc.strip()}\n" if self.subject.doc else "")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc doc` takes."""
    parser.add_argument(
        "name", nargs="?", help="such as conv; `rules` for all rules; without one, everything is listed"
    )
    parser.add_argument("--of", metavar="FILE", help="look in a file instead of the standard library")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc doc`."""
    entries = list(_of_file(arguments.of) if arguments.of else _of_library())
    wanted: str | None = arguments.name
    if wanted == "rules":
        return _list([entry for entry in entries if entry.kind == "rule"], arguments.json)
    if wanted is None:
        return _list(entries, arguments.json)
    found = [entry for entry in entries if entry.name == wanted]
    if not found:
        raise UsageError(f"nothing is called `{wanted}`{_hint(wanted, entries)}")
    if arguments.json:
        print_json({"entries": [{"name": entry.name, "kind": entry.kind, "page": entry.page} for entry in found]})
    else:
        print("\n".join(entry.page for entry in found), end="")
    return Exit.OK


def _of_library() -> Iterator[Entry]:
    yield from _declared(prelude().file.declarations)
    for builtin in BUILTINS.values():
        yield Entry(builtin.name, "function", builtin)


def _of_file(address: str) -> Iterator[Entry]:
    file = read(parse_address(address).path)
    parsed = file.loaded.parsed
    if parsed is None or parsed.file is None or parsed.diagnostics:
        raise ArchError(file.problems())
    return _declared(parsed.file.declarations)


def _declared(declarations: Iterable[tree.Declaration]) -> Iterator[Entry]:
    for declaration in declarations:
        match declaration:
            case tree.Block(name=name, kind=kind):
                yield Entry(name, kind.value, declaration)
            case tree.Let(targets=names, parameters=parameters):
                yield Entry(", ".join(names), "let" if parameters is None else "function", declaration)
            case tree.TypeDeclaration(name=name):
                yield Entry(name, "type", declaration)
            case tree.Rule(name=name):
                yield Entry(name, "rule", declaration)
            case tree.Space(name=name):
                yield Entry(name, "space", declaration)


def _function_page(function: Builtin) -> str:
    names = ", ".join(f"...{each.name}" if each.repeated else each.name for each in function.parameters)
    rows = [
        (f"  {each.name}", each.taking.words, "required" if each.required else "may be left out")
        for each in function.parameters
    ]
    listed = f"\nParameters\n{table(rows)}\n" if rows else ""
    return f"let {function.name}({names})\n\n{function.doc}\n{listed}"


def _hint(wanted: str, entries: Iterable[Entry]) -> str:
    close = get_close_matches(wanted, [entry.name for entry in entries], n=3)
    return (
        f"; did you mean {' or '.join(f'`{name}`' for name in close)}?"
        if close
        else "; `archc doc` lists what there is"
    )


def _list(entries: list[Entry], as_json: bool) -> Exit:
    shown = sorted(entries, key=lambda entry: (entry.name.lower(), entry.kind))
    if as_json:
        print_json({"entries": [{"name": e.name, "kind": e.kind, "summary": e.summary} for e in shown]})
    elif shown:
        print(table([(entry.name, entry.kind, entry.summary) for entry in shown]))
    return Exit.OK
