"""The generated source as text, for small networks that between them have what the backend prints."""

from __future__ import annotations

import ast

import pytest

from tests.conftest import Golden
from tests.merging.blocks import BLOCKS
from tests.torch.programs import source

PROGRAMS = {
    "chain": """
\"\"\"A classifier in one line.\"\"\"
arch Chain(classes = 10) : image[B, 3, H, W] -> [B, classes] {
  return image |> stem: conv(16, k=3, pad=1) |> relu |> gap |> head: linear(classes)
}
""",
    "dense": """
block Layer(growth) : x[B, C, H, W] -> [B, growth, H, W] {
  return x |> norm: batchnorm |> relu |> conv: conv(growth, k=3, pad=1)
}
block Dense(layers, growth) : x[B, C, H, W] -> [B, C + layers * growth, H, W] {
  for i in 0..layers {
    x = concat([x, x |> "layer{i + 1}": Layer(growth)])
  }
  return x
}
arch Net(growth = 4) : image[B, 3, H, W] -> [B, 10] where H >= 1, W >= 1 {
  return image |> a: Dense(3, growth) |> b: Dense(1, growth) |> c: Dense(2, growth) |> gap |> head: linear(10)
}
""",
    "sides": """
block Mix(C, shift = 0, scale = 1, wide = false) : x[B, c, H, W] -> [B, C, H, W] {
  y = x
    |> roll(shift, axis=2) if shift > 0
    |> inner: conv(C, k=3, pad=1)
    |> mul(scale) if scale != 1
    |> relu
  if wide {
    y = y |> up: conv(2 * C) |> gelu |> down: conv(C)
  }
  return if c == C then x + y else y
}
arch Net(C = 8) : image[B, 3, H, W] -> [B, C, H, W] where W >= 1, H >= 3 {
  return image |> a: Mix(C) |> b: Mix(C, shift=1, wide=true) |> c: Mix(C, scale=2) |> d: Mix(2 * C) |> e: Mix(C, 2, 3)
}
""",
    "pyramid": """
block Fuse(C) : x[B, c, H, W] -> [B, C, H, W] {
  return x |> conv: conv(C, k=3, pad=1) |> relu
}
arch Net(width = 8, depth = 3) : image[B, 3, H, W] -> [B, width, H, W]
    where depth >= 1, H % 2 ** depth == 0, W % 2 ** depth == 0, H >= 2 ** depth, W >= 2 ** depth {
  x = image |> stem: Fuse(width)
  skips = []
  for i in 0..depth {
    skips = skips ++ [x]
    x = x |> maxpool(2) |> down[i]: Fuse(width * 2 ** (i + 1))
  }
  for i in 0..depth {
    let C = width * 2 ** (depth - 1 - i)
    y = x |> up[i]: convT(C, k=2, stride=2)
    x = concat([skips[depth - 1 - i], y]) |> merge[i]: Fuse(C)
  }
  return x
}
""",
    "mean": """
arch Mean(classes = 10) : x[B, H, W, 8] -> [B, classes] {
  return x |> norm: layernorm |> reduce("b h w c -> b c", with=mean) |> head: linear(classes)
}
""",
    "stages": """
block Block(C, drop = 0.0) : x[B, C, H, W] -> [B, C, H, W] {
  param gamma[C] = 1e-6
  y = x |> norm: layernorm(axis=1) |> up: linear(4 * C, axis=1) |> gelu |> down: linear(C, axis=1) |> mul(gamma, axis=1)
  return x + (y |> droppath(drop))
}
arch Stages(depths: int[n], widths: int[n], rate = 0.0) : x[B, 3, H, W] -> [B, 10]
    where n >= 1, H % 4 == 0, W % 4 == 0, n <= 2 {
  for s in 0..n {
    x = x |> down[s]: conv(widths[s], k=2, stride=2)
          |> stages[s]: [Block(widths[s], rate * (j + 1)) for j in 0..depths[s]]
  }
  return x |> gap |> head: linear(10)
}
variants Stages(depths, widths) {
  tiny: [2, 2], [8, 12]
  base: [2, 3], [8, 16]
}
checkpoint official for Stages {
  root "model"
  "stages.{s}.{j}.norm.*" <- "layers.{s}.{j}.ln.*"
  drop "mask.*"
  "*" <- "*"
}
""",
    "choice": """
block Large(k) : x[B, C, H, W] -> [B, C, H, W] {
  return (x |> a: dwconv(k)) + (x |> b: dwconv(3))
}
block Mix(k) : x[B, C, H, W] -> [B, C, H, W] {
  return x |> mix: (if k >= 7 then Large(k) else dwconv(k))
}
arch Choice(kernels: int[n]) : x[B, 8, H, W] -> [B, 8, H, W] where n >= 1 {
  return x |> mixes: [Mix(k) for k in kernels]
}
variants Choice(kernels) {
  a: [3, 7, 9]
  b: [5, 7]
}
""",
    "forms": BLOCKS.replace("BODY", "a: Fused(16, k=3) |> b: RepVgg |> c: Scaled(8)"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_source(name: str, golden: Golden) -> None:
    text = source(PROGRAMS[name])
    ast.parse(text)
    assert max(map(len, text.splitlines())) <= 88
    assert golden == text
