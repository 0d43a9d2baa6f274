"""A reduced text still shows what it is to show, and little else."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc import ArchFile
from archc.syntax import Source, format_file, parse
from archc.testing import reduce

NET = '''archc 1

let wide = [64, 128, 256]

"""A block with a mistake in it."""
block Wrong(C, k = 3) : x[B, C, H, W] -> [B, C, H, W] where C % 4 == 0 {
  y = x |> conv1: conv(C, k=k, pad=1) |> relu |> conv2: conv(C, k=k, pad=1)
  if k > 1 {
    y = y |> norm: batchnorm
  }
  return concat([x, y], axis=2)  # the wrong axis
}

block Other(C) : x[B, C, H, W] -> [B, C, H, W] {
  return x |> conv: conv(C)
}

arch Net(classes = 10) : image[B, 3, H, W] -> [B, classes] where H >= 8, W >= 8 {
  x = image |> stem: conv(wide[0], k=4, stride=4)
  for i in 0..3 {
    x = x |> others[i]: Other(wide[i]) |> blocks[i]: Wrong(wide[i])
  }
  return x |> gap |> head: linear(classes)
}

variants Net(classes) {
  small: 10
  large: 1000
}
'''


def codes(text: str) -> set[str]:
    return {one.code for one in ArchFile.of_text(text).check()}


def test_a_wrong_shape_is_left_and_little_else() -> None:
    found = reduce(NET, lambda text: "S104" in codes(text))
    assert "S104" in codes(found.text)
    assert "Net" not in found.text and "Other" not in found.text
    assert len(found.text.splitlines()) <= 4, found.text
    assert reduce(found.text, lambda text: "S104" in codes(text)).text == found.text


def test_a_text_that_cannot_be_read_is_cut_too() -> None:
    found = reduce(
        NET + "block Bad : x[B] -> [B] {\n  return x |>\n}\n", lambda text: "Bad" in text and bool(codes(text))
    )
    assert len(found.text.split()) <= 3


def test_the_layout_stays() -> None:
    formatted = format_file(parse(Source("net.arch", NET)))
    found = reduce(formatted, lambda text: "stage" not in text and "conv2: conv(C, k=k, pad=1)" in text).text
    assert "conv2: conv(C, k=k, pad=1)" in found


def test_numbers_become_small() -> None:
    text = "let a = 12345\nlet b = 77\n"
    assert reduce(text, lambda text: "let a = " in text and not codes(text)).text.strip() == "let a = 0"


def test_an_end_is_put_to_it() -> None:
    assert reduce(NET, lambda text: True, most=3).tried <= 3
    assert reduce(NET, lambda text: True).text == ""
    assert reduce(NET, lambda text: False).text == NET


def test_every_pass_makes_texts_of_its_own(tmp_path: Path) -> None:
    from archc.testing.reduction import PASSES

    for cuts in PASSES:
        found = cuts(NET)
        assert found, cuts.__name__
        assert all(0 <= cut.start < cut.end <= len(NET) and cut.made(NET) != NET for cut in found)


@pytest.mark.parametrize("name", ["hornet", "convnext"])
def test_published_files(name: str) -> None:
    text = (Path(__file__).parents[2] / "archs" / f"{name}.arch").read_text(encoding="utf-8")
    found = reduce(text, lambda text: "gelu" in text and not codes(text), most=150)
    assert len(found.text) < len(text) / 2 and codes(found.text) == set()
