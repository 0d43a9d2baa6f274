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


def test_what_a_constructor_is_given_names_nothing_of_a_function_in_it() -> None:
    """The width in `lambda C: …` is known inside alone, so a module of that width is given as a function of it."""
    blocks = """archc 1

block Branch(left: block, right: block, join: block) : x[...S] -> [...S'] {
  return [x |> left: left, x |> right: right] |> join
}

block Sum : xs[...S] for i in 0..n -> [...S] {
  return fold y = xs[0] for i in 1..n => y + xs[i]
}

arch Net : x[B, 16, 8] -> [B, 32, 24] {
  return x |> self: Branch(
    Branch(linear(8), [Branch(identity, Branch(linear(8), linear(8), Sum), concat(2)), layernorm], concat(2)),
    Branch(linear(8), [Branch(identity, linear(8), concat(2)), layernorm], concat(2)), concat(1))
}
"""
    module = ArchFile.of_text(blocks, "net.arch").architecture().module()
    assert module(torch.ones(2, 16, 8)).shape == (2, 32, 24)
