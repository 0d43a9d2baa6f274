"""Sizes as symbols: exact integer arithmetic, what `where` says about them, and proofs for all sizes at once."""

from archc.shapes.context import Context
from archc.shapes.decide import decide, is_plain, strongest
from archc.shapes.dims import (
    Scalar,
    add,
    ceil,
    ceildiv,
    floor,
    floordiv,
    maximum,
    minimum,
    mod,
    mul,
    negate,
    power,
    product,
    sub,
    symbol,
    to_number,
    total,
    truediv,
)
from archc.shapes.evaluation import compile_dim, evaluate, free_symbols, substitute, with_sizes
from archc.shapes.limits import TooLargeError
from archc.shapes.relation import Comparison, Relation
from archc.shapes.sizes import is_legal, legal_sizes
from archc.shapes.text import render
from archc.shapes.verdict import Conditional, Counterexample, Proven, Refuted, Unknown, Verdict

__all__ = [
    "Comparison",
    "Conditional",
    "Context",
    "Counterexample",
    "Proven",
    "Refuted",
    "Relation",
    "Scalar",
    "TooLargeError",
    "Unknown",
    "Verdict",
    "add",
    "ceil",
    "ceildiv",
    "compile_dim",
    "decide",
    "evaluate",
    "floor",
    "floordiv",
    "free_symbols",
    "is_legal",
    "is_plain",
    "legal_sizes",
    "maximum",
    "minimum",
    "mod",
    "mul",
    "negate",
    "power",
    "product",
    "render",
    "strongest",
    "sub",
    "substitute",
    "symbol",
    "to_number",
    "total",
    "truediv",
    "with_sizes",
]
