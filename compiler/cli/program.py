"""The program `archc`: its arguments, its commands, and how every run ends."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from argparse import Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import NoReturn

from archc.cli.command import Command, Exit, UsageError
from archc.cli.output import print_json, reason, say, say_how_many, use_colour
from archc.diagnostics import ArchError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 where something was found, 2 where it was misused."""
    if arguments is None:
        _leave_garbage()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        ended = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        ended = Exit.INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        ended = Exit.BROKEN_PIPE
    return ended


def _leave_garbage() -> None:
    """Look for garbage seldom, and never at the end: a command keeps nearly all that it makes, and then all is given
    back at once. Otherwise that takes a quarter of the time of a check."""
    gc.set_threshold(500_000)
    atexit.register(gc.freeze)


def _run(arguments: Sequence[str]) -> Exit:
    whole = parser(_wanted(arguments))
    given = whole.parse_args(arguments)
    command: Command | None = given.command
    if command is None:
        whole.print_help()
        return Exit.USAGE
    try:
        return command.body().run(given)
    except ArchError as error:
        return _found(error, given.json)
    except UsageError as error:
        say(f"archc {command.name}: {error}")
        return Exit.USAGE
    except BrokenPipeError:
        raise
    except OSError as error:
        say(f"archc {command.name}: {error.filename or 'system'}: {reason(error)}")
        return Exit.USAGE
    except Exception as error:
        return _internal(error)


def _found(error: ArchError, as_json: bool) -> Exit:
    from archc.diagnostics import record_all, render_all

    if as_json:
        print_json(record_all(error.diagnostics))
    else:
        say(render_all(error.diagnostics, use_colour(sys.stderr)))
        say_how_many(error.diagnostics)
    return Exit.FOUND


def _wanted(arguments: Sequence[str]) -> str:
    """Return the command that is asked for, "" for none; where it is misspelt, say so and stop."""
    from archc.cli.commands import COMMANDS

    names = [command.name for command in COMMANDS]
    wanted = next(iter(arguments), "")
    if wanted in names or wanted[:1] in ("-", ""):
        return wanted
    from difflib import get_close_matches

    close = get_close_matches(wanted, names, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(names)}"
    say(f"archc: no command `{wanted}`; {hint}")
    raise SystemExit(Exit.USAGE)


def _internal(error: Exception) -> Exit:
    if os.environ.get("ARCHC_DEBUG"):
        raise error
    text = " ".join(f"{type(error).__name__}: {error}".split())
    say(f"archc: internal error: {text}; please report it with the file (ARCHC_DEBUG=1 shows where)")
    return Exit.INTERNAL


def _forget_output() -> None:
    """Send what is still to be flushed nowhere: whoever read the output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(ArgumentParser):
    """Says what is wrong with the arguments in two lines."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message}")
        say(f"try: {self.prog} --help")
        raise SystemExit(Exit.USAGE)


class _ShowVersion(Action):
    """Looks the version up only when it is asked for: that takes longer than reading the arguments."""

    def __call__(self, parser: ArgumentParser, *_: object) -> NoReturn:
        print(f"archc {version()}")
        raise SystemExit(Exit.OK)


def version() -> str:
    """Return the version of the installed package, "unknown" where it runs without being installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("archc")
    except PackageNotFoundError:
        return "unknown"


def parser(wanted: str | None = None) -> ArgumentParser:
    """Return the parser of the command line; what it parses has the Command as `command`.

    All commands are known to it; the arguments are those of `wanted` alone, or of all commands without one.
    """
    from archc.cli.commands import COMMANDS

    top = _Parser(
        prog="archc",
        description="A language for neural-network architectures, and its compiler.",
        epilog="An architecture is named as file.arch, file.arch:Arch or file.arch:Arch.variant;\n"
        "`hornet` alone names the packaged file.  Exit codes: 0 good, 1 something found, 2 misused.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and stop")
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    top.set_defaults(command=None)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        sub.set_defaults(command=command)
        if wanted in (None, command.name):
            sub.add_argument("--json", action="store_true", help="print one JSON value to standard output")
            command.body().add_arguments(sub)
    return top
