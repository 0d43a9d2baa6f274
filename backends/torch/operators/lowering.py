"""One entry of the table of lowerings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from archc.backends.torch.code import Code
from archc.backends.torch.operators.use import Core, Unit, Use
from archc.graph.ir import Apply, Weight
from archc.graph.static import Fill, Initialiser, Uniform


def always(apply: Apply) -> bool:
    """Accept every use."""
    return True


def torch_start(unit: Unit, weight: Weight) -> Initialiser | None:
    """Return how PyTorch's modules begin a weight: dense ones by their fan-in, scales at 1, all else at 0."""
    dense = unit.weight("weight")
    shape = dense.type.shape[1:] if dense is not None else ()
    if weight.name in ("weight", "bias") and shape:
        return Uniform(1.0 / math.sqrt(math.prod(size for size in shape if isinstance(size, int))))
    return Fill(1.0 if weight.name in ("weight", "running_var") else 0.0)


def plainly(use: Use, core: Core) -> Code:
    """The operator on its first input as it stands."""
    return core(use.first())


@dataclass(frozen=True, slots=True)
class Lowering:
    """How one operator is written.

    `function` writes it as an expression of its first input; `module` as the constructor of a module, None where no
    module does this with these arguments; `around` what either needs on the way in and out, such as a transposition;
    `start` says how the module begins its weights. A use that is not accepted is written by its meaning.
    """

    function: Callable[[Use, Code], Code]
    module: Callable[[Unit], Code | None] = lambda unit: None
    around: Callable[[Use, Core], Code] = plainly
    start: Callable[[Unit, Weight], Initialiser | None] = torch_start
    accepts: Callable[[Apply], bool] = always
