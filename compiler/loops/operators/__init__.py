"""The table of lowerings: which loops each operator is."""

from archc.loops.operators.table import LOWERINGS

__all__ = ["LOWERINGS"]
