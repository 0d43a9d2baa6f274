"""Trees kept between runs are the trees that parsing gives, and reading them makes nothing but trees."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from archc.syntax import Parsed, Source, catalogue, entries, parse, shelf, store, walk

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.arch"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "_folder", lambda: folder)
    return folder


def _forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(source: Source) -> Parsed:
        raise AssertionError("parsed again")

    monkeypatch.setattr(entries, "parse", never)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_kept_tree_is_the_tree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    first = [entry.declaration for entry in catalogue([source])]
    fresh = parse(source).file
    assert fresh is not None and first == list(fresh.declarations)
    _forbid_parsing(monkeypatch)
    again = Source("another name", source.text)
    kept = [entry.declaration for entry in catalogue([again])]
    assert kept == first
    for old, new in zip(fresh.declarations, kept, strict=True):
        for one, other in zip(walk(old), walk(new), strict=True):
            assert (other.span.source, other.span.start, other.span.end) == (again, one.span.start, one.span.end)


def test_an_entry_says_what_it_declares() -> None:
    first = Source("a", "let a, b = 1, 2\nlet f(x: {up, down} = up) = x\n")
    second = Source("b", "op relu(inplace: {yes, no}) : x[...S] -> [...S]\nrule r: relu ~> relu\n")
    found = [(entry.names, entry.words) for entry in catalogue([first, second])]
    assert found == [(("a", "b"), ()), (("f",), ("up", "down")), (("relu",), ("yes", "no")), ((), ())]
    last = catalogue([first, second])[-1].declaration
    assert last.span.source is second and last is not None


def test_an_entry_is_one_object() -> None:
    entry = catalogue([Source("a", "let a = 1\n")])[0]
    assert entry.declaration is entry.declaration


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("never",)


@pytest.mark.parametrize(
    "content", [b"", b"no pickle", pickle.dumps(_Bomb()), pickle.dumps((1, 2)), pickle.dumps(Path())]
)
def test_what_is_no_tree_is_parsed_anew(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    source = Source("t", "let a = 1\n")
    store.write(store.key("catalogue", shelf.reader(), source.text), content)
    file = parse(source).file
    assert file is not None and [entry.declaration for entry in catalogue([source])] == list(file.declarations)
    assert capsys.readouterr().out == ""
