"""What has to hold of every architecture: a table, from which `pytest` makes tests of `.arch` files.

What is about shapes and counts alone is looked at on the meta device, where no tensor has numbers, so that the largest
variant takes no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from archc.archfile import ArchFile
from archc.architecture import Architecture
from archc.graph.walk import bodies
from archc.records import record
from archc.shapes import substitute
from archc.syntax import tree, walk
from archc.testing.legal import Inputs, smallest
from archc.testing.oracle import distance
from archc.testing.running import flat
from archc.testing.weights import fill

if TYPE_CHECKING:
    from torch import nn

FURTHER = 30
"""The second sizes at which an architecture is run: those with so many smaller legal ones before them."""
NEAR = 1e-9
"""How far two ways of computing the same in float64 may be apart, relative to the largest number of an output."""


class PropertyError(AssertionError):
    """Raised where an architecture lacks a property; the text says in which way."""


@record
class Property:
    """One thing that holds of an architecture: `check` raises PropertyError where it does not.

    `applies` says which architectures have something to be looked at, and `concerns` which files may have such.
    """

    name: str
    check: Callable[[Architecture], None]
    applies: Callable[[Architecture], bool] = lambda _: True
    concerns: Callable[[ArchFile], bool] = lambda _: True


def agree(what: str, found: object, declared: object) -> None:
    """Raise PropertyError unless what a module has is what archc says."""
    if found != declared:
        raise PropertyError(f"{what}: the module has {found}, and archc says {declared}")


@lru_cache(maxsize=2)
def _without_numbers(architecture: Architecture) -> nn.Module:
    import torch

    with torch.device("meta"):
        return architecture.module().eval()


def _builds(architecture: Architecture) -> None:
    module = _without_numbers(architecture)
    agree("trained parameters", sum(one.numel() for one in module.parameters()), int(architecture.params))


def _runs(architecture: Architecture) -> None:
    for inputs in dict.fromkeys((smallest(architecture), smallest(architecture, number=FURTHER))):
        _runs_at(architecture, inputs)


def _runs_at(architecture: Architecture, inputs: Inputs) -> None:
    """Compare the shapes of the outputs, and the multiplications, with what PyTorch makes and counts."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    module = _without_numbers(architecture)
    tensors = tuple(one.to("meta") for one in inputs.tensors(torch.float32))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        outputs = flat(module(*tensors))
    sizes = dict(inputs.sizes)
    declared = [
        tuple(substitute(one.context.from_witness(one.dim), sizes) for one in output.shape)
        for output in architecture.outputs
    ]
    agree(f"output shapes at {inputs}", [tuple(one.shape) for one in outputs], declared)
    macs = substitute(architecture.macs.context.from_witness(architecture.macs.dim), sizes)
    agree(f"floating-point operations at {inputs}", counter.get_total_flops(), 2 * macs)


def _is_merged(architecture: Architecture) -> None:
    """Compare a module in its training form with the same module after `reparameterise`, both in evaluation mode."""
    import torch

    module = fill(architecture.module()).to(torch.float64).eval()
    inputs = smallest(architecture, 1).tensors()
    with torch.no_grad():
        trained = flat(module(*inputs))
        module.reparameterise()  # type: ignore[operator]
        apart = distance(flat(module(*inputs)), trained)
    if not apart <= NEAR:
        raise PropertyError(f"the training and the inference form are {apart:.1e} apart")


def _can_be_merged(architecture: Architecture) -> bool:
    """Say whether a block has a training and an inference form, and the module brings the one into the other."""
    from archc.merging import has_forms

    return any(has_forms(body) for body in bodies(architecture.graph)) and "def reparameterise" in architecture.source()


def _has_two_forms(file: ArchFile) -> bool:
    """Say whether a block of a file has a training and an inference form, or the file uses others that may have."""
    parsed = file.loaded.parsed
    nodes = walk(parsed.file) if parsed is not None and parsed.file is not None else ()
    return any(isinstance(one, tree.Form | tree.Use) for one in nodes)


PROPERTIES: tuple[Property, ...] = (
    Property("builds", _builds),
    Property("runs", _runs),
    Property("train ~ infer", _is_merged, _can_be_merged, _has_two_forms),
)
