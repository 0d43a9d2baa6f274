"""What is wrong with a text, as values, and the forms in which people and programs read it."""

from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import ArchError, Diagnostic, Edit, Fix, Label, Note, Severity

if TYPE_CHECKING:
    from archc.diagnostics.explanation import codes, page, title
    from archc.diagnostics.fixing import apply_fixes, chosen_fixes
    from archc.diagnostics.github import github_commands
    from archc.diagnostics.recording import Json, record, record_all
    from archc.diagnostics.rendering import ordered, render, render_all, summary
    from archc.diagnostics.sarif import sarif_log
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "Json": "recording",
            "apply_fixes": "fixing",
            "chosen_fixes": "fixing",
            "codes": "explanation",
            "github_commands": "github",
            "ordered": "rendering",
            "page": "explanation",
            "record": "recording",
            "record_all": "recording",
            "render": "rendering",
            "render_all": "rendering",
            "sarif_log": "sarif",
            "summary": "rendering",
            "title": "explanation",
        },
    )

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
