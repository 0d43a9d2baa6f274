"""Trees kept between runs are the trees that parsing gives, and reading them makes nothing but trees."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from archc.syntax import Parsed, Source, cached_parse, parse, shelf, store, walk

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.arch"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "_folder", lambda: folder)
    return folder


def _forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(source: Source) -> Parsed:
        raise AssertionError("parsed again")

    monkeypatch.setattr(shelf, "parse", never)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_kept_tree_is_the_tree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    assert cached_parse(source).file == parse(source).file
    fresh = parse(source)
    _forbid_parsing(monkeypatch)
    again = Source("another name", source.text)
    kept = cached_parse(again)
    assert (kept.source, kept.diagnostics, kept.lost) == (again, (), frozenset())
    assert kept.file == fresh.file and kept.file is not None and fresh.file is not None
    for old, new in zip(walk(fresh.file), walk(kept.file), strict=True):
        assert (new.span.source, new.span.start, new.span.end) == (again, old.span.start, old.span.end)
    assert [c.span.text for c in kept.comments] == [c.span.text for c in fresh.comments]


def test_texts_with_errors_are_not_kept(folder: Path) -> None:
    assert cached_parse(Source("t", "let a = ")).diagnostics
    assert not folder.exists() or not any(folder.iterdir())


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("never",)


@pytest.mark.parametrize(
    "content", [b"", b"no pickle", pickle.dumps(_Bomb()), pickle.dumps((1, 2)), pickle.dumps(Path())]
)
def test_what_is_no_tree_is_parsed_anew(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    source = Source("t", "let a = 1\n")
    store.write(store.key("tree", shelf._reader(), source.text), content)
    assert cached_parse(source).file == parse(source).file
    assert capsys.readouterr().out == ""
