"""archc explain: the page of a diagnostic's code."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from archc.cli.command import Exit, UsageError
from archc.cli.output import print_json
from archc.diagnostics import codes, page, title


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc explain` takes."""
    parser.add_argument("code", nargs="?", help="such as S104; without one, every code is listed")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc explain`."""
    code: str | None = arguments.code
    if code is None:
        return _list(arguments.json)
    text = page(code)
    if text is None:
        raise UsageError(f"there is no code {code}; `archc explain` lists them")
    if arguments.json:
        print_json({"code": code.upper(), "title": title(code), "page": text})
    else:
        print(text.rstrip())
    return Exit.OK


def _list(as_json: bool) -> Exit:
    titles = {code: title(code) for code in codes()}
    if as_json:
        print_json({"codes": [{"code": code, "title": text} for code, text in titles.items()]})
    else:
        for code, text in titles.items():
            print(f"{code}  {text}")
    return Exit.OK
