"""Warnings of what has a name and is never used, and what is not warned of."""

from __future__ import annotations

import pytest

from archc import ArchFile
from archc.diagnostics import Severity, apply_fixes
from archc.packaged import packaged


def _net(body: str, head: str = "x[B, 8]", parameters: str = "") -> ArchFile:
    return ArchFile.of_text(f"arch Net{parameters} : {head} -> [B, 8] {{\n  {body}\n}}\n")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (_net("y = relu(x)\n  return x"), "the tensor `y`"),
        (_net("let n = 3\n  return x"), "the `let` `n`"),
        (_net("let f(n) = n\n  return x"), "the `let` `f`"),
        (_net("return x", "x[B, 8], mask[B, 8]"), "the input `mask`"),
        (_net("return x", parameters="(depth = 2)"), "the parameter `depth`"),
        (_net("fc: linear(8)\n  return x"), "the module `fc`"),
        (_net("param scale[8]\n  return x"), "the weight `scale`"),
        (_net("for i in 0..3 {\n    y = relu(x)\n  }\n  return x"), "the tensor `y`"),
    ],
)
def test_what_is_not_used_is_said(file: ArchFile, said: str) -> None:
    assert file.check() == ()
    [found] = file.unused()
    assert found.message == f"{said} is never used" and found.severity is Severity.WARNING
    assert said.endswith(f"`{found.span.text}`")


@pytest.mark.parametrize(
    "file",
    [
        _net("_y = relu(x)\n  return x"),
        _net("fc: linear(8)\n  return fc(x)"),
        _net("for i in 0..n {\n    x = x |> fc[i]: linear(8)\n  }\n  return x", parameters="(n = 2)"),
        _net('return x |> "fc_{n}": linear(8)', parameters="(n = 2)"),
        _net("y = x |> add(mask) if given(mask)\n  return y", "x[B, 8], mask?[B, 8]"),
        _net("return x", "x[B, n]", parameters="(n = 8)"),
    ],
)
def test_what_is_used_is_not(file: ArchFile) -> None:
    assert file.check() == file.unused() == ()


def test_names_of_other_files() -> None:
    text = "use parts (Mlp, Block)\n\narch Net : x[B, 8] -> [B, 8] {\n  return x |> mlp: Mlp(8)\n}\n"
    [found] = ArchFile.of_text(text).unused()
    assert found.message == "the name `Block` is never used" and found.fixes == ()
    [alone] = ArchFile.of_text("use parts (Block)\n\nlet a = 1\n").unused()
    assert [fix.title for fix in alone.fixes] == ["remove it"]


def test_the_fix_removes_a_let_and_its_line() -> None:
    file = _net("let n = 3\n  return x")
    assert file.loaded.parsed is not None
    assert apply_fixes(file.loaded.parsed.source, file.unused()) == "arch Net : x[B, 8] -> [B, 8] {\n  return x\n}\n"


@pytest.mark.parametrize("name", packaged())
def test_packaged_files_use_all_that_they_name(name: str) -> None:
    assert ArchFile.read(name).unused() == ()
