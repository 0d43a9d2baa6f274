"""The other commands, each on a small network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from archc import ArchFile
from archc.cli.new import arch_name

Archc = Callable[..., Any]
NET = '''\
"""Two of everything."""
block Block(C) : x[B, C, H, W] -> [B, C, H, W] {
  return x + (x |> pw1: conv(C) |> relu |> pw2: conv(C))
}

arch Net(width = 64, classes = 10) : image[B, 3, H, W] -> [B, classes] {
  return image |> stem: conv(width) |> stages: [Block(width) for i in 0..3] |> gap |> head: linear(classes)
}

variants Net(width) {
  small: 16
  large: 64
}
'''


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(NET)


# -- new ------------------------------------------------------------------------------------------


def test_what_new_writes_is_good_and_formatted(archc: Archc) -> None:
    assert archc("new", "my-first").code == 0
    assert "arch MyFirst(" in Path("my-first.arch").read_text()
    checked = archc("check", "my-first.arch")
    assert (checked.code, checked.out) == (0, "my-first.arch:MyFirst : image[B, 3, H, W] -> [B, 10]\n")
    assert archc("fmt", "--check", "my-first.arch").code == 0


def test_new_overwrites_only_by_force(archc: Archc) -> None:
    run = archc("new", "net.arch")
    assert (run.code, run.err) == (2, "archc new: net.arch is there already; --force overwrites it\n")
    assert Path("net.arch").read_text() == NET
    assert archc("new", "--force", "net.arch").code == 0
    assert Path("net.arch").read_text() != NET


@pytest.mark.parametrize(
    ("stem", "name"),
    [("net", "Net"), ("my_big-net 2", "MyBigNet2"), ("2d", "Net2d"), ("网", "Net"), ("residual", "NetResidual")],
)
def test_names_of_new_architectures(stem: str, name: str) -> None:
    assert arch_name(stem) == name


# -- explain ----------------------------------------------------------------------------------------


def test_explain(archc: Archc) -> None:
    assert archc("explain", "s104").out.startswith("# S104: two sizes that must be equal are not\n")
    assert "\nS104  two sizes that must be equal are not\n" in archc("explain").out
    assert json.loads(archc("explain", "--json", "S104").out)["code"] == "S104"
    unknown = archc("explain", "S999")
    assert (unknown.code, unknown.err) == (2, "archc explain: there is no code S999; `archc explain` lists them\n")


# -- completion ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion(archc: Archc, shell: str) -> None:
    script = archc("completion", shell).out
    assert "check" in script and "fmt" in script


# -- cost ---------------------------------------------------------------------------------------------


def test_cost_as_formulas(archc: Archc, golden: object) -> None:
    run = archc("cost", "net.arch:Net.small")
    assert (run.code, run.err) == (0, "")
    assert golden == run.out


def test_cost_as_numbers(archc: Archc, golden: object) -> None:
    assert golden == archc("cost", "net.arch:Net.large", "-D", "B=1", "-D", "H=32", "-D", "W=32", "--depth", "3").out


def test_cost_as_json(archc: Archc) -> None:
    told = json.loads(archc("cost", "--json", "--depth", "0", "net.arch:Net.small", "-D", "B=1").out)
    assert told["variant"] == "small" and told["inputs"][0]["shape"] == [1, 3, "H", "W"]
    [whole] = told["parts"]
    assert whole["parameters"] == told["parameters"] == 64 + 3 * 2 * (16 * 16 + 16) + 170


def test_cost_of_every_variant(archc: Archc) -> None:
    run = archc("cost", "net.arch", "--all", "--depth", "0")
    assert re.findall(r"^(Net\.\w+) :", run.out, re.MULTILINE) == ["Net.small", "Net.large"] and run.err == ""
    told = json.loads(archc("cost", "--json", "--all", "net.arch").out)["architectures"]
    assert [one["variant"] for one in told] == ["small", "large"]


def test_one_network_of_several_is_named(archc: Archc) -> None:
    assert archc("cost", "net.arch").err == "Net, at its defaults; another is net.arch:Net.small\n"
    assert archc("cost", "net.arch:Net.large").err == ""
    Path("net.arch").write_text(NET.replace("width = 64", "width"))
    said = "Net.small, the first of 2 variants; another is net.arch:Net.large\n"
    assert archc("compile", "-D", "classes=3", "net.arch").err == archc("cost", "net.arch").err == said


# -- list ---------------------------------------------------------------------------------------------


def test_list(archc: Archc, golden: object) -> None:
    assert golden == archc("list", ".").out


def test_list_at_a_size(archc: Archc, golden: object) -> None:
    assert golden == archc("list", "net.arch", "-D", "H=32", "-D", "W=32", "-D", "B=1").out
    assert archc("list", "net.arch", "-D", "Q=1").err == (
        "archc list: no multiply-accumulates depend on `Q`; they depend on B, H, W\n"
    )
    assert archc("list", "net.arch", "-D", "H=0").err == "archc list: the size `H` is a positive integer, not 0\n"


def test_list_of_a_file_without_architectures(archc: Archc) -> None:
    Path("parts.arch").write_text(NET.partition("arch Net")[0])
    assert archc("list", "parts.arch").out == "parts.arch: no architectures\n"


def test_list_keeps_the_formula_of_what_does_not_take_the_sizes(archc: Archc) -> None:
    rows = "  return x |> c: conv(4, k=2, stride=2)\n}\n"
    even = f"arch Even : x[B, 8, H, W] -> [B, 4, H // 2, W // 2] where H % 2 == 0, W % 2 == 0 {{\n{rows}"
    line = "arch Line : x[B, 8] -> [B, 4] {\n  return x |> m: linear(4)\n}\n"
    Path("two.arch").write_text(f"archc 1\n\n{even}\n{line}", encoding="utf-8")
    told = json.loads(archc("list", "--json", "two.arch", "-D", "B=2", "-D", "H=3", "-D", "W=4").out)["architectures"]
    assert [each["macs"] for each in told] == ["32 * B * H * W", 64]


def test_list_tells_papers_and_licences(archc: Archc) -> None:
    layer = "arch Layer : x[B, 8] -> [B, 4] {\n  return x |> m: linear(4)\n}\n"
    checkpoint = 'checkpoint official for Layer {\n  "*" <- "*"\n}\n'
    text = f'archc 1\n\n"""A layer\n(arXiv 0000.00000)."""\n{layer}\n"""MIT."""\n{checkpoint}'
    Path("about.arch").write_text(text, encoding="utf-8")
    assert archc("list", "about.arch").out.startswith(
        "A layer (arXiv 0000.00000).\nOfficial weights: MIT.\nLayer : x[B, 8] -> [B, 4]\n"
    )
    [told] = json.loads(archc("list", "--json", "about.arch").out)["architectures"]
    assert (told["doc"], told["weights"]) == ("A layer (arXiv 0000.00000).", "MIT.")


def test_list_as_json(archc: Archc) -> None:
    told = json.loads(archc("list", "--json", "net.arch").out)["architectures"]
    assert [(each["file"], each["arch"], each["variant"]) for each in told] == [
        ("net.arch", "Net", "small"),
        ("net.arch", "Net", "large"),
    ]


# -- compile --------------------------------------------------------------------------------------------


def test_compile_says_what_was_made(archc: Archc, golden: object) -> None:
    run = archc("compile", "net.arch")
    assert (run.code, run.err) == (0, "")
    assert golden == run.out
    made = Path("out/net.py").read_text()
    assert "import torch" in made or "from torch" in made
    assert "net_small" in made and "net_large" in made


def test_compile_one_variant(archc: Archc) -> None:
    told = json.loads(archc("compile", "--json", "net.arch:Net.small", "-D", "classes=7").out)
    assert told["file"] == "out/net.py"
    [made] = told["architectures"]
    assert (made["variant"], made["outputs"][0]["shape"]) == ("small", ["B", 7])
    assert "net_large" not in Path("out/net.py").read_text()


def test_compile_elsewhere(archc: Archc) -> None:
    archc("compile", "net.arch", "-o", "a/b.py")
    archc("compile", "net.arch", "-o", "folder")
    printed = archc("compile", "net.arch", "-o", "-")
    assert Path("a/b.py").read_text() == Path("folder/net.py").read_text() == printed.out


def test_compile_to_a_place_that_cannot_be(archc: Archc) -> None:
    run = archc("compile", "net.arch", "-o", "net.arch/out")
    assert run.code == 2 and run.err.startswith("archc compile: cannot write net.arch/out/net.py")


def test_compile_for_a_backend_that_there_is_not(archc: Archc) -> None:
    run = archc("compile", "net.arch", "--backend", "tensorflow")
    assert run.code == 2 and "torch" in run.err


# -- doc ------------------------------------------------------------------------------------------------


def test_doc_of_an_operator(archc: Archc) -> None:
    run = archc("doc", "conv")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("op conv(C: int, ") and "\nWeights\n  weight " in run.out


def test_doc_of_what_is_an_operator_and_a_function(archc: Archc, golden: object) -> None:
    assert golden == archc("doc", "sqrt").out


def test_doc_of_a_function_of_the_library(archc: Archc) -> None:
    assert archc("doc", "make_divisible").out.startswith("let make_divisible(v, d = 8")


def test_doc_lists_everything_with_a_sentence(archc: Archc) -> None:
    lines = archc("doc").out.splitlines()
    assert any(re.fullmatch(r"conv +op +Convolution .*[^.]", line) for line in lines)
    assert len(lines) == len(json.loads(archc("doc", "--json").out)["entries"])
    rules = archc("doc", "rules").out.splitlines()
    assert len(rules) > 5 and all(" rule " in line for line in rules)


def test_doc_of_a_file(archc: Archc) -> None:
    assert archc("doc", "Block", "--of", "net.arch").out.startswith("block Block(C) : x[B, C, H, W]")
    Path("broken.arch").write_text("block {")
    assert archc("doc", "Block", "--of", "broken.arch").code == 1
    assert archc("doc", "Block", "--of", "none.arch").code == 1


def test_doc_of_what_is_not_there(archc: Archc) -> None:
    run = archc("doc", "convo")
    assert run.code == 2 and run.err.startswith("archc doc: nothing is called `convo`; did you mean `conv`")


# -- graph ----------------------------------------------------------------------------------------------


def test_graph_is_a_picture_in_the_output_folder(archc: Archc) -> None:
    run = archc("graph", "net.arch:Net.small")
    assert (run.code, run.out, run.err) == (0, "out/net.svg: Net.small\n", "")
    assert ElementTree.parse("out/net.svg").getroot().tag.endswith("svg")


def test_graph_in_the_form_that_its_name_ends_in(archc: Archc) -> None:
    assert archc("graph", "net.arch", "-o", "a.dot").out == "a.dot: Net\n"
    assert Path("a.dot").read_text().startswith("digraph")
    assert (
        archc("graph", "net.arch", "-o", "-", "--format", "text").out == ArchFile.read("net.arch").architecture().text()
    )
    wrong = archc("graph", "net.arch", "-o", "a.png")
    assert (wrong.code, wrong.err) == (
        2,
        "archc graph: a.png: a graph is written as svg, dot, text; choose one with --format\n",
    )


# -- passes ---------------------------------------------------------------------------------------


def test_the_graph_is_printed_after_a_pass(archc: Archc) -> None:
    plain, told = (
        archc("compile", "net.arch:Net.small", "-o", "-"),
        archc("compile", "net.arch:Net.small", "--print-after", "all", "-o", "-"),
    )
    assert told.out == plain.out
    heads = [line for line in told.err.splitlines() if line.startswith("# ")]
    assert [line.rpartition(" after ")[2] for line in heads] == ["splice", "channels-last", "sequences"]
    assert told.err.count("archc graph 1") == 3


def test_an_unknown_pass_is_named_with_the_nearest(archc: Archc) -> None:
    for asked, hint in (("channels_last", "did you mean `channels-last`?"), ("x", "there are: splice,")):
        run = archc("compile", "net.arch", "--print-after", asked)
        assert run.code == 2 and not Path("out").exists()
        assert f"there is no pass `{asked}`; {hint}" in run.err
