"""Diagnostics for programs: the record that `--format json` prints. Fields may be added, none changes its meaning.

A record has `code`, `severity` ("error" or "warning"), `message`, `text`, `place`, `labels` (each `text` and `place`),
`notes` (each `kind` and `text`) and `fixes` (each `title` and `edits`, each edit `place` and `text`).
A place has `file`, `line`, `column`, `end_line`, `end_column` (from 1, the end not included) and the offsets `start`
and `end` (characters from 0); an edit replaces exactly the characters from `start` up to `end`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Diagnostic, Fix
from archc.diagnostics.place import Place, place_of
from archc.diagnostics.rendering import ordered

if TYPE_CHECKING:
    from archc.syntax.source import Span

Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

VERSION = 1


def record_all(diagnostics: Iterable[Diagnostic]) -> dict[str, Json]:
    """Return the diagnostics in their order as one JSON object: `version` and `diagnostics`."""
    return {"version": VERSION, "diagnostics": [record(diagnostic) for diagnostic in ordered(diagnostics)]}


def record(diagnostic: Diagnostic) -> dict[str, Json]:
    """Return one diagnostic as a JSON object, as this module's text describes it."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "text": diagnostic.text,
        "place": _place(diagnostic.span),
        "labels": [{"text": label.text, "place": _place(label.span)} for label in diagnostic.labels],
        "notes": [{"kind": note.kind, "text": note.text} for note in diagnostic.notes],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _place(span: Span) -> dict[str, Json]:
    place = place_of(span)
    return {"file": span.source.name, **_lines(place), "start": span.start, "end": span.end}


def _lines(place: Place) -> dict[str, Json]:
    return {
        "line": place.start.line,
        "column": place.start.column,
        "end_line": place.end.line,
        "end_column": place.end.column,
    }


def _fix(fix: Fix) -> dict[str, Json]:
    return {"title": fix.title, "edits": [{"place": _exact(edit.span), "text": edit.text} for edit in fix.edits]}


def _exact(span: Span) -> dict[str, Json]:
    source = span.source
    place = Place(source, source.position(span.start), source.position(span.end))
    return {"file": source.name, **_lines(place), "start": span.start, "end": span.end}
