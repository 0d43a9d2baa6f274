"""Diagnostics as a SARIF 2.1.0 log (OASIS standard), the form that code hosts and editors take."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from archc.diagnostics.place import Place, place_of
from archc.diagnostics.recording import Json
from archc.diagnostics.rendering import ordered

if TYPE_CHECKING:
    from archc.syntax.source import Position, Source

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(diagnostics: Iterable[Diagnostic], version: str) -> dict[str, Json]:
    """Return one SARIF log with one run of archc `version`; every code used is a rule of it."""
    found = ordered(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in found})
    driver: dict[str, Json] = {"name": "archc", "version": version, "rules": [{"id": code} for code in codes]}
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in found],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": full_message(diagnostic)},
        "locations": [{"physicalLocation": _location(place_of(diagnostic.span))}],
    }
    if diagnostic.labels:
        result["relatedLocations"] = [_related(number, label) for number, label in enumerate(diagnostic.labels)]
    if fixes := [fix for fix in diagnostic.fixes if fix.edits]:
        result["fixes"] = [_fix(fix) for fix in fixes]
    return result


def full_message(diagnostic: Diagnostic) -> str:
    """Return the headline, the text at the place and the notes, a line each."""
    notes = [f"{note.kind}: {note.text}" for note in diagnostic.notes]
    helps = [f"help: {fix.title}" for fix in diagnostic.fixes]
    return "\n".join(line for line in (diagnostic.message, diagnostic.text, *notes, *helps) if line)


def _related(number: int, label: Label) -> dict[str, Json]:
    location: dict[str, Json] = {"id": number, "physicalLocation": _location(place_of(label.span))}
    return {**location, "message": {"text": label.text}} if label.text else location


def _location(place: Place) -> dict[str, Json]:
    return {"artifactLocation": _artifact(place.source), "region": _region(place.start, place.end)}


def _artifact(source: Source) -> dict[str, Json]:
    path = PurePath(source.name)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def _region(start: Position, end: Position) -> dict[str, Json]:
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(fix: Fix) -> dict[str, Json]:
    by_name = sorted(fix.edits, key=lambda edit: (edit.span.source.name, edit.span.start))
    changes: list[Json] = []
    for _, group in groupby(by_name, key=lambda edit: edit.span.source.name):
        edits = list(group)
        replacements: list[Json] = [_replacement(edit) for edit in edits]
        changes.append({"artifactLocation": _artifact(edits[0].span.source), "replacements": replacements})
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, Json]:
    source = edit.span.source
    region = _region(source.position(edit.span.start), source.position(edit.span.end))
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}
