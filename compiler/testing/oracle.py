"""The differential oracle: everything installed runs one architecture, and has to agree with PyTorch in float64."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from archc.architecture import Architecture
from archc.records import record
from archc.testing.bounds import SLACK, at_sizes, roundings
from archc.testing.legal import Inputs, smallest
from archc.testing.running import REFERENCE, Engine, Subject, engines
from archc.testing.weights import fill

if TYPE_CHECKING:
    import torch

    Tensors = tuple[torch.Tensor, ...]


@record
class Agreement:
    """How near an engine comes: the largest difference relative to the largest number of an output, and its bound.

    `problem` says what is wrong where the results cannot even be compared, or the engine failed.
    """

    engine: str
    error: float
    bound: float
    problem: str = ""

    @property
    def holds(self) -> bool:
        return not self.problem and self.error <= self.bound

    def __str__(self) -> str:
        return f"{self.engine}: {self.problem or f'off by {self.error:.1e}, bound {self.bound:.1e}'}"


@record
class Comparison:
    """What each engine made of one architecture on the same inputs and weights."""

    address: str
    inputs: Inputs
    agreements: tuple[Agreement, ...]

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.agreements)

    def __str__(self) -> str:
        head = f"{self.address} at {self.inputs}, against {REFERENCE.name}"
        return "\n  ".join([head, *(("" if one.holds else "WRONG ") + str(one) for one in self.agreements)])


class DisagreementError(AssertionError):
    """Raised where engines disagree; the text is the comparison."""


def compare(
    architecture: Architecture,
    seed: int = 0,
    *,
    inputs: Inputs | None = None,
    among: tuple[Engine, ...] | None = None,
) -> Comparison:
    """Run an architecture everywhere, with weights and inputs drawn from `seed`, at the smallest legal sizes.

    `inputs` are other inputs, `among` the engines to compare (all that are installed without them). The bound of an
    engine is `SLACK * u * sqrt(r) * g`: `u` is the unit roundoff of its type, `r` the roundings along the longest way
    (depth and reduction lengths, see archc.testing.bounds, which names the source), and `g` by how much these weights
    enlarge an error. Raises ArchError where the architecture has errors; an engine that fails is part of the result.
    """
    import torch

    given = inputs or smallest(architecture, seed)
    module = fill(architecture.module(seed), seed).to(torch.float64).eval()
    tensors = given.tensors(torch.float64)
    subject = Subject(at_sizes(architecture, given), module)
    exact = REFERENCE.prepare(subject, tensors)(tensors)
    steps = roundings(subject.architecture)
    growth: dict[str, float] = {}
    found = []
    for engine in engines() if among is None else among:
        if engine.dtype not in growth:
            growth[engine.dtype] = _growth(subject, tensors, exact, engine)
        bound = SLACK * engine.rounding * steps * growth[engine.dtype]
        found.append(_agreement(engine, subject, given, exact, bound))
    address = f"{architecture.name}.{architecture.variant}" if architecture.variant else architecture.name
    return Comparison(address, given, tuple(found))


def assert_agreement(architecture: Architecture, seed: int = 0, *, inputs: Inputs | None = None) -> None:
    """Raise DisagreementError unless all engines that are installed agree about an architecture."""
    comparison = compare(architecture, seed, inputs=inputs)
    if not comparison.holds:
        raise DisagreementError(str(comparison))


def _growth(subject: Subject, tensors: Tensors, exact: Tensors, engine: Engine) -> float:
    """Return by how much an architecture enlarges a rounding of its inputs and weights, at least 1."""
    import torch

    dtype: torch.dtype = getattr(torch, engine.dtype)
    rounded = deepcopy(subject.module).to(dtype).to(torch.float64)
    nudged = tuple(_nudged(one, engine.rounding) for one in tensors)
    with torch.no_grad():
        for weight in rounded.state_dict().values():
            if weight.is_floating_point():
                weight.copy_(_nudged(weight, engine.rounding))
    moved = REFERENCE.prepare(Subject(subject.architecture, rounded), nudged)(nudged)
    return max(1.0, distance(moved, exact) / engine.rounding)


def _nudged(tensor: torch.Tensor, by: float) -> torch.Tensor:
    """Return numbers changed by a rounding each, up and down in turn."""
    import torch

    if not tensor.is_floating_point():
        return tensor
    signs = 1 - 2 * (torch.arange(tensor.numel()) % 2).reshape(tensor.shape)
    return tensor * (1 + by * signs)


def _agreement(engine: Engine, subject: Subject, given: Inputs, exact: Tensors, bound: float) -> Agreement:
    import torch

    dtype: torch.dtype = getattr(torch, engine.dtype)
    tensors = given.tensors(dtype)
    try:
        module = deepcopy(subject.module).to(dtype)
        found = engine.prepare(Subject(subject.architecture, module), tensors)(tensors)
    except Exception as error:  # whatever an engine raises is what the comparison is about
        first = (str(error).strip().splitlines() or [""])[0]
        return Agreement(engine.name, float("inf"), bound, f"{type(error).__name__}: {first}")
    shapes, wanted = [tuple(one.shape) for one in found], [tuple(one.shape) for one in exact]
    if shapes != wanted:
        return Agreement(engine.name, float("inf"), bound, f"gives {shapes}, and {wanted} is right")
    return Agreement(engine.name, distance(found, exact), bound)


def distance(found: Tensors, exact: Tensors) -> float:
    """Return the largest difference of two results, relative to the largest number of the output where it is."""
    import torch

    worst = 0.0
    for one, other in zip(found, exact, strict=True):
        if one.numel():
            a, b = one.to(torch.complex128), other.to(torch.complex128)
            scale = float(b.abs().max()) or 1.0
            gap = float((a - b).abs().max()) / scale
            worst = max(worst, gap if gap == gap else float("inf"))
    return worst
