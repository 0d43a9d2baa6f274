"""The ways in which an evaluation ends without a value, and what is to be said of each."""

from __future__ import annotations

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.semantics.environment import CyclicDefinition
from archc.semantics.faults import Fault, Poisoned
from archc.shapes import TooLargeError
from archc.syntax.source import Span

FAILURES = (Fault, Poisoned, CyclicDefinition, TooLargeError)
"""Everything that an evaluation may raise."""


def finding_of(failure: Exception, span: Span) -> Diagnostic | None:
    """Return what a failure is to be reported as, None where its cause was reported already.

    `span` is where the work was under way, for failures that do not know their place.
    """
    match failure:
        case Fault(diagnostic=diagnostic):
            return diagnostic
        case CyclicDefinition():
            return failure.diagnostic(span)
        case TooLargeError():
            help = Note("help", "no model is as large: look for a power, or a loop that multiplies")
            return Diagnostic("E208", f"this size is too large: {failure}", span, notes=(help,))
        case _:
            return None
