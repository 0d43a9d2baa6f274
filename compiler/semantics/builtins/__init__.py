"""The static functions of the language that are written in Python; the others stand in `grammar/std`."""

from collections.abc import Mapping

from archc.semantics.builtins.axes import AXIS_FUNCTIONS
from archc.semantics.builtins.builtin import LIMIT, Argument, Builtin, Obligations, StaticError, Taking
from archc.semantics.builtins.contraction import CONTRACTION_FUNCTIONS
from archc.semantics.builtins.initialisers import CONSTANTS, INITIALISER_FUNCTIONS
from archc.semantics.builtins.numbers import NUMBER_FUNCTIONS
from archc.semantics.builtins.pads import PAD_FUNCTIONS
from archc.semantics.builtins.patterns import PATTERN_FUNCTIONS
from archc.semantics.builtins.sequences import SEQUENCE_FUNCTIONS
from archc.semantics.builtins.spelling import BINARY, PREFIX, SELECT, SLICE
from archc.semantics.builtins.wavelets import WAVELET_FUNCTIONS

BUILTINS: Mapping[str, Builtin] = {
    one.name: one
    for one in (
        *NUMBER_FUNCTIONS,
        *SEQUENCE_FUNCTIONS,
        *INITIALISER_FUNCTIONS,
        *AXIS_FUNCTIONS,
        *PAD_FUNCTIONS,
        *PATTERN_FUNCTIONS,
        *CONTRACTION_FUNCTIONS,
        *WAVELET_FUNCTIONS,
    )
}
"""Every built-in function by the name that calls it."""

__all__ = [
    "BINARY",
    "BUILTINS",
    "CONSTANTS",
    "LIMIT",
    "PREFIX",
    "SELECT",
    "SLICE",
    "Argument",
    "Builtin",
    "Obligations",
    "StaticError",
    "Taking",
]
