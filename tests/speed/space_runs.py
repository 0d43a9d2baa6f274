"""Proves of the packaged einspace that all of it works: samples, and children by mutation and crossover, are run.

Run it as `python tests/speed/space_runs.py [--samples N] [--children N] [--seconds S] [--from SEED]`. Each architecture
is compiled from its text to a PyTorch module, which runs on the declared input: its output has to have the inferred
shape, its weights the inferred number, and its values have to be finite. All seeds are distinct; one in which something
fails is printed, and `--from` goes on at a seed. Modules run in float32 as they do in use; what is not finite there,
because the products of many layers are beyond it, runs again in float64.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import torch

import archc.archs
from archc.space import Derivation, Space, load


def main() -> int:
    asked = arguments()
    gc.set_threshold(500_000)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    space = load(archc.archs.path("einspace"))
    parents = Parents(space)
    runs = Runs(time.monotonic() + asked.seconds)
    first = getattr(asked, "from")
    runs.all("samples", space.sample, range(first, first + asked.samples))
    runs.all("children", parents.child, range(first, first + asked.children))
    runs.report()
    return 1 if runs.failures else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs what is drawn from einspace.")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--children", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--from", type=int, default=0, help="the first seed")
    return parser.parse_args()


class Parents:
    """Children by turns of mutation and crossover; parents are samples of seeds that no sample above has."""

    def __init__(self, space: Space) -> None:
        self.space = space

    def child(self, seed: int) -> Derivation:
        parent = self.space.sample(1_000_000 + seed)
        if seed % 2:
            return self.space.mutate(parent, seed)
        return self.space.cross(parent, self.space.sample(2_000_000 + seed), seed)


class Runs:
    """Runs of architectures until a moment, and what was found."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.counts: Counter[str] = Counter()
        self.different: set[str] = set()
        self.failures: list[str] = []

    def all(self, what: str, make: Callable[[int], Derivation], seeds: range) -> None:
        for seed in seeds:
            if time.monotonic() > self.until:
                print(f"{what}: stopped before seed {seed}")
                return
            derivation = make(seed)
            self.counts[what] += 1
            self.different.add(derivation.digest)
            for problem in self.problems(derivation):
                self.failures.append(f"{what}, seed {seed}: {problem}")
                print(self.failures[-1], flush=True)
            if self.counts[what] % 100 == 0:
                print(f"{what}: {self.counts[what]} run, {len(self.failures)} failures", flush=True)

    def problems(self, derivation: Derivation) -> Iterator[str]:
        """Yield what is wrong with an architecture."""
        try:
            architecture = derivation.architecture()
            module = architecture.module().eval()
            output = module(*inputs(derivation))
            if not bool(output.isfinite().all()):
                self.counts["beyond float32"] += 1
                output = module.double()(*(one.double() for one in inputs(derivation)))
        except Exception as error:  # whatever it is, it is a failure of the architecture, and the runs go on
            yield f"{type(error).__name__}: {error}"
            return
        results = derivation.root.results
        if isinstance(results, tuple) or results is None or tuple(output.shape) != results.shape:
            yield f"the output is {list(output.shape)}, {results} was inferred"
        trained = sum(one.numel() for one in module.parameters() if one.requires_grad)
        if not trained == derivation.params == architecture.params:
            yield f"{trained} parameters, {derivation.params} were inferred"
        if not bool(output.isfinite().all()):
            yield "the output is not finite"
        if derivation.params > derivation.space.budget.params:
            yield f"{derivation.params} parameters are beyond the budget"

    def report(self) -> None:
        counts = ", ".join(f"{count:,} {what}" for what, count in self.counts.items())
        print(f"{counts}; {len(self.different):,} different; {len(self.failures):,} failures")


def inputs(derivation: Derivation) -> list[torch.Tensor]:
    """Return random inputs of the declared shapes, a batch of one, the same for every architecture."""
    generator = torch.Generator().manual_seed(0)
    feeds = derivation.root.feeds
    return [
        torch.randn(one.shape, generator=generator) for one in feeds if one is not None and not isinstance(one, tuple)
    ]


if __name__ == "__main__":
    sys.exit(main())
