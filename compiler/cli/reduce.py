"""archc reduce: a file that shows a mistake, made as small as it can be."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from archc.cli.command import Exit, UsageError
from archc.cli.files import source_of
from archc.cli.output import OUT, print_json, write_atomically
from archc.cli.progress import progress
from archc.records import record


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `archc reduce` takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to make small; it is not changed")
    parser.add_argument(
        "--test",
        metavar="CMD",
        required=True,
        help="a command that fails on the file: {} stands for its path, which comes last without it; a smaller file is "
        "kept where the command ends with the same exit code",
    )
    parser.add_argument("--says", metavar="TEXT", default="", help="keep a smaller file only if CMD prints this, too")
    parser.add_argument("--timeout", metavar="SECONDS", type=float, default=60.0, help="how long CMD may take (60)")
    parser.add_argument("--most", metavar="N", type=int, default=10_000, help="how many files to try (10000)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write it (out/FILE)")


def run(arguments: Namespace) -> Exit:
    """Carry out `archc reduce`."""
    from archc.testing.reduction import reduce

    text = source_of(arguments.file).text
    with TemporaryDirectory() as folder:
        trial = _Trial(_beside(arguments.file, Path(folder)), arguments.test, arguments.says, arguments.timeout)
        wanted = trial.outcome(text)
        if wanted in (0, None):
            ended = "ends well" if wanted == 0 else f"takes more than {arguments.timeout:g} s, or does not say that,"
            raise UsageError(f"the command {ended} on {arguments.file}: there is nothing to look for")
        with progress("reducing"):
            found = reduce(text, lambda smaller: trial.outcome(smaller) == wanted, most=arguments.most)
    path: Path = arguments.output or OUT / arguments.file.name
    write_atomically(path, found.text)
    sizes = {"before": len(text.splitlines()), "after": len(found.text.splitlines())}
    if arguments.json:
        print_json({"file": str(path), "exit": wanted, "tried": found.tried, "lines": {**sizes}})
    else:
        print(f"{path}: {sizes['after']} of {sizes['before']} lines, after {found.tried} trials")
    return Exit.OK


@record
class _Trial:
    """Runs the command on texts, in a file of the same name as the original's."""

    path: Path
    command: str
    says: str
    timeout: float

    def outcome(self, text: str) -> int | None:
        """Return the exit code on a text, None where the command takes too long or does not say what it should."""
        self.path.write_text(text, encoding="utf-8", newline="")
        quoted = shlex.quote(str(self.path))
        command = self.command.replace("{}", quoted) if "{}" in self.command else f"{self.command} {quoted}"
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(
            command, shell=True, stdin=null, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
        ) as running:
            try:
                printed, _ = running.communicate(timeout=self.timeout)
            except BaseException as error:  # what the command started goes with it
                os.killpg(running.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    return None
                raise
        return running.returncode if self.says in printed.decode("utf-8", "replace") else None


def _beside(file: Path, folder: Path) -> Path:
    """Return where trials of a file lie, with copies of the files that it uses at the same places around it."""
    from archc.cli.architectures import read

    root = file.parent.resolve()
    for source in read(file).loaded.sources[1:]:
        inside = Path(source.name).relative_to(root)
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        (folder / inside).write_text(source.text, encoding="utf-8", newline="")
    return folder / file.name
