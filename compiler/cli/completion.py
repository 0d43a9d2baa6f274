"""archc completion: a script that completes archc's commands and files in a shell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator

from archc.cli.command import Exit
from archc.cli.output import print_json

SHELLS = ("bash", "zsh", "tcsh")
FILES = ("FILE", "ADDRESS")
"""What an argument that names a file is called in the help."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc completion` takes."""
    parser.add_argument("shell", choices=SHELLS, help='for bash: eval "$(archc completion bash)"')


def run(arguments: Namespace) -> Exit:
    """Carry out `archc completion`."""
    import shtab

    from archc.cli.program import parser

    whole = parser()
    for each in _parsers(whole):
        for action in each._actions:
            if action.metavar in FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(whole, shell=arguments.shell)
    if arguments.json:
        print_json({"shell": arguments.shell, "script": script})
    else:
        print(script)
    return Exit.OK


def _parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            yield from action.choices.values()
