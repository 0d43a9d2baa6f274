"""The graph: what an architecture is once everything static is computed, and the tools to look at it and change it."""

from archc.graph.canonical import canonical_hash, structural_equal
from archc.graph.cursor import GraphTextError
from archc.graph.ir import (
    Apply,
    Call,
    Constant,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    Operator,
    Site,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.printer import to_text
from archc.graph.reader import from_text
from archc.graph.verify import VerificationError, Violation, check, verify

__all__ = [
    "Apply",
    "Call",
    "Constant",
    "Graph",
    "GraphKind",
    "GraphTextError",
    "Leaf",
    "Module",
    "Node",
    "Operand",
    "Operands",
    "Operator",
    "Site",
    "TensorType",
    "Value",
    "VerificationError",
    "Violation",
    "Weight",
    "WeightRef",
    "canonical_hash",
    "check",
    "from_text",
    "structural_equal",
    "to_text",
    "verify",
]
