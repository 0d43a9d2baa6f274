"""Channels lie innermost where convolutions are, what that changes, and which nests go over the same rows."""

from __future__ import annotations

import numpy as np

from archc import ArchFile
from archc.backends.cpu.packing import packed
from archc.backends.cpu.target import AVX2
from archc.loops import Program, lowered, verify
from archc.loops.contraction import Contraction, contraction_of
from archc.loops.fusion import fused
from archc.loops.index import Axis
from archc.loops.layout import laid_out
from archc.loops.rows import Group, grouped
from tests.loops.interpreter import run

TEXT = """
block Block(C) : x[B, C, H, W] -> [B, C, H, W] {
  return x + (x |> dw: dwconv(3) |> norm: layernorm(axis=1) |> up: conv(4 * C) |> gelu |> down: conv(C))
}

arch Net : image[1, 3, 8, 8] -> [1, 6, 2, 2], [1, 6] {
  x = image |> stem: conv(6, k=2, stride=2) |> first: Block(6) |> second: Block(6)
    |> thin: conv(6, k=3, pad=1, stride=2)
  return x, x |> rearrange("b c h w -> b (h w) c") |> head: linear(6) |> mean(axis=1)
}
"""


def _program(text: str = TEXT) -> Program:
    return fused(lowered(ArchFile.of_text(text).architecture("Net").graph))[0]


def _values(program: Program) -> tuple[np.ndarray, ...]:
    draw = np.random.default_rng(1)
    inputs = tuple(draw.standard_normal(one.shape) for one in program.inputs)
    return run(program, inputs, {path: draw.standard_normal(one.shape) for path, one in program.weights})


def test_every_inner_tensor_has_its_channels_last() -> None:
    program = laid_out(_program())
    shapes = [nest.output.shape for nest in program.nests if len(nest.output.shape) == 4 and nest.operator != "copy"]
    assert shapes and all(shape[-1] in (1, 6, 24) for shape in shapes)
    assert [nest.output.shape for nest in program.nests if nest.operator == "copy"] == [(1, 6, 2, 2)]


def test_layout_and_packing_change_no_result() -> None:
    program = _program()
    wanted = _values(program)
    turned = laid_out(program)
    panels = packed(turned, lambda product: AVX2.block(4, product.column.extent), AVX2.vector)
    assert len(panels.blocks) == 7  # every product but the two depthwise ones
    for made in (turned, panels.program):
        for nest in made.nests:
            verify(nest)
        for found, right in zip(_values(made), wanted, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-12)


def test_a_block_is_one_group_that_keeps_only_its_result() -> None:
    program = laid_out(_program())
    units = list(grouped(program.nests, program.outputs, lambda nest: True))
    first = units[1]
    assert isinstance(first, Group)
    assert [nest.operator for nest in first.nests] == ["conv", "layernorm", "layernorm", "layernorm", "conv", "conv"]
    assert [one.shape[-1] for one in first.inside] == [6, 1, 1, 6, 24]


def test_tokens_of_an_image_are_its_rows() -> None:
    a = Axis(6)
    assert a // 2 * 2 + a % 2 is a
    assert (a // 2) // 3 == a // 6
    b = Axis(4)
    assert (a * 4 + b) // 8 == a // 2 and (a * 4 + b) % 8 == a % 2 * 4 + b
    head = next(nest for nest in laid_out(_program()).nests if nest.operator == "linear")
    found = contraction_of(head)
    assert isinstance(found, Contraction) and found.depth is not None and not found.taps


def test_a_sum_of_products_says_why_it_is_none() -> None:
    reasons = {nest.operator: contraction_of(nest) for nest in laid_out(_program()).nests}
    assert reasons["mean"] == "it is no sum of products of two tensors"
    depthwise = next(nest for nest in laid_out(_program()).nests if nest.reduced and nest.reduced[0].extent == 1)
    assert contraction_of(depthwise) == "both operands vary along its last axis"
