"""archc new: a file to start from."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archc.cli.command import Exit, UsageError
from archc.cli.output import print_json, write_atomically


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc new` takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to write, such as net.arch")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc new`."""
    file: Path = arguments.file
    path = file if file.suffix == ".arch" else file.with_name(f"{file.name}.arch")
    if path.exists() and not arguments.force:
        raise UsageError(f"{path} is there already; --force overwrites it")
    write_atomically(path, starter(arch_name(path.stem)))
    if arguments.json:
        print_json({"file": str(path), "arch": arch_name(path.stem)})
    else:
        print(f"{path}: a small network to change; look at it with `archc check {path}`")
    return Exit.OK


def starter(name: str) -> str:
    """Return the text of a small network whose architecture has the given name."""
    from importlib.resources import files

    text = files("archc.cli").joinpath("starter.arch").read_text(encoding="utf-8")
    return re.sub(r"\bNet\b", name, text)


def arch_name(stem: str) -> str:
    """Return the name of an architecture after a file's: `my-net` gives `MyNet`; `Net` where no word is left of it."""
    words = re.findall(r"[A-Za-z0-9]+", stem)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() and name != "Residual" else f"Net{name}"
