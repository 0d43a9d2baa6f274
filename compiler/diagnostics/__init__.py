"""What is wrong with a text, as values, and the forms in which people and programs read it."""

from archc.diagnostics.diagnostic import ArchError, Diagnostic, Edit, Fix, Label, Note, Severity
from archc.diagnostics.render import ordered, render, render_all, summary

__all__ = [
    "ArchError",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Note",
    "Severity",
    "ordered",
    "render",
    "render_all",
    "summary",
]
