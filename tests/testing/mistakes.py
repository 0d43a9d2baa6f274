"""An engine with a planted mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from archc.testing import Engine, Subject
from archc.testing.running import SINGLE, flat

Tensors = tuple[torch.Tensor, ...]


def broken(change: Callable[[nn.Module], None]) -> Engine:
    """Return an engine that changes the module before it runs it."""

    def prepare(subject: Subject, _: Tensors) -> Callable[[Tensors], Tensors]:
        change(subject.module)

        def run(inputs: Tensors) -> Tensors:
            with torch.no_grad():
                return flat(subject.module(*inputs))

        return run

    return Engine("broken", "float32", SINGLE, prepare)
