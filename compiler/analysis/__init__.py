"""What an architecture costs, as formulas in the sizes that it leaves free."""

from archc.analysis.counts import buffers, macs, parameters
from archc.analysis.liveness import last_uses, liveness
from archc.analysis.memory import activation_memory, bytes_of, callers_memory
from archc.analysis.table import CostRow, cost_table

__all__ = [
    "CostRow",
    "activation_memory",
    "buffers",
    "bytes_of",
    "callers_memory",
    "cost_table",
    "last_uses",
    "liveness",
    "macs",
    "parameters",
]
