"""Kernels for sums of products, windows and rows against float64, with sizes that fill no vector, block or tile."""

from __future__ import annotations

import pytest
import torch

from archc import ArchFile
from archc.backends import cpu
from archc.backends.cpu.packing import packed
from archc.backends.cpu.target import AVX2, AVX512, NEON, Block
from archc.backends.cpu.windows import Window, window_of
from archc.loops import lowered
from archc.loops.fusion import fused
from archc.loops.layout import laid_out
from archc.testing import fill

TEXT = """
block Windows : x[B, c, H, W] -> [B, 9, H', W'] {
  return x |> a: conv(8, k=3, pad=1) |> b: conv(20, k=3, pad=1, stride=2) |> c: conv(9, k=3, pad=2, dilation=2)
}

block Stem : x[B, c, H, W] -> [B, 12, H', W'] {
  return x |> a: conv(12, k=7, stride=2, pad=3) |> relu |> maxpool(3, stride=2, pad=1) |> avgpool(2)
}

block Inverted : x[B, c, H, W] -> [B, 24, H', W'] {
  y = x |> a: conv(24, k=2, stride=2)
  return y + (y |> dw: dwconv(5) |> norm: layernorm(axis=1) |> up: conv(30) |> gelu |> down: conv(24) |> mul(0.5))
}

block Depthwise : x[B, c, H, W] -> [B, 11, H', W'] {
  return x
    |> a: conv(11)
    |> large: dwconv(13)
    |> bare: conv(11, k=3, groups=11)
    |> strided: conv(11, k=3, stride=2, pad=1, groups=11)
}

block Mixed : x[B, c, H, W] -> [B, 22, H, W] {
  y = x |> a: conv(11) |> bn: batchnorm |> softmax(axis=1)
  return (y |> g: conv(22, k=3, pad=1, groups=11) |> tanh) * (y |> h: conv(22) |> sigmoid |> silu)
}

block Attention : x[B, c, H, W] -> [B, H * W // 4, 16] where H % 2 == 0, W % 2 == 0 {
  y = x |> a: conv(16, k=2, stride=2) |> rearrange("b c h w -> b (h w) c")
  q, k, v = y |> qkv: linear(48) |> rearrange("b n (s h d) -> s b h n d", s=3, h=2) |> unstack
  return attention(q, k, v) |> rearrange("b h n d -> b n (h d)") |> proj: linear(16)
}

arch Net : image[2, 3, 18, 14] -> [2, SIZES] {
  return image |> body: BODY
}
"""


SIZES = {
    "Windows": "9, 9, 7",
    "Stem": "12, 2, 2",
    "Inverted": "24, 9, 7",
    "Depthwise": "11, 8, 6",
    "Mixed": "22, 18, 14",
    "Attention": "63, 16",
}


@pytest.mark.parametrize("body", SIZES)
def test_kernels_agree_with_float64(body: str) -> None:
    text = TEXT.replace("BODY", body).replace("SIZES", SIZES[body])
    architecture = ArchFile.of_text(text).architecture("Net")
    module = fill(architecture.module(0)).eval()
    compiled = cpu.module(architecture, module.state_dict())
    image = torch.randn(2, 3, 18, 14, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        exact = module.double()(image.double())
    assert float((compiled(image).double() - exact).abs().max() / exact.abs().max()) < 2e-6
    assert "multiply<" in compiled.emitted.source


def test_windows_say_why_they_are_none() -> None:
    body = (
        "image |> a: conv(8, k=2, stride=2) |> b: conv(8, k=3, pad=1, groups=8) |> c: conv(8, k=3, stride=2, groups=8)"
    )
    text = f"arch Net : image[1, 3, 16, 16] -> [1, 8, 3, 3] {{\n  return {body}\n}}\n"
    program = laid_out(fused(lowered(ArchFile.of_text(text).architecture("Net").graph))[0])
    made = packed(program, lambda _: None, AVX2.vector).program
    first, second, third = (window_of(nest) for nest in made.nests if nest.reduced)
    assert first == "its channels are not side by side"
    assert isinstance(second, Window) and (second.before, second.extent, second.places(AVX2)) == (1, 8, 8)
    assert third == "its windows do not follow each other place by place"


def test_blocks_fill_the_registers_and_waste_few_rows() -> None:
    assert AVX2.block(3136, 256) == Block(6, 2)
    assert AVX2.block(196, 768) == Block(4, 3)  # 196 rows, where six at a time would make 198
    assert AVX2.block(49, 3072) == Block(5, 2)  # 50 rows, where six at a time would make 54
    assert AVX2.block(1, 1000) == Block(1, 8)
    for target in (AVX2, AVX512, NEON):
        block = target.block(784, 768)
        assert block.rows * block.vectors > 0.6 * target.registers
