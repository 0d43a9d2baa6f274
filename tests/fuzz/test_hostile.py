"""Files made to do harm: each gets a diagnostic, within seconds and bounded memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archc import ArchFile
from archc.diagnostics import render_all

SECONDS = 12.0
"""Of processor time: the limit on work, with room for a slow machine."""

NET = "arch Net : x[B, C] -> [B, C] {\n  return x\n}\n"


def codes_of(path: Path) -> list[str]:
    """Return the codes of what is wrong with a file, which has to be found soon."""
    begun = time.process_time()
    found = ArchFile.read(path).check()
    assert time.process_time() - begun < SECONDS
    assert bool(render_all(found)) == bool(found)
    return [one.code for one in found]


def codes_in(text: str, folder: Path) -> list[str]:
    """Return the codes of what is wrong with a text in a file of a folder."""
    path = folder / "net.arch"
    path.write_text(text, encoding="utf-8")
    return codes_of(path)


# -- programs without end ---------------------------------------------------------------------------------

ENDLESS: dict[str, tuple[str, str]] = {
    "function": ("let f(n) = f(n + 1)\nlet a = f(0)\n", "E207"),
    "functions": ("let f(n) = g(n)\nlet g(n) = f(n)\nlet a = f(0)\n", "E207"),
    "doubling function": ("let f(n) = if n < 2 then n else f(n - 1) + f(n - 2)\nlet a = f(60)\n", "E208"),
    "block": ("block M : x[B, C] -> [B, C] {\n  return x |> m: M\n}\n" + NET.replace("x\n", "x |> m: M\n"), "E207"),
    "operator": ("op f : x[B, C] -> [B, C] {\n  return x |> f\n}\n" + NET.replace("x\n", "x |> f\n"), "E215"),
    "range": (NET.replace("  return", "  let a = [i for i in 0..10 ** 9]\n  return"), "E208"),
    "loop": (NET.replace("  return", "  for i in 0..10 ** 9 {\n    x = relu(x)\n  }\n  return"), "E208"),
    "product of comprehensions": ("let a = [[[0 for i in 0..999] for j in 0..999] for k in 0..999]\n", "E208"),
    "doubled sequence": ("let f(n, l) = if n == 0 then l else f(n - 1, l ++ l)\nlet a = f(60, [1])\n", "E208"),
    "nested sequence": ("let f(n, l) = if n == 0 then l else f(n - 1, [l, l])\nlet a = f(90, [1]) + 1\n", "E208"),
    "power": (NET.replace("x\n", "x |> mul(C ** 10 ** 10)\n"), "E208"),
    "doubled tensor": (NET.replace("  return", "  for i in 0..90 {\n    x = concat([x, x])\n  }\n  return"), "S104"),
    "two blocks in each": (
        "block M(n) : x[B, C] -> [B, C] {\n  return x |> a: M(n - 1) |> b: M(n - 1)\n}\n"
        + NET.replace("x\n", "x |> m: M(90)\n"),
        "E207",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_work_without_end_is_given_up(name: str, tmp_path: Path) -> None:
    text, code = ENDLESS[name]
    assert codes_in(text, tmp_path) == [code]


def test_powers_of_powers_are_not_computed(tmp_path: Path) -> None:
    assert codes_in(NET.replace("{", "where 2 ** 2 ** 2 ** C == 3 {"), tmp_path) == []


def test_spaces_without_end_are_taken_as_they_are(tmp_path: Path) -> None:
    assert codes_in("space M = [M, M]\nspace N(n) : x[B, 3] -> [...] = N(n + 1)\n", tmp_path) == []


# -- mistakes without end ---------------------------------------------------------------------------------

MANY: dict[str, Callable[[int], str]] = {
    "unknown names in one block": lambda n: NET.replace(
        "  return", "".join(f"  y{i} = x |> lin{i}(3)\n" for i in range(n)) + "  return"
    ),
    "unknown names in many blocks": lambda n: "".join(
        NET.replace("arch Net", f"block M{i}").replace("x\n", f"x |> lin{i}(3)\n") for i in range(n)
    ),
    "wrong shapes": lambda n: NET.replace(
        "  return", "".join(f"  y{i} = x |> m{i}: conv(3)\n" for i in range(n)) + "  return"
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_of_many_mistakes_the_first_are_told(name: str, tmp_path: Path) -> None:
    assert 50 <= len(codes_in(MANY[name](1000), tmp_path)) <= 101


# -- files ------------------------------------------------------------------------------------------------

BYTES: dict[str, tuple[bytes, list[str]]] = {
    "empty": (b"", []),
    "a mark of the byte order": (b"\xef\xbb\xbf" + NET.encode(), []),
    "lines of Windows": (NET.replace("\n", "\r\n").encode(), []),
    "lines of old Macs": (NET.replace("\n", "\r").encode(), ["P005"] * 3),
    "no UTF-8": (NET.encode() + b"\xff", ["P003"]),
    "a NUL": (NET.encode() + b"\0", ["P004"]),
    "UTF-16": (NET.encode("utf-16"), ["P003"]),
    "a surrogate": (NET.encode() + b"# \xed\xa0\x80\n", ["P003"]),
    "text that turns round": (NET.encode() + "# \u202e\n".encode(), ["P005"]),
    "100 MB": (b"#" * 100_000_000, ["P002"]),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes(name: str, tmp_path: Path) -> None:
    content, codes = BYTES[name]
    path = tmp_path / "net.arch"
    path.write_bytes(content)
    assert codes_of(path) == codes


# -- `use` ------------------------------------------------------------------------------------------------


def test_use_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "other.arch").write_text(f"use net (Net)\n{NET.replace('Net', 'Other')}")
    assert codes_in(f"use other (Other)\n{NET}", tmp_path) == ["N107"]
    assert codes_in(f"use net (Net)\n{NET.replace('Net', 'Other')}", tmp_path) == ["N107"]


def test_use_sees_no_file_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.arch").write_text(NET)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.arch").symlink_to(tmp_path / "secret.arch")
    (folder / "up").symlink_to(tmp_path)
    (folder / "loop.arch").symlink_to(folder / "loop.arch")
    (folder / "zero.arch").symlink_to("/dev/zero")
    for name in ("link", "up.secret", "loop", "zero"):
        assert codes_in(f"use {name} (Net)\n", folder) == ["N108"], name
    assert codes_in('use "../secret" (Net)\n', folder)[0].startswith("P")


def test_use_of_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    assert codes_in(f"use {'a' * 5000} (Net)\n", tmp_path) == ["N108"]
    assert codes_in(f"use {'a.' * 5000}a (Net)\n", tmp_path) == ["N108"]


def test_a_long_chain_of_files(tmp_path: Path) -> None:
    for i in range(300):
        (tmp_path / f"f{i}.arch").write_text(f"use f{i + 1} (Net)\n")
    assert codes_in("use f0 (Net)\n", tmp_path) == ["E208"]
