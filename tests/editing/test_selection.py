"""Selectors on hand-written files: what they select, what an edit makes of the text, and where it is refused."""

from __future__ import annotations

import pytest

import archc.archs
from archc import ArchError, ArchFile, Architecture
from archc.diagnostics import render_all

TEXT = """archc 1

# A comment of the author.
block Mix(C, k = 3) : x[B, C, H, W] -> [B, C, H, W] where k % 2 == 1 {
  y = x |> norm: batchnorm |> conv: conv(C, k=k, pad=k // 2) |> relu  # kept
  return x + y
}

arch Net(depths: int[2] = [2, 1]) : image[B, 8, H, W] -> [B, 8, H, W] {
  x = image
  for s in 0..2 {
    x = x |> stem[s]: conv(8) |> stages[s]: [Mix(8, k=3) for j in 0..depths[s]]
  }
  return x |> tail: [conv(8), gelu, last: conv(8, 1)] |> gelu
}
"""


@pytest.fixture
def net() -> Architecture:
    return ArchFile.of_text(TEXT, "net.arch").architecture()


def message(error: pytest.ExceptionInfo[ArchError]) -> str:
    return render_all(error.value.diagnostics)


@pytest.mark.parametrize(
    ("pattern", "of", "paths"),
    [
        ("stages[0].*", None, ["stages.0.0", "stages.0.1"]),
        ("stages.*.*.conv", None, ["stages.0.0.conv", "stages.0.1.conv", "stages.1.0.conv"]),
        ("**.relu", None, ["stages.0.0.relu", "stages.0.1.relu", "stages.1.0.relu"]),
        ("**", "gelu", ["tail.gelu", "gelu"]),
        ("*.*", "conv", ["stem.0", "stem.1", "tail.0", "tail.last"]),
    ],
)
def test_what_is_selected(net: Architecture, pattern: str, of: str | None, paths: list[str]) -> None:
    assert list(net.at(pattern, of=of).paths) == paths


def body(text: str) -> str:
    """Return a text with its blanks made one."""
    return " ".join(text.split())


def test_an_edit_keeps_all_other_text(net: Architecture) -> None:
    edited = net.at("**.relu").replace("leaky_relu(0.1)")
    assert edited.text == TEXT.replace("|> relu ", "|> leaky_relu(0.1) ")
    assert edited.undo() is net
    assert edited.diff().count("\n-") == 1


def test_a_text_of_another_layout_keeps_it() -> None:
    loose = TEXT.replace("x = image\n", "x   =   image\n")
    edited = ArchFile.of_text(loose, "net.arch").architecture().at("**.relu").replace("gelu")
    assert edited.text == loose.replace("|> relu", "|> gelu")


@pytest.mark.parametrize(
    ("pattern", "edit", "written"),
    [
        ("stages[*].*", lambda one: one.set(k=5), "[Mix(8, k=5) for j in 0..depths[s]]"),
        ("stages[0].*", lambda one: one.set(k=5), "[if s == 0 then Mix(8, k=5) else Mix(8, k=3) for j in"),
        ("stages[0].1", lambda one: one.set(k=5), "[if j == 1 then Mix(8, k=5) else Mix(8, k=3) for j in"),
        ("stages[*].0", lambda one: one.replace("identity"), "[if j == 0 then identity else Mix(8, k=3) for j in"),
        ("stem[1]", lambda one: one.set(k=1, bias=False), "stem[s]: (if s == 1 then conv(8, k=1, bias=false) else"),
        ("stem[1]", lambda one: one.insert_after("relu"), "stem[s]: conv(8) |> relu if s == 1 |> stages"),
        ("stem[1]", lambda one: one.delete(), "x |> stem[s]: (if s == 1 then identity else conv(8)) |> stages"),
        ("stem[*]", lambda one: one.delete(), "x = x |> stages[s]"),
        ("stem[*]", lambda one: one.insert_before("norm[s]: batchnorm"), "x |> norm[s]: batchnorm |> stem[s]: conv(8)"),
        ("stem[*]", lambda one: one.wrap("[{}, relu]"), "stem[s]: [conv(8), relu]"),
        ("tail.last", lambda one: one.set(k=[1, 1]), "last: conv(8, [1, 1])]"),
        ("tail.gelu", lambda one: one.delete(), "tail: [conv(8), last: conv(8, 1)]"),
        ("tail.last", lambda one: one.delete(), "tail: [conv(8), gelu]"),
        ("tail.0", lambda one: one.insert_after("relu"), "tail: [conv(8), relu, gelu,"),
        ("gelu", lambda one: one.set(form="tanh"), "|> gelu(form=tanh)"),
    ],
)
def test_what_an_edit_writes(net: Architecture, pattern: str, edit: object, written: str) -> None:
    edited = edit(net.at(pattern))  # type: ignore[operator]
    assert written in body(edited.text)
    assert ArchFile.of_text(edited.text).check() == ()
    assert "# kept" in edited.text


