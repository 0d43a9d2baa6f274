"""Architectures drawn from the packaged space, as PyTorch modules: they run, and are what the draw said."""

from __future__ import annotations

import pytest
import torch

import archc.archs
from archc import ArchFile
from archc.space import Space, load


@pytest.fixture(scope="module")
def space() -> Space:
    return load(archc.archs.path("einspace")).within(operators=40, memory=2**22)


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_what_is_drawn_runs(space: Space, start: int) -> None:
    for seed in range(start, start + 10):
        drawn = space.sample(seed)
        module = drawn.architecture().module(seed=0).double().eval()
        result = drawn.root.results
        assert sum(one.numel() for one in module.parameters()) == drawn.params
        with torch.no_grad():
            generator = torch.Generator().manual_seed(seed)
            output = module(torch.randn(2, 3, 32, 32, generator=generator, dtype=torch.float64))
        assert list(output.shape[1:]) == list(result.shape[1:])  # type: ignore[union-attr]
        assert output.isfinite().all()


@pytest.mark.parametrize("body", ["x + x", "x + x |> relu |> softmax"])
def test_blocks_without_weights_stand_in_sequences(body: str) -> None:
    """Two of them around a layer: neither is a module that the state dict knows of."""
    text = f"""archc 1
block Twice : x[...S] -> [...S] {{
  return {body}
}}

arch Net : x[B, 8] -> [B, 4] {{
  return x |> self: [[Twice, linear(4), Twice], relu]
}}
"""
    module = ArchFile.of_text(text).architecture().module(seed=0)
    assert list(module.state_dict()) == ["0.1.weight", "0.1.bias"]
    weight, bias = module.state_dict().values()
    x = torch.randn(3, 8, generator=torch.Generator().manual_seed(0))

    def twice(value: torch.Tensor) -> torch.Tensor:
        return value + value if body == "x + x" else torch.relu(value + value).softmax(1)

    wanted = torch.relu(twice(twice(x) @ weight.T + bias))
    assert torch.allclose(module(x), wanted, atol=1e-6)


def test_weights_in_such_a_sequence_begin_as_declared() -> None:
    text = """archc 1
block Twice : x[...S] -> [...S] {
  return x + x |> relu |> softmax
}

arch Net : x[B, 512] -> [B, 512] {
  return x |> self: [[Twice, positional, Twice], relu]
}
"""
    (weight,) = ArchFile.of_text(text).architecture().module(seed=0).parameters()
    assert 0.8 < weight.std() < 1.2


NESTED = """
block Add(inner: block) : x[...S] -> [...S] {
  return x + (x |> inner: inner)
}

arch Net : x[B, 4] -> [B, 4] {
  return x |> self: MODULE
}
"""


@pytest.mark.parametrize("depth", [2, 3, 8])
def test_a_block_within_itself(depth: int) -> None:
    text = NESTED.replace("MODULE", "Add(" * depth + "linear(4)" + ")" * depth)
    module = ArchFile.of_text(text).architecture().module()
    assert list(module.state_dict()) == [f"{'inner.' * depth}{name}" for name in ("weight", "bias")]
    x = torch.ones(2, 4)
    innermost = module.get_submodule(".".join(["inner"] * depth))
    assert torch.equal(module(x), depth * x + innermost(x))
