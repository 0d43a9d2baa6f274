"""Weights for a test: every one takes part in the result, whatever an architecture starts from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


def fill(module: nn.Module, seed: int = 0) -> nn.Module:
    """Draw all floating weights of a module anew, in place; returns the module.

    What starts at zero, or at a scale near it, hides what stands before it. Matrices and kernels keep the size of what
    flows through them (a deviation of one over the root of the entries that are summed), variances are positive.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in module.state_dict().items():
            if weight.is_floating_point():
                weight.copy_(_drawn(name.rsplit(".", 1)[-1], weight.shape, generator))
    return module


def _drawn(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    import torch

    z = torch.randn(shape, generator=generator)
    if name == "running_var":
        return 0.5 + z.abs()
    if len(shape) >= 2:
        return z / math.sqrt(max(1, math.prod(shape[1:])))
    return 1 + 0.1 * z if name in ("weight", "gamma") else 0.1 * z