def test_an_edit_concerns_what_is_selected_alone(net: Architecture) -> None:
    before, after = net.params, net.at("stages[0].1").set(k=5).architecture.params
    assert int(after) - int(before) == 8 * 8 * (25 - 9)


def test_edits_follow_each_other(net: Architecture) -> None:
    first = net.at("gelu").replace("relu")
    second = first.at("tail.gelu").replace("relu")
    assert "gelu" not in second.text
    assert second.undo() is first.architecture


def test_values_that_were_given_hold_after_an_edit() -> None:
    net = ArchFile.of_text(TEXT, "net.arch").architecture(None, None, depths=[1, 3], H=8)
    after = net.at("gelu").replace("relu").architecture
    assert list(after.at("stages[1].*").paths) == ["stages.1.0", "stages.1.1", "stages.1.2"]
    assert after.inputs[0].shape[2] == 8


@pytest.mark.parametrize(
    ("pattern", "edit", "what"),
    [
        ("stage[0]", None, "did you mean `stages.0`?"),
        ("a b[", None, "this selects nothing: it is no path of labels"),
        ("stages[0].0.conv", lambda one: one.set(k=5), "also stands for `stages.0.1.conv`, `stages.1.0.conv`"),
        ("tail.last", lambda one: one.replace("conv(9)"), "needs 9 == 8"),
        ("stages[*].*", lambda one: one.replace("conv("), "P105"),
        ("stages[*].*", lambda one: one.replace("nothing"), "N101"),
        ("stages[*].*", lambda one: one.wrap("relu"), "mark it: `Residual({})`"),
        ("stem[*]", lambda one: one.insert_after("conv(8)"), "N105"),
        ("tail.**", lambda one: one.delete(), "inside another one that it selects"),
    ],
)
def test_where_an_edit_does_not_fit(net: Architecture, pattern: str, edit: object, what: str) -> None:
    with pytest.raises(ArchError) as error:
        selected = net.at(pattern)
        if edit is not None:
            edit(selected)  # type: ignore[operator]
    assert what in message(error)


def test_what_has_no_text_of_its_own_is_refused() -> None:
    hornet = ArchFile.read(archc.archs.path("hornet")).architecture(None, "tiny_7x7")
    with pytest.raises(ArchError) as error:
        hornet.at("downsample_layers[1].0").delete()
    assert "no text of this file is `downsample_layers.1.0` alone" in message(error)


def test_every_module_of_packaged_files_has_its_path() -> None:
    """The paths that selectors know are those of the weights."""
    for name in ("hornet", "convnext", "resnet", "vit", "mobilenet"):
        architecture = ArchFile.read(archc.archs.path(name)).architecture()
        known = set(architecture.at("**").paths)
        assert len(known) > 20
        placed = [one for one in architecture.at("**")._instances if one.step is not None]
        assert len(placed) > 0.5 * len(architecture.at("**"))
