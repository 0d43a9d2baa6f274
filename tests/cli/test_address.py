"""How an address is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc import load
from archc.cli.address import Address, parse_address
from archc.cli.command import UsageError
from archc.packaged import packaged


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("net.arch", Address(Path("net.arch"))),
        ("a/b.arch:Net", Address(Path("a/b.arch"), "Net")),
        ("a/b.arch:Net.tiny_7x7", Address(Path("a/b.arch"), "Net", "tiny_7x7")),
        ("b.arch:Net.7x7 wide", Address(Path("b.arch"), "Net", "7x7 wide")),
        ("C:/nets/b.arch", Address(Path("C:/nets/b.arch"))),
        ("C:/nets/b.arch:Net.a.b", Address(Path("C:/nets/b.arch"), "Net", "a.b")),
        ("b.arch:9", Address(Path("b.arch:9"))),
        ("nonsense:", Address(Path("nonsense:"))),
    ],
)
def test_forms(text: str, address: Address) -> None:
    assert parse_address(text) == address


def test_a_file_that_is_there_wins(tmp_path: Path) -> None:
    path = tmp_path / "b.arch:Net"
    path.write_text("")
    assert parse_address(str(path)) == Address(path)


def test_packaged_files_go_by_their_names() -> None:
    assert parse_address("hornet") == Address(packaged()["hornet"])
    assert load("hornet").file.path == packaged()["hornet"]
    assert parse_address("hornet:HorNet.tiny_7x7") == Address(packaged()["hornet"], "HorNet", "tiny_7x7")


def test_a_name_that_is_not_packaged() -> None:
    with pytest.raises(UsageError, match="called `hornt`; did you mean `hornet`"):
        parse_address("hornt:HorNet")
    with pytest.raises(UsageError, match="archc list"):
        parse_address("qqqqqq")
