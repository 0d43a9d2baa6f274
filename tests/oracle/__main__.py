"""The differential oracle over architectures that are drawn: `python -m tests.oracle --engines cpu,onnx --seconds 60`.

Architecture `i` of a seed is always the same one. Each is run by every engine on weights and inputs drawn for it, and
has to agree with PyTorch in float64. A disagreement is told once it is made small, and its text is kept. Before them,
`--operators` runs a small program for every operator. `--table` tells which operators each engine ran, and which
productions of the spaces were drawn.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import archc.archs
from archc import ArchFile
from archc.space import Derivation, Space, load
from archc.testing import REFERENCE, Agreement, Engine, compare, engines, reduce
from tests.oracle.coverage import Coverage
from tests.oracle.programs import programs

BOUNDS = {"params": 300_000, "macs": 20_000_000, "memory": 4 << 20}
"""What an architecture may cost, so that many are run."""
OPERATORS = (2, 4, 8, 16, 24, 32, 48)
"""Bounds of the operators that run, one of which is drawn for each architecture."""
REFUSALS = ("ArchError", "ConversionError", "TorchExportError")
"""What is raised where archc refuses an architecture with a diagnostic, and where PyTorch's ONNX export does."""
TRIALS = 60
"""Texts that are tried to make a disagreement small."""


def _arguments(words: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    known = [one.word for one in engines()]
    parser.add_argument("--engines", type=_list, default=known, help=f"some of {','.join(known)}")
    parser.add_argument("--spaces", type=_list, default=["einspace", "mixers"])
    parser.add_argument("--seconds", type=float, default=60, help="how long to go on")
    parser.add_argument("--most", type=int, default=1 << 30, help="how many architectures at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first architecture")
    parser.add_argument("--operators", action="store_true", help="run a small program for every operator as well")
    parser.add_argument("--table", action="store_true", help="print which operators and productions were reached")
    parser.add_argument("--keep", type=Path, default=Path("out/oracle"), help="the folder for what disagrees")
    given = parser.parse_args(words)
    unknown = set(given.engines) - set(known)
    if unknown:
        parser.error(f"no engine {', '.join(sorted(unknown))} is installed; there are {', '.join(known)}")
    return given


def _list(text: str) -> list[str]:
    return text.split(",")


@cache
def within(name: str, operators: int = OPERATORS[-1]) -> Space:
    """Return a packaged space within the bounds of this command."""
    return load(archc.archs.path(name)).within(**BOUNDS, operators=operators)


def drawn(spaces: list[str], seed: int, number: int) -> Derivation:
    """Return architecture `number` of a seed."""
    random = Random(f"{seed}:{number}")
    name = random.choice(spaces)
    return within(name, random.choice(_bounds(name))).sample(random.getrandbits(32))


@cache
def _bounds(name: str) -> tuple[int, ...]:
    """Return those bounds of the operators within which something is found in a space; the largest has to do."""
    found = []
    for most in OPERATORS:
        with suppress(archc.ArchError):
            within(name, most).sample(0)
            found.append(most)
    return tuple(found)


class Run:
    """One run of the command, with what it has found so far."""

    def __init__(self, given: Namespace) -> None:
        self.given = given
        self.engines = tuple(one for one in engines() if one.word in given.engines)
        self.coverage = Coverage([one.word for one in self.engines], map(within, given.spaces))
        self.agreed: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.refused: list[str] = []
        self.largest = dict.fromkeys((one.name for one in self.engines), 0.0)

    def examine(self, number: int) -> None:
        """Draw an architecture, run it everywhere, and tell what disagrees."""
        one = drawn(self.given.spaces, self.given.seed, number)
        try:
            architecture = one.architecture()
            found = compare(architecture, number, among=self.engines).agreements
        except Exception as error:  # what is drawn is right: whatever is raised is a mistake of archc
            self._tell(number, one.text(), REFERENCE, Agreement(REFERENCE.name, inf, 0.0, broken(error)))
            return
        right = [each.engine for each in found if each.holds]
        self.agreed.update(right)
        self.coverage.add(architecture, (each.word for each in self.engines if each.name in right))
        self.coverage.add_drawn(one)
        for engine, agreement in zip(self.engines, found, strict=True):
            if agreement.holds:
                self.largest[engine.name] = max(self.largest[engine.name], agreement.error / agreement.bound)
            else:
                self._tell(number, one.text(), engine, agreement)

    def examine_operators(self) -> None:
        """Run a small program for every operator everywhere, and tell what disagrees; what is refused is no mistake."""
        for one in programs(self.given.seed):
            comparison = compare(one.architecture, self.given.seed, among=self.engines, inputs=one.inputs)
            for engine, agreement in zip(self.engines, comparison.agreements, strict=True):
                if agreement.holds:
                    self.coverage.add(one.architecture, [engine.word])
                elif _kind_of(agreement) in REFUSALS:
                    self.refused.append(f"{one.name}: {agreement}")
                else:
                    self.wrong[engine.name] += 1
                    print(f"--- {one.name}: {agreement}\n{one.text}", flush=True)

    def _tell(self, number: int, text: str, engine: Engine, agreement: Agreement) -> None:
        self.wrong[engine.name] += 1
        small = reduce(text, lambda smaller: _kind(smaller, number, engine) == _kind_of(agreement), most=TRIALS).text
        path: Path = self.given.keep / f"{self.given.seed}_{number}_{engine.word or 'reference'}.arch"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(small, encoding="utf-8")
        print(f"--- {path}: {agreement}\n{small}", flush=True)

    def told(self, count: int) -> str:
        """Return what was found as text."""
        if self.wrong[REFERENCE.name]:
            self.largest[REFERENCE.name] = 0.0
        lines = [
            f"  {name}: {self.agreed[name]} agree, {self.wrong[name]} disagree; "
            f"the largest error is {self.largest[name]:.2f} of its bound"
            for name in self.largest
        ]
        if self.refused:
            lines += ["programs that an engine does not take:", *(f"  {one}" for one in self.refused)]
        return "\n".join([f"seed {self.given.seed}: architectures {self.given.first} to {count - 1}", *lines])


def _kind(text: str, seed: int, engine: Engine) -> str | None:
    """Return which kind of disagreement there is on a text, None where there is none, or the text is not right."""
    file = ArchFile.of_text(text)
    if not file.architectures or file.check():
        return None
    try:
        (found,) = compare(file.architecture(), seed, among=(engine,)).agreements
    except Exception as error:
        return type(error).__name__
    return None if found.holds else _kind_of(found)


def broken(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"


def _kind_of(agreement: Agreement) -> str:
    return agreement.problem.split(":")[0] or "another result"


@contextmanager
def _built_in(folder: str) -> Iterator[None]:
    """Build libraries in a folder that goes away, and quickly."""
    before = dict(os.environ)
    os.environ.update(XDG_CACHE_HOME=folder, CXXFLAGS=before.get("CXXFLAGS", "-O1"))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main(words: Sequence[str] | None = None) -> int:
    """Run until the time is up; return 1 where something disagreed."""
    given = _arguments(words)
    run, number = Run(given), given.first
    end = time.monotonic() + given.seconds
    with TemporaryDirectory() as folder, _built_in(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of PyTorch about itself, at every export
        if given.operators:
            run.examine_operators()
        while time.monotonic() < end and number < given.first + given.most:
            run.examine(number)
            number += 1
    print(run.told(number))
    if given.table:
        print(f"\n{run.coverage.table()}")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
