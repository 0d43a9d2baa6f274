"""How elaboration gives up on one expression: an exception that carries a diagnostic as far as the statement."""

from __future__ import annotations

from archc.diagnostics.diagnostic import Diagnostic, Fix, Label, Note
from archc.syntax.source import Span


class Fault(Exception):
    """Unwinds to the enclosing statement, which collects the diagnostic and goes on."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Poisoned(Exception):
    """Unwinds like a Fault where the cause was reported already."""


def fault(
    code: str,
    message: str,
    span: Span,
    text: str = "",
    *,
    labels: tuple[Label, ...] = (),
    notes: tuple[Note, ...] = (),
    fixes: tuple[Fix, ...] = (),
) -> Fault:
    """Return a Fault ready to be raised."""
    return Fault(Diagnostic(code, message, span, text, labels, notes, fixes))


def unsupported(what: str, span: Span) -> Fault:
    """Return what to say of a part of the language that has no graph yet."""
    return fault("E219", f"{what} cannot be compiled yet", span)


def help_note(text: str) -> tuple[Note, ...]:
    """Return the one-note tuple for a way out in words."""
    return (Note("help", text),)


def sizes_note(span: Span) -> tuple[Note, ...]:
    """Return what static code sees of the tensor that is written at a place."""
    size = f"`{span.text}.shape[1]`, say" if span.text.isidentifier() else "`x.shape[1]`, say"
    return help_note(f"static code sees parameters, `let` values and the sizes of tensors ({size}), not what they hold")
