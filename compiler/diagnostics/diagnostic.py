"""Errors as values: collected while work goes on, rendered or raised only at the edges."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from archc.records import record

if TYPE_CHECKING:  # the syntax's door imports this package
    from archc.syntax.source import Span


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@record
class Label:
    """A short text at a place other than the diagnostic's own."""

    span: Span
    text: str


@record
class Note:
    """A line below the source: `kind` is a word such as "proof", "counterexample", "instance" or "help"."""

    kind: str
    text: str


@record
class Edit:
    """Replace the text of `span` (empty for an insertion) by `text`."""

    span: Span
    text: str


@record
class Fix:
    """A change that mends the cause and can be applied by machine; a guess is shown, and left to the author."""

    title: str
    edits: tuple[Edit, ...]
    is_guess: bool = False


@record
class Diagnostic:
    """One finding. `text` is what stands under the place itself, below the headline `message`.

    Codes: P... syntax, N... names, E... static evaluation, S... shapes, C... checkpoints, variants and weights.
    """

    code: str
    message: str
    span: Span
    text: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[Note, ...] = ()
    fixes: tuple[Fix, ...] = ()
    severity: Severity = Severity.ERROR


class ArchError(Exception):
    """Raised by the public API: `diagnostics` says what is wrong; the text is their rendering."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        from archc.diagnostics.rendering import render_all

        self.diagnostics = diagnostics
        super().__init__(render_all(diagnostics))
