"""Property-based testing of architectures: legal inputs, a differential oracle, metamorphic relations, a reducer.

Hypothesis and PyTorch are imported by what needs them, when it is called.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.testing.drawn import architectures, mutations
    from archc.testing.legal import Inputs, NoLegalSizesError, inputs, inputs_at, smallest
    from archc.testing.oracle import Agreement, Comparison, DisagreementError, assert_agreement, compare
    from archc.testing.properties import PROPERTIES, Property, PropertyError
    from archc.testing.reduction import Reduction, reduce
    from archc.testing.relations import RELATIONS, Relation, check_relations
    from archc.testing.running import REFERENCE, Engine, Subject, engines
    from archc.testing.stateful import machine
    from archc.testing.weights import fill
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "PROPERTIES": "properties",
            "REFERENCE": "running",
            "RELATIONS": "relations",
            "Agreement": "oracle",
            "Comparison": "oracle",
            "DisagreementError": "oracle",
            "Engine": "running",
            "Inputs": "legal",
            "NoLegalSizesError": "legal",
            "Property": "properties",
            "PropertyError": "properties",
            "Reduction": "reduction",
            "Relation": "relations",
            "Subject": "running",
            "architectures": "drawn",
            "assert_agreement": "oracle",
            "check_relations": "relations",
            "compare": "oracle",
            "engines": "running",
            "fill": "weights",
            "inputs": "legal",
            "inputs_at": "legal",
            "machine": "stateful",
            "mutations": "drawn",
            "reduce": "reduction",
            "smallest": "legal",
        },
    )

__all__ = [
    "PROPERTIES",
    "REFERENCE",
    "RELATIONS",
    "Agreement",
    "Comparison",
    "DisagreementError",
    "Engine",
    "Inputs",
    "NoLegalSizesError",
    "Property",
    "PropertyError",
    "Reduction",
    "Relation",
    "Subject",
    "architectures",
    "assert_agreement",
    "check_relations",
    "compare",
    "engines",
    "fill",
    "inputs",
    "inputs_at",
    "machine",
    "mutations",
    "reduce",
    "smallest",
]
