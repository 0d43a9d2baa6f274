"""How operators become PyTorch: one table under the operators' names, filled by theme."""

from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.table import LOWERINGS
from archc.backends.torch.operators.use import Unit, Use

__all__ = ["LOWERINGS", "Lowering", "Unit", "Use"]
