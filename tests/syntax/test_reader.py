"""Files to texts, or to what keeps them from being read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archc.diagnostics.diagnostic import Diagnostic
from archc.syntax import Source, parse, read_source
from archc.syntax.reader import MOST_BYTES


def _refused(path: Path | str) -> Diagnostic:
    found = read_source(path)
    assert isinstance(found, Diagnostic)
    assert found.notes, "a way out"
    return found


def test_a_file_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_bytes(b"\xef\xbb\xbflet a = 1\r\n")
    source = read_source(path)
    assert isinstance(source, Source)
    assert (source.name, source.text) == (str(path), "let a = 1\r\n")


@pytest.mark.parametrize("name", ["missing.arch", "bad\0name.arch", "."])
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    assert _refused(f"{tmp_path}/{name}").code == "P001"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.arch"
    path.touch(mode=0)
    assert _refused(path).code == "P001"


def test_a_file_that_is_too_large_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "large.arch"
    with path.open("wb") as file:
        file.truncate(100 * MOST_BYTES)
    assert _refused(path).code == "P002"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.arch"
    path.write_bytes("let größe = 1\n".encode("latin-1"))
    refused = _refused(path)
    assert (refused.code, str(refused.span)) == ("P003", f"{path}:1:7")
    path.write_bytes(b"let a = 1\nlet b\0 = 2\n")
    refused = _refused(path)
    assert (refused.code, str(refused.span)) == ("P004", f"{path}:2:6")


def test_a_mark_at_the_beginning_of_a_text_is_no_part_of_it() -> None:
    parsed = parse(Source("t", "\ufefflet a = 1\n"))
    assert not parsed.diagnostics and parsed.file is not None and len(parsed.file.declarations) == 1


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x0c", "\u2028", "\u202e", "\x85", "\r"])
def test_characters_that_nobody_sees(character: str) -> None:
    parsed = parse(Source("t", f"let a = 1 # {character}x\n"))
    assert parsed.file is None
    assert [(each.code, each.span.text) for each in parsed.diagnostics] == [("P005", character)]
