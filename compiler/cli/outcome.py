"""What commands that make many architectures have in common: how many, from which seed, and where they go."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from archc.cli.command import UsageError
from archc.cli.output import OUT, write_atomically
from archc.cli.progress import bar


def add_outcome(parser: ArgumentParser) -> None:
    """Add the options `-n`, `--seed` and `-o`; `seeds` and `write` read them."""
    parser.add_argument("-n", dest="count", metavar="N", type=_positive, default=1, help="how many (default: 1)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="the seed of the first; the next has the next")
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, default=OUT, help="the folder for the files, or - to print them"
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def refuse_a_file(folder: Path) -> None:
    """Raise UsageError where the folder for the files is a file."""
    if folder.exists() and not folder.is_dir() and str(folder) != "-":
        raise UsageError(f"{folder} is no folder: every architecture is a file of its own")


def seeds(arguments: Namespace, what: str) -> Iterator[int]:
    """Give every seed, with a progress bar on a terminal."""
    with bar(what, arguments.count) as step:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            yield seed
            step()


def file_of(folder: Path, text: str) -> Path:
    """Return where an architecture goes: its name is the first 16 hexadecimal digits of the text's SHA-256."""
    return folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.arch"


def write(folder: Path, texts: Sequence[str]) -> bool:
    """Write every architecture to its file, or print all of them; say whether there are files."""
    if str(folder) == "-":
        print("\n".join(texts), end="")
        return False
    for text in texts:
        write_atomically(file_of(folder, text), text)
    return True
