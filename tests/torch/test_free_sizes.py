"""Sizes that are known at run time only, in what the author asks of operators and of blocks."""

from __future__ import annotations

import pytest
import torch

from archc import ArchError, ArchFile

MAPS = """archc 1

block Up(h, w) : x[B, C, H, W] -> [B, C, h, w] {
  return x |> resize([h, w])
}

arch Net : image[B, 3, H, W] -> [B, 8, H, W] {
  x = image |> stem: conv(8)
  y = x |> pool: conv(8, k=3, stride=2, pad=1)
  z = y |> pool2: conv(8, k=3, stride=2, pad=1)
  w = z |> ENLARGED
  return x + (w + y |> Up(H, W))
}
"""


@pytest.mark.parametrize("enlarged", ["resize(y.shape[2..])", "Up(y.shape[2], y.shape[3])"])
def test_a_map_takes_the_size_of_another(enlarged: str) -> None:
    net = ArchFile.of_text(MAPS.replace("ENLARGED", enlarged)).architecture()
    assert "size=[(H + 1) // 2, (W + 1) // 2]" in net.source()
    for height, width in ((8, 8), (7, 10), (9, 13)):
        assert net.module()(torch.zeros(2, 3, height, width)).shape == (2, 8, height, width)


def test_a_module_is_made_before_its_input_is_known() -> None:
    text = MAPS.replace("return x |> resize", "return x |> c: conv(C) |> resize")
    text = text.replace("ENLARGED", "up: Up(y.shape[2], y.shape[3])").replace("|> Up(H", "|> last: Up(H")
    net = ArchFile.of_text(text)
    with pytest.raises(ArchError, match=r"E223.*would have to know `\(H \+ 1\) // 2` when it is made"):
        net.architecture().source()
