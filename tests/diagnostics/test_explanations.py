"""Every code has a page, and a page tells the truth: its wrong program is wrong in that way, its mended one in none."""

from __future__ import annotations

import os
import re
from importlib.resources import files
from pathlib import Path

import pytest

from archc import ArchFile
from archc.diagnostics import codes, page, render_all, title

CODE = re.compile(r"""["']([PNESC]\d{3})["']""")
TITLE = re.compile(r"# [PNESC]\d{3}: [a-z`].*[^.]")
PROGRAM = re.compile(r"```arch\n(.*?)```", re.DOTALL)


def _used_codes() -> set[str]:
    folders = [str(files(name)) for name in ("archc", "archc.backends")]
    found = (
        Path(folder, name) for root in folders for folder, _, names in os.walk(root, followlinks=True) for name in names
    )
    return {code for path in found if path.suffix == ".py" for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_the_pages_are_those_of_the_codes_in_use() -> None:
    assert set(codes()) == _used_codes()


@pytest.mark.parametrize("code", codes())
def test_form(code: str) -> None:
    text = page(code) or ""
    assert TITLE.fullmatch(text.splitlines()[0]), "a title is `# CODE: what it is`, without a full stop"
    assert text.startswith(f"# {code}: {title(code)}\n\n")
    assert len(PROGRAM.findall(text)) in (0, 2)
    assert all(len(line) <= 130 for line in text.splitlines())


@pytest.mark.parametrize("code", [code for code in codes() if PROGRAM.search(page(code) or "")])
def test_the_programs_say_what_the_page_says(code: str) -> None:
    files = [ArchFile.of_text(program) for program in PROGRAM.findall(page(code) or "")]
    wrong, mended = (file.check() or file.unused() for file in files)
    assert {found.code for found in wrong} == {code}, render_all(wrong)
    assert mended == (), render_all(mended)


def test_a_code_may_be_written_small_and_need_not_exist() -> None:
    assert page("s104") == page("S104") is not None
    assert title("S104") == "two sizes that must be equal are not"
    assert page("X999") is title("X999") is page("../S104") is None
