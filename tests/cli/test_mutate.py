"""archc mutate and archc cross."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Archc = Callable[..., Any]
SPACE = """archc 1
space Nets : x[B, 3, 4] -> [B, 8, 4]
  = [linear(oneof(8, 16), axis=1), repeat 1..3 { choice { => relu
                                                          => gelu } }, linear(8, axis=1)]
"""
NET = """archc 1

arch Net : x[B, 3, H, W] -> [B, 10] where H >= 3, W >= 3 {
  return x |> stem: conv(8, k=3) |> relu |> gap |> head: linear(10)  # the author's
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nets.arch").write_text(SPACE)
    Path("net.arch").write_text(NET)


def test_a_hand_written_file(archc: Archc) -> None:
    run = archc("mutate", "net.arch", "-n", "5", "--seed", "2", "-o", "children", "--json")
    assert run.code == 0
    records = json.loads(run.out)
    assert [record["seed"] for record in records] == [2, 3, 4, 5, 6]
    assert f"5 of {sum(record['tried'] for record in records)} changes that were tried are legal" in run.err
    written = sorted(str(path) for path in Path("children").iterdir())
    assert set(written) == {record["file"] for record in records}
    assert archc("check", *written).code == 0
    assert archc("fmt", "--check", *written).code == 0
    assert all("# the author's" in Path(path).read_text() for path in written)


def test_the_change_is_printed(archc: Archc) -> None:
    run = archc("mutate", "net.arch", "--diff")
    assert run.code == 0
    assert run.out.startswith("--- net.arch\n+++ net.arch\n@@")


def test_within_a_space(archc: Archc) -> None:
    assert archc("sample", "nets.arch", "-n", "6", "-o", "drawn").code == 0
    one, other, *_ = sorted(map(str, Path("drawn").iterdir()))
    run = archc("mutate", one, "--space", "nets.arch", "-n", "4", "-o", "children", "--json")
    assert run.code == 0
    assert one.rpartition("/")[2] not in {path.name for path in Path("children").iterdir()}
    assert archc("cross", one, other, "--space", "nets.arch", "-n", "4", "-o", "children").code == 0
    assert archc("check", *map(str, Path("children").iterdir())).code == 0


def test_what_is_wrong_is_said(archc: Archc) -> None:
    assert archc("mutate", "net.arch", "-o", "net.arch").code == 2
    assert archc("mutate", "net.arch", "-n", "0").code == 2
    assert "E222" in archc("mutate", "net.arch", "--space", "nets.arch").err
    assert archc("cross", "net.arch", "net.arch").code == 2
    assert not Path("out").exists()
