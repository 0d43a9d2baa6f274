"""What people are told about wrong texts: every message as they see it, and that its fixes mend the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.diagnostics import apply_fixes, render_all
from archc.diagnostics.diagnostic import Diagnostic
from archc.syntax import Source, Span, parse, parse_expression
from archc.syntax.parser import MOST_ERRORS
from tests.conftest import Golden

PROGRAMS = sorted((Path(__file__).parent / "wrong").glob("*.arch"))


def _source(path: Path) -> Source:
    return Source(path.name, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_message(path: Path, golden: Golden) -> None:
    diagnostics = parse(_source(path)).diagnostics
    assert golden == render_all(diagnostics)
    for each in diagnostics:
        assert each.notes or each.fixes or each.code in ("P100", "P101"), "a way out"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_fix_mends_what_it_is_offered_for(path: Path) -> None:
    """Applied again and again, the fixes leave no diagnostic that offers one, and never make a text worse."""
    source = _source(path)
    diagnostics = parse(source).diagnostics
    for _ in range(5):
        fixable = [each for each in diagnostics if each.fixes]
        if not fixable:
            return
        source = Source(source.name, apply_fixes(source, diagnostics))
        remaining = parse(source).diagnostics
        assert len(remaining) <= len(diagnostics), source.text
        diagnostics = remaining
    raise AssertionError(f"the fixes come to no end: {source.text}")


def test_an_error_costs_its_declaration_and_no_more() -> None:
    text = "let a = 1\nblock B {\n  x = = 3\n  y = )\n}\nlet c = 2\n\nrule d x ~> y\nop e\n"
    parsed = parse(Source("t", text))
    assert parsed.file is not None
    assert [each.span.text for each in parsed.file.declarations] == ["let a = 1", "let c = 2", "op e"]
    assert [str(each.span) for each in parsed.diagnostics] == ["t:3:7", "t:8:8"]


def test_reading_goes_on_behind_the_error_and_not_in_what_was_read() -> None:
    text = '"""About\nblock of things."""\nblock A : x[B {\n}\nlet c = 1\n'
    parsed = parse(Source("t", text))
    assert [str(each.span) for each in parsed.diagnostics] == ["t:3:15"]
    assert parsed.file is not None and [each.span.text for each in parsed.file.declarations] == ["let c = 1"]


def test_names_that_the_wrong_parts_declare_are_known() -> None:
    text = "width = 8\nblok A : x[B] { }\n\nlet b, c = 1 +\nlet d = 1 < 2 < 3\nlet e = 1\narch F x[B] { }\n"
    parsed = parse(Source("t", text))
    assert parsed.file is not None
    assert [each.span.text for each in parsed.file.declarations] == ["let e = 1"]
    assert parsed.lost == {"width", "A", "b", "c", "d", "F"}


def test_errors_come_to_an_end() -> None:
    parsed = parse(Source("t", "block A ]\n" * 1000))
    assert len(parsed.diagnostics) == MOST_ERRORS + 1
    assert parsed.diagnostics[-1].code == "P007"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "P100"),
        ("a b", "P105"),
        ("a +", "P100"),
        ("a\nb", "P100"),
        ("(a", "P101"),
        ("a)", "P102"),
        ("a < b < c", "P112"),
    ],
)
def test_an_expression_is_one_or_a_diagnostic(text: str, code: str) -> None:
    source = Source("t", f'"{{{text}}}"')
    found = parse_expression(text, Span(source, 2, 2 + len(text)))
    assert isinstance(found, Diagnostic)
    assert found.code == code
    assert found.span.source is source
