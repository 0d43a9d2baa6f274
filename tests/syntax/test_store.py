"""What is kept on disk: whole, or made anew without a word."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from archc.syntax import store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "_folder", lambda: folder)
    return folder


def test_what_is_written_can_be_read(folder: Path) -> None:
    key = store.key("a", "b")
    assert store.read(key) is None
    store.write(key, b"content")
    assert store.read(key) == b"content"
    assert os.listdir(folder) == [key]


def test_keys_tell_texts_and_their_order_apart() -> None:
    keys = [store.key(*parts) for parts in (("a", "b"), ("b", "a"), ("ab",), ("a", "b", ""), ("a\ud800",))]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("damage", [b"", b"x", b"content", b"\0" * 100])
def test_damaged_files_are_as_good_as_none(folder: Path, damage: bytes) -> None:
    key = store.key("a")
    store.write(key, b"content")
    whole = (folder / key).read_bytes()
    for data in (damage, whole[:-1], whole + b"x", damage + whole[len(damage) :]):
        (folder / key).write_bytes(data)
        assert store.read(key) in (None, b"content")
        assert store.read(key) is None or data == whole


def test_where_nothing_can_be_written_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(store, "_folder", lambda: blocked / "cache")
    store.write(store.key("a"), b"content")
    assert store.read(store.key("a")) is None


def test_a_user_without_a_home_has_no_cache() -> None:
    program = """
import os
from pathlib import Path
from platformdirs import unix
unix.Unix.user_cache_dir = property(lambda self: "~/.cache/archc")
from archc.syntax import store
store.write("name", b"content")
print(store.read("name"), list(Path().iterdir()))
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(os.path.abspath(each) for each in sys.path)}
    command = [sys.executable, "-c", program]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "None []\n"


def test_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_FILES", 3)
    for number in range(6):
        store.write(str(number), b"x")
        os.utime(folder / str(number), (number, number))
    assert sorted(os.listdir(folder)) == ["3", "4", "5"]
