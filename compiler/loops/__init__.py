"""Loop nests: what every operator computes at fixed sizes, before it is any backend's code."""

from archc.loops.index import Axis, Index
from archc.loops.lowering import lowered
from archc.loops.nest import Buffer, Combine, Nest, Program, nest, reduction
from archc.loops.verification import OutOfBoundsError, verify

__all__ = [
    "Axis",
    "Buffer",
    "Combine",
    "Index",
    "Nest",
    "OutOfBoundsError",
    "Program",
    "lowered",
    "nest",
    "reduction",
    "verify",
]
