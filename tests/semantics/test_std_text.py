"""The standard library as text: canonical, documented, and printed as reference pages."""

from __future__ import annotations

from importlib.resources import files

import pytest

from archc.semantics.definition import Definition
from archc.semantics.describe import describe
from archc.semantics.library import prelude
from archc.syntax import Source, format_file, parse, tree
from tests.conftest import Golden

FILES = sorted(f.name for f in (files("archc.grammar") / "std").iterdir() if f.name.endswith(".arch"))
DEFINITIONS = {d.name: d for d in prelude().definitions()}


def text_of(name: str) -> str:
    return (files("archc.grammar") / "std" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_files_are_canonical(name: str) -> None:
    text = text_of(name)
    parsed = parse(Source(name, text))
    assert not parsed.diagnostics
    assert format_file(parsed) == text


@pytest.mark.parametrize("name", FILES)
def test_every_declaration_is_documented(name: str) -> None:
    file = parse(Source(name, text_of(name))).file
    assert file is not None
    silent = [d for d in file.declarations if not isinstance(d, tree.Use) and not (d.doc or "").strip()]
    assert [getattr(d, "name", None) or d.span.text for d in silent] == []


def test_names_are_declared_once() -> None:
    names: list[str] = []
    for name in FILES:
        file = parse(Source(name, text_of(name))).file
        assert file is not None
        for d in file.declarations:
            names.extend(d.targets if isinstance(d, tree.Let) else [d.name])  # type: ignore[union-attr]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_every_page_says_all_of_its_declaration(definition: Definition) -> None:
    page = describe(definition.block)
    assert all(line == line.rstrip() for line in page.split("\n")) and page.endswith("\n")
    assert not page.endswith("\n\n") and "\n\n\n" not in page
    words = [p.name for p in definition.block.parameters] + [entry.name for _, entry in definition.weights]
    assert all(word in page for word in words)
    assert (definition.macs is not None) == ("\nMultiply-accumulates\n" in page)
    assert not definition.is_operator or definition.has_meaning == ("\nMeaning\n" in page)


@pytest.mark.parametrize("name", ["conv", "batchnorm", "rearrange", "attention", "instancenorm", "squeeze_excite"])
def test_pages(name: str, golden: Golden) -> None:
    assert golden == describe(DEFINITIONS[name].block)


def test_a_page_of_a_block_with_branches(golden: Golden) -> None:
    text = '''
"""Says little."""
block Odd(parts: block[n], mode: {one}, ...rest) : x[...], y?[B, ...(S * 2)] -> [B] if train, z i64[...f(S)] {
  if n > 0 {
    param a f32[...S, ...] = zeros if mode == one
  } else {
    buffer "b_{n}"[2]
  }
  state s[]
  return x
}
'''
    file = parse(Source("odd.arch", text)).file
    assert file is not None
    block = file.declarations[0]
    assert isinstance(block, tree.Block)
    assert golden == describe(block)
