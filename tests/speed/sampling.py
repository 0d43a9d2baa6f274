"""Prints how fast architectures of the packaged einspace are drawn and mutated, and how large they are.

Run it as `python tests/speed/sampling.py [N]`, or as `python tests/speed/sampling.py N --memory` to draw N that nobody
keeps, and to see what memory the space takes. Times are CPU time of one process. Garbage is looked for seldom, as the
program `archc` does. The figures of einspace itself are those of its own sampler (linusericsson/einspace @ d6b84fe8, at
the same probabilities, three CPU seconds a sample at most): they say what the sizes are to be compared with.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence

import archc.archs
from archc.space import Derivation, Space, load

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
EINSPACE = (
    "einspace: median 45 ms, 0.62 valid architectures a second; nodes median 14, mean 916, leaves median 6, mean 505"
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times drawing from einspace.")
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--memory", action="store_true", help="print the memory in use instead")
    asked = parser.parse_args()
    gc.set_threshold(500_000)
    space = load(archc.archs.path("einspace"))
    (memory if asked.memory else speed)(space, asked.count)


def memory(space: Space, count: int) -> None:
    for seed in range(count):
        if seed % max(1, count // 10) == 0:
            print(f"{seed:,} drawn: {resident_mib()} MiB", flush=True)
        space.sample(seed)
    print(f"{count:,} drawn: {resident_mib()} MiB")


def speed(space: Space, count: int) -> None:
    bounds = ", ".join(" ".join(one.span.text.split()) for one in space.definition.space.budget)
    print(f"{count} architectures of {space.name} within {bounds}, operators <= {space.budget.operators:,}")
    drawn, seconds = timed(space.sample, count)
    report("all", seconds)
    small = [spent for one, spent in zip(drawn, seconds, strict=True) if one.size <= 64]
    report("up to 64 modules", small)
    children, changing = timed(lambda seed: space.mutate(drawn[seed], seed), count)
    report("mutation", changing)
    print(f"changed: {sum(child != one for child, one in zip(children, drawn, strict=True))} of {count}")
    quantiles("modules, copies once", [one.size for one in drawn])
    quantiles("operators that run", [one.operators for one in drawn])
    quantiles("parameters", [one.params for one in drawn])
    print(f"different: {len({one.decisions for one in drawn})} of {count}")
    print(EINSPACE)
    print(f"resident memory: {resident_mib()} MiB at the end")


def timed(make: Callable[[int], Derivation], count: int) -> tuple[list[Derivation], list[float]]:
    """Return what is made of seeds from 0 on, and the CPU seconds that each took."""
    drawn, seconds = [], []
    for seed in range(count):
        before = time.process_time()
        drawn.append(make(seed))
        seconds.append(time.process_time() - before)
    return drawn, seconds


def report(what: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    median, late = (1e3 * ordered[int(len(ordered) * q)] for q in (0.5, 0.99))
    print(
        f"{what}: {len(seconds)}, median {median:.2f} ms, p99 {late:.1f} ms, {len(seconds) / sum(seconds):.0f} a second"
    )


def quantiles(what: str, values: Sequence[int]) -> None:
    ordered = sorted(values)
    shown = ", ".join(f"{q:g}: {ordered[int(len(ordered) * q)]:,}" for q in QUANTILES)
    print(f"{what}: {shown}; mean {sum(values) / len(values):,.0f}")


def resident_mib() -> int:
    """Return the memory of this process that is in use now (Linux), 0 where that is not told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096 // 2**20
    except OSError:
        return 0


if __name__ == "__main__":
    main()
