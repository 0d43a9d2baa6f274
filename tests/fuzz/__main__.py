"""A long fuzz of the front end: `python -m tests.fuzz --seconds 600 --seed 1`.

Text `i` of a seed is always the same one. What breaks is told once for each place in the code, and its text is kept.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
import traceback
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType

from tests.fuzz.corpus import any_text
from tests.fuzz.examination import SECONDS, SlowError, examine, examine_file
from tests.fuzz.mutation import damaged, mutated

GIBIBYTE = 1 << 30


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long to go on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first text")
    parser.add_argument("--memory", type=int, default=4, help="what the process may take, in GiB")
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"), help="the folder for texts that break something")
    return parser.parse_args()


def _too_slow(signal: int, frame: FrameType | None) -> None:
    raise SlowError(f"more than {2 * SECONDS:.0f} s")


def _text(seed: int, number: int) -> tuple[str, bytes]:
    """Return text `number` of a seed, as a text and as bytes (one of ten is changed in its bytes, too)."""
    random = Random(f"{seed}:{number}")
    text = mutated(any_text(random), random)
    data = text.encode("utf-8", "surrogatepass")
    return text, damaged(data, random) if number % 10 == 0 else data


def _examine(seed: int, number: int, folder: Path) -> int:
    text, data = _text(seed, number)
    if number % 10:
        return examine(text)
    path = folder / "fuzz.arch"
    path.write_bytes(data)
    return examine_file(path)


def _place(error: BaseException) -> str:
    """Return where in the package an exception was raised, and which one: equal for equal mistakes."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "fuzz" not in one.filename]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    where = "" if isinstance(error, (SlowError, MemoryError)) else f"{last.filename}:{last.lineno}"
    return f"{type(error).__name__} {where}"


def main() -> int:
    """Fuzz until the time is up; return how many different things broke."""
    given = _arguments()
    resource.setrlimit(resource.RLIMIT_AS, (given.memory * GIBIBYTE, given.memory * GIBIBYTE))
    signal.signal(signal.SIGVTALRM, _too_slow)
    end, number = time.monotonic() + given.seconds, given.first
    broken: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        while time.monotonic() < end:
            signal.setitimer(signal.ITIMER_VIRTUAL, 2 * SECONDS)
            try:
                outcomes["right" if not _examine(given.seed, number, Path(folder)) else "refused"] += 1
            except Exception as error:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                _tell(error, given, number, broken)
            number += 1
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"seed {given.seed}: texts {given.first} to {number - 1}: {told}; {len(broken)} different mistakes")
    return min(len(broken), 1)


def _tell(error: Exception, given: Namespace, number: int, broken: Counter[str]) -> None:
    place = _place(error)
    broken[place] += 1
    if broken[place] > 3:
        return
    given.keep.mkdir(parents=True, exist_ok=True)
    path: Path = given.keep / f"{given.seed}_{number}.arch"
    path.write_bytes(_text(given.seed, number)[1])
    print(f"--- {path}: {place}", flush=True)
    if broken[place] == 1:
        last = traceback.format_exception(error, limit=-6)
        print("".join(last)[-3000:], flush=True)


if __name__ == "__main__":
    sys.exit(main())
