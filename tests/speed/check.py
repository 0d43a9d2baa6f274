"""How long `archc check` takes as a whole process, beside the import of the libraries it stands on.

    python tests/speed/check.py [--rounds 15] [FILE]

Every round runs all of it once, one after the other, so that what else the machine does meets all alike. The file is
checked as one that was never seen, by a compiler whose parse tables are made; then again, unchanged. Prints medians and
their ratios to the imports, of the time that passes and of the processor's.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

ARCHS = Path(__file__).parents[2] / "archs"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="time `archc check` against `import sympy, lark`")
    parser.add_argument("file", nargs="?", type=Path, default=ARCHS / "hornet.arch")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times = _rounds(arguments.file, Path(folder), arguments.rounds)
    base = times["import sympy, lark"]
    print(f"{arguments.file.name}, {arguments.rounds} rounds: seconds (ratio) of wall clock, of the processor")
    for name, taken in times.items():
        cells = (f"{_median(taken, at):6.3f} ({_median(taken, at) / _median(base, at):4.2f})" for at in (0, 1))
        print(f"  {name:32}", *cells)


def _rounds(file: Path, folder: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    copy = folder / file.name
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    check = [sys.executable, "-m", "archc.cli", "check", str(copy)]
    steps: tuple[tuple[str, Sequence[str], Callable[[], object]], ...] = (
        ("import sympy, lark", [sys.executable, "-c", "import sympy, lark"], lambda: None),
        (
            "archc check, a new file",
            check,
            lambda: copy.write_bytes(file.read_bytes() + f"\n# {time.time()}\n".encode()),
        ),
        ("archc check, unchanged", check, lambda: None),
    )
    copy.write_bytes(file.read_bytes())
    subprocess.run(check, env=environment, check=True, capture_output=True)  # makes the parse tables
    times: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in steps}
    for _ in range(rounds):
        for name, command, prepare in steps:
            prepare()
            times[name].append(_timed(command, environment))
    return times


def _timed(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds that a process takes: of the clock, and of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    passed = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _median(taken: list[tuple[float, float]], at: int) -> float:
    return median(one[at] for one in taken)


if __name__ == "__main__":
    main()
