"""Prints what varies architectures: how many changes of packaged files are legal, and what it takes within spaces.

Run it as `python tests/speed/varying.py [N]`: up to N candidates of each kind are tried on every file, and N
derivations of every space are varied. Times are CPU time of one process.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import archc.archs
from archc import ArchFile
from archc.editing.candidates import Kind, candidates
from archc.editing.mutation import ground_of, tried_out
from archc.space import Derivation, Space, load

FILES = ("resnet", "convnext", "vit")
SPACES = ("mixers", "einspace")


def main(count: int) -> None:
    gc.set_threshold(500_000)
    for name in FILES:
        legality(name, count)
    for name in SPACES:
        varied(load(archc.archs.path(name)), count)


def legality(name: str, count: int) -> None:
    """Print how many of the changes of a file are legal, by their kinds."""
    architecture = ArchFile.read(archc.archs.path(name)).architecture()
    found, chance = candidates(ground_of(architecture)), random.Random(0)
    start, tried, shown = time.process_time(), 0, []
    for kind in Kind:
        chosen = chance.sample(found.get(kind, []), min(count, len(found.get(kind, []))))
        legal = sum(tried_out(architecture, one) is not None for one in chosen)
        tried += len(chosen)
        shown.append(f"{kind.value} {legal} of {len(chosen)} (all: {len(found.get(kind, []))})")
    spent = (time.process_time() - start) / max(1, tried)
    print(f"{name}: legal changes: {', '.join(shown)}; {1000 * spent:.0f} ms each")


def varied(space: Space, count: int) -> None:
    """Print how long each operator takes, and how often it gives another derivation."""
    drawn = [space.sample(seed) for seed in range(count + 1)]
    for name, vary in OPERATORS.items():
        seconds, changed = [], 0
        for seed, (one, other) in enumerate(pairwise(drawn)):
            start = time.process_time()
            child = vary(space, one, other, seed)
            seconds.append(time.process_time() - start)
            changed += child != one
        median, most = 1000 * statistics.median(seconds), 1000 * max(seconds)
        print(f"{space.name}: {name}: median {median:.2f} ms, most {most:.0f} ms, another one in {changed} of {count}")


OPERATORS: dict[str, Callable[[Space, Derivation, Derivation, int], Derivation]] = {
    "mutate": lambda space, one, other, seed: space.mutate(one, seed),
    "cross": lambda space, one, other, seed: space.cross(one, other, seed),
    "blend": lambda space, one, other, seed: space.blend(one, other, seed),
}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
