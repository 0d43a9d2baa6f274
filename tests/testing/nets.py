"""Small networks that have what real ones have, for tests of the tests."""

from __future__ import annotations

from archc import ArchFile, Architecture

RESIDUAL = """
block Cell(C) : x[B, c, H, W] -> [B, C, H, W] {
  y = x |> conv1: conv(C, k=3, pad=1, bias=false) |> bn1: batchnorm |> relu
        |> conv2: conv(C, k=3, pad=1) |> bn2: batchnorm
  return relu(y + (x |> short: conv(C)))
}

arch Net(classes = 5) : image[B, 3, H, W] -> [B, classes] where H % 4 == 0, W >= 6 {
  return image |> stem: conv(8, k=4, stride=4, pad=1) |> cells: [Cell(8), Cell(12)] |> gap |> head: linear(classes)
}
"""

TOKENS = """
arch Tokens(V = 11, D = 8) : ids i64[B, T] -> [B, T, V] where T >= 2 {
  x = ids |> embed: embedding(V, D)
  y = x |> norm: layernorm |> fc: linear(D) |> gelu
  return x + y |> out: linear(V)
}
"""


def net(text: str, **given: object) -> Architecture:
    """Return the architecture of a text."""
    return ArchFile.of_text(text).architecture(None, **given)
