"""Diagnostics for programs: JSON records, SARIF logs, GitHub's commands."""

from __future__ import annotations

import json
from dataclasses import replace

from archc.diagnostics import Diagnostic, Edit, Fix, Label, Note, Severity, github_commands, record_all, sarif_log
from archc.syntax.source import Source, Span

SOURCE = Source("nets/my net.arch", "block A {\n  y = x |> conv(C\n}\n")
OTHER = Source("/abs/o.arch", "op conv\n")


def diagnostic() -> Diagnostic:
    paren = Span(SOURCE, 23, 24)
    return Diagnostic(
        "P104",
        "`(` is never closed: 100%",
        Span(SOURCE, 25, 28),
        "here,",
        (Label(paren, "opened: here"), Label(Span(OTHER, 3, 7), "")),
        (Note("note", "a\nb"),),
        (Fix("close it", (Edit(Span(SOURCE, 25, 25), ")"),)), Fix("or think", ())),
        Severity.WARNING,
    )


def test_json_record(golden: object) -> None:
    assert golden == json.dumps(record_all([diagnostic(), diagnostic()]), indent=1)


def test_an_edit_is_given_to_the_character() -> None:
    whole = Span(SOURCE, 10, len(SOURCE.text))
    fixed = replace(diagnostic(), span=whole, fixes=(Fix("all", (Edit(whole, ""),)),))
    [record] = json.loads(json.dumps(record_all([fixed])))["diagnostics"]
    assert record["place"]["end_line"] == 3
    assert record["fixes"][0]["edits"][0]["place"] == {**record["place"], "end_line": 4, "end_column": 1}


def test_sarif_log(golden: object) -> None:
    assert golden == json.dumps(sarif_log([diagnostic(), replace(diagnostic(), code="N101")], "1.2.3"), indent=1)


def test_a_fix_that_no_machine_can_make_is_told_in_the_message_alone() -> None:
    [result] = json.loads(json.dumps(sarif_log([diagnostic()], "1")))["runs"][0]["results"]
    assert [fix["description"]["text"] for fix in result["fixes"]] == ["close it"]
    assert "help: or think" in result["message"]["text"]


def test_github_commands() -> None:
    sure = replace(diagnostic(), span=Span(OTHER, 0, 2), severity=Severity.ERROR, labels=(), notes=(), fixes=())
    assert github_commands([diagnostic(), sure]).splitlines() == [
        "::warning file=nets/my net.arch,line=2,endLine=2,col=16,endColumn=18,title=P104::"
        "`(` is never closed: 100%25%0Ahere,%0Anote: a%0Ab%0Ahelp: close it%0Ahelp: or think",
        "::error file=/abs/o.arch,line=1,endLine=1,col=1,endColumn=3,title=P104::`(` is never closed: 100%25%0Ahere,",
    ]


def test_github_properties_cannot_be_forged() -> None:
    evil = Source("a,line=9::b\n::error::c.arch", "x")
    command = github_commands([Diagnostic("P1", "m\n::error::n", Span(evil, 0, 1))])
    assert command == (
        "::error file=a%2Cline=9%3A%3Ab%0A%3A%3Aerror%3A%3Ac.arch,line=1,endLine=1,col=1,endColumn=2,title=P1::"
        "m%0A::error::n"
    )
