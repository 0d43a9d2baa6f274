"""What is wrong with a text, as values, and the forms in which people and programs read it."""

from archc.diagnostics.diagnostic import ArchError, Diagnostic, Edit, Fix, Label, Note, Severity
from archc.diagnostics.explanation import codes, page, title
from archc.diagnostics.fixing import apply_fixes, chosen_fixes
from archc.diagnostics.github import github_commands
from archc.diagnostics.record import Json, record, record_all
from archc.diagnostics.render import ordered, render, render_all, summary
from archc.diagnostics.sarif import sarif_log

__all__ = [
    "ArchError",
    "Diagnostic",
    "Edit",
    "Fix",
    "Json",
    "Label",
    "Note",
    "Severity",
    "apply_fixes",
    "chosen_fixes",
    "codes",
    "github_commands",
    "ordered",
    "page",
    "record",
    "record_all",
    "render",
    "render_all",
    "sarif_log",
    "summary",
    "title",
]
