"""The graph: what an architecture is once everything static is computed, and the tools to look at it and change it."""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from archc.graph.canonical import canonical_hash, structural_equal
    from archc.graph.cursor import GraphTextError
    from archc.graph.printer import to_text
    from archc.graph.reader import from_text
    from archc.graph.verification import VerificationError, Violation, check, verify
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "GraphTextError": "cursor",
            "VerificationError": "verification",
            "Violation": "verification",
            "canonical_hash": "canonical",
            "check": "verification",
            "from_text": "reader",
            "structural_equal": "canonical",
            "to_text": "printer",
            "verify": "verification",
        },
    )

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
