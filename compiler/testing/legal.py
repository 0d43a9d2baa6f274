"""Inputs of an architecture: legal sizes, and tensors that a seed fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from math import prod
from typing import TYPE_CHECKING

from archc.architecture import Architecture, Tensor
from archc.graph.static import DType
from archc.records import record
from archc.shapes import legal_sizes, substitute

if TYPE_CHECKING:
    import torch
    from hypothesis.strategies import SearchStrategy

MOST_ENTRIES = 1 << 20
"""Entries of all inputs together, unless told otherwise."""
MOST_SIZES = 200
"""Legal sizes that a strategy chooses from, the smallest ones that there are."""
INTEGERS = 2
"""Integers are drawn below this: that is an index into whatever has two entries."""


class NoLegalSizesError(ValueError):
    """No sizes were found that an architecture takes and that are small enough."""


@record
class Input:
    """One input at given sizes."""

    name: str
    dtype: DType
    shape: tuple[int, ...]


@record
class Inputs:
    """The inputs of one run: the free sizes by name, and the seed that the tensors are drawn from."""

    sizes: tuple[tuple[str, int], ...]
    seed: int
    every: tuple[Input, ...]

    def tensors(self, dtype: torch.dtype | None = None) -> tuple[torch.Tensor, ...]:
        """Return the tensors in order: normally distributed floats of `dtype` (float64 without one), small integers.

        The numbers are those of float32 whatever the type, so that all engines see the same.
        """
        import torch

        generator = torch.Generator().manual_seed(self.seed)
        return tuple(_tensor(one, dtype or torch.float64, generator) for one in self.every)

    def __str__(self) -> str:
        sizes = ", ".join(f"{name}={size}" for name, size in self.sizes)
        return f"{sizes or 'fixed sizes'}, seed={self.seed}"


def _tensor(one: Input, dtype: torch.dtype, generator: torch.Generator) -> torch.Tensor:
    import torch

    if one.dtype is DType.BOOL:
        return torch.rand(one.shape, generator=generator) < 0.5
    if one.dtype in (DType.I8, DType.I32, DType.I64):
        kinds = {DType.I8: torch.int8, DType.I32: torch.int32, DType.I64: torch.int64}
        return torch.randint(INTEGERS, one.shape, generator=generator).to(kinds[one.dtype])
    return torch.randn(one.shape, generator=generator).to(dtype)


def inputs(architecture: Architecture, *, most_entries: int = MOST_ENTRIES) -> SearchStrategy[Inputs]:
    """Return a Hypothesis strategy of legal inputs, which shrink towards the smallest sizes and seed 0.

    Sizes are drawn among legal ones only, so that no example is filtered out. Raises ArchError where the architecture
    has errors, NoLegalSizesError where none is found with at most `most_entries` entries in all inputs together.
    """
    from hypothesis import strategies as st

    sizes = _smallest(architecture, most_entries)
    return st.builds(
        lambda found, seed: inputs_at(architecture, dict(found), seed), st.sampled_from(sizes), st.integers(0, 2**31)
    )


def smallest(architecture: Architecture, seed: int = 0, *, number: int = 0) -> Inputs:
    """Return the inputs of the smallest legal sizes, or of those with `number` smaller ones before them.

    Where there are not as many, the largest that were found. Raises what `inputs` raises.
    """
    sizes = _smallest(architecture, MOST_ENTRIES)
    return inputs_at(architecture, dict(sizes[min(number, len(sizes) - 1)]), seed)


def inputs_at(architecture: Architecture, sizes: Mapping[str, int], seed: int = 0) -> Inputs:
    """Return the inputs at given sizes; raises KeyError for a size that is missing."""
    every = tuple(Input(one.name, one.dtype, _shape(one, sizes)) for one in architecture.inputs)
    return Inputs(tuple(sorted(sizes.items())), seed, every)


def _shape(tensor: Tensor, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(substitute(formula.context.from_witness(formula.dim), sizes) for formula in tensor.shape)


@lru_cache(maxsize=64)
def _smallest(architecture: Architecture, most_entries: int) -> tuple[tuple[tuple[str, int], ...], ...]:
    found = tuple(islice(_fitting(architecture, most_entries), MOST_SIZES))
    if not found:
        raise NoLegalSizesError(f"no legal sizes of `{architecture.name}` have at most {most_entries:,} entries")
    return found


def _fitting(architecture: Architecture, most_entries: int) -> Iterator[tuple[tuple[str, int], ...]]:
    dims = [one.context.from_witness(one.dim) for tensor in architecture.inputs for one in tensor.shape]
    for sizes in legal_sizes(architecture.context, dims):
        entries = sum(prod(_shape(tensor, sizes)) for tensor in architecture.inputs)
        if entries <= most_entries:
            yield tuple(sorted(sizes.items()))
