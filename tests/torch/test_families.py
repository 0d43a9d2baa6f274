"""Blocks of which instances differ in ways that one class of them has to bear."""

from __future__ import annotations

import pytest
import torch

from archc import ArchFile

BLOCKS = """archc 1

block Sum : xs[...S] for i in 0..n -> [...S] {
  return fold y = xs[0] for i in 1..n => y + xs[i]
}

block Two(left: block, right: block) : x[...S] -> [...S'] {
  return [x |> left: left, x |> right: right] |> self: Sum
}

"""


def output_of(body: str, inputs: str, output: str, x: torch.Tensor) -> torch.Tensor:
    text = f"{BLOCKS}arch Net : x[{inputs}] -> [{output}] {{\n  return x |> self: {body}\n}}\n"
    found: torch.Tensor = ArchFile.of_text(text, "net.arch").architecture().module()(x)
    return found


def test_a_block_is_used_at_several_numbers_of_axes() -> None:
    body = "[Two(relu, linear(8)), reshape([B, 4, 64]), permute([0, 2, 1]), Two(relu, linear(4))]"
    assert output_of(body, "B, 4, 8, 8", "B, 64, 4", torch.ones(2, 4, 8, 8)).shape == (2, 64, 4)


@pytest.mark.parametrize("depth", [3, 40])
def test_a_block_is_given_others_of_its_kind_at_several_depths(depth: int) -> None:
    nested = "relu"
    for _ in range(depth):
        nested = f"Two(linear(8), {nested})"
    body = f"[Two(linear(8), Two(Two(linear(8), Two(relu, relu)), relu)), {nested}]"
    assert output_of(body, "B, 4, 8", "B, 4, 8", torch.ones(2, 4, 8)).shape == (2, 4, 8)
