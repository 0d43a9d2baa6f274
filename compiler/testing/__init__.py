"""Property-based testing of architectures: legal inputs, a differential oracle, metamorphic relations, a reducer.

Hypothesis and PyTorch are imported by what needs them, when it is called.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.testing.legal import Inputs, NoLegalSizesError, inputs, inputs_at, smallest
    from archc.testing.oracle import Agreement, Comparison, DisagreementError, assert_agreement, compare
    from archc.testing.reduction import Reduction, reduce
    from archc.testing.running import REFERENCE, Engine, Subject, engines
    from archc.testing.weights import fill
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "REFERENCE": "running",
            "Agreement": "oracle",
            "Comparison": "oracle",
            "DisagreementError": "oracle",
            "Engine": "running",
            "Inputs": "legal",
            "NoLegalSizesError": "legal",
            "Reduction": "reduction",
            "Subject": "running",
            "assert_agreement": "oracle",
            "compare": "oracle",
            "engines": "running",
            "fill": "weights",
            "inputs": "legal",
            "inputs_at": "legal",
            "reduce": "reduction",
            "smallest": "legal",
        },
    )

__all__ = [
    "REFERENCE",
    "Agreement",
    "Comparison",
    "DisagreementError",
    "Engine",
    "Inputs",
    "NoLegalSizesError",
    "Reduction",
    "Subject",
    "assert_agreement",
    "compare",
    "engines",
    "fill",
    "inputs",
    "inputs_at",
    "reduce",
    "smallest",
]
