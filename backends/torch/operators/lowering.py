"""One entry of the table of lowerings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archc.backends.torch.code import Code
from archc.backends.torch.operators.use import Core, Unit, Use


def plainly(use: Use, core: Core) -> Code:
    """The operator on its first input as it stands."""
    return core(use.first())


@dataclass(frozen=True, slots=True)
class Lowering:
    """How one operator is written.

    `function` writes it as an expression of its first input; `module` as the constructor of a module, None where no
    module does this with these arguments; `around` what either needs on the way in and out, such as a transposition.
    """

    function: Callable[[Use, Code], Code]
    module: Callable[[Unit], Code | None] = lambda unit: None
    around: Callable[[Use, Core], Code] = plainly
