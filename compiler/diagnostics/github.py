"""Diagnostics as GitHub's workflow commands, which a workflow run shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable

from archc.diagnostics.diagnostic import Diagnostic
from archc.diagnostics.place import place_of
from archc.diagnostics.rendering import ordered
from archc.diagnostics.sarif import full_message

_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


def github_commands(diagnostics: Iterable[Diagnostic]) -> str:
    """Return one workflow command a diagnostic, a line each, without a newline at the end."""
    return "\n".join(map(_command, ordered(diagnostics)))


def _command(diagnostic: Diagnostic) -> str:
    place = place_of(diagnostic.span)
    properties = {
        "file": place.source.name,
        "line": str(place.start.line),
        "endLine": str(place.end.line),
        "col": str(place.start.column),
        "endColumn": str(place.end.column),
        "title": diagnostic.code,
    }
    listed = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{diagnostic.severity.value} {listed}::{full_message(diagnostic).translate(_IN_TEXT)}"
