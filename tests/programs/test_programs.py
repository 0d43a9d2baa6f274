"""Wrong programs, as people write them, each with the message that it gets: `NAME.arch`, and `NAME.txt` beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from archc import ArchFile
from archc.diagnostics import Diagnostic, Fix, codes, render_all
from tests.conftest import Golden

FOLDER = Path(__file__).parent
PROGRAMS = sorted(FOLDER.glob("*/*.arch"))
SEVERAL = {
    "endless_work_behind_a_mistake": 2,
    "none_as_a_size": 2,
    "two_mistakes_in_two_blocks": 2,
    "pytorch_names": 3,
    "pytorch_parameter_names": 2,
}
"""Programs with more than one mistake, and how many they have. All others have one, and get one message."""


@pytest.fixture(params=PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wrong program, with its folder as the current one, so that messages show its name alone."""
    path: Path = request.param
    monkeypatch.chdir(path.parent)
    return path


@cache
def checked(program: Path) -> tuple[Diagnostic, ...]:
    return ArchFile.read(program.name).check()


def mended(text: str, fix: Fix) -> str:
    """Return a text with one fix made."""
    for edit in sorted(fix.edits, key=lambda one: one.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_there_are_enough() -> None:
    assert len(PROGRAMS) >= 100
    assert {path.parent.name for path in PROGRAMS} == {"syntax", "names", "evaluation", "shapes", "variants"}


def test_message(program: Path, request: pytest.FixtureRequest) -> None:
    golden = Golden(program.with_suffix(".txt"), request.config.getoption("--update-goldens"))
    assert golden == render_all(checked(program))


def test_one_cause_has_one_message(program: Path) -> None:
    found = checked(program)
    assert len(found) == SEVERAL.get(program.stem, 1), render_all(found)


def test_messages_are_about_this_text(program: Path) -> None:
    for found in checked(program):
        assert found.code in codes()
        spans = [found.span, *(label.span for label in found.labels)]
        assert all(span.source.name == program.name for span in spans)
        assert all(0 <= span.start <= span.end <= len(span.source.text) for span in spans)
        assert found.span.text, "a message marks something"
        assert "std/" not in render_all([found])


def test_every_fix_makes_its_error_go_away(program: Path) -> None:
    text = program.read_text(encoding="utf-8")
    found = checked(program)
    for one in found:
        for fix in one.fixes:
            after = ArchFile.of_text(mended(text, fix), program.name).check()
            left = [(other.code, other.message) for other in after]
            assert (one.code, one.message) not in left, f"{fix.title}\n{render_all(after)}"
            assert not [other for other in after if other.code.startswith("P") and not one.code.startswith("P")]
