"""Labels are the paths of the checkpoint, whatever they look like."""

from __future__ import annotations

import pytest
import torch

from archc import ArchError
from archc.graph.walk import inventory
from tests.properties.interpreter import flat, run
from tests.torch.programs import architecture, module

BLOCKS = """
block Plain : x[B, C, H, W] -> [B, C, H, W] {
  return x |> tanh |> mul(2)
}
block Residual : x[B, C, H, W] -> [B, C, H, W] {
  return x + tanh(x)
}
block Halves(C) : x[B, c, H, W] -> [B, C, H, W] {
  return (x |> path_1.conv: conv(C)) + (x |> path_2.conv: conv(C))
}
block Scale : x[B, C, H, W] -> [B, C, H, W] {
  param gamma[C] = 0.5
  return x |> mul(gamma, axis=1)
}
block Turn(C, by = 0) : x[B, C, H, W] -> [B, C, H, W] {
  return x |> norm: batchnorm |> inner: Halves(C) |> scale: Scale |> roll(by, axis=1)
}
block Fused(C) : x[B, c, H, W] -> [B, C, H, W] {
  return x |> self: conv(C, k=3, pad=1)
}
block Cell(C) : x[B, c, H, W] -> [B, C, H, W] {
  l = x |> self: Halves(C)
  return l + (x |> fit: conv(C) |> bn: batchnorm)
}
"""

BODIES = {
    "plain": "return x |> stem: conv(4) |> scale: Scale",
    "numbered": "return x |> pws[0]: conv(4) |> pws[1]: conv(4) |> pws[2]: conv(4)",
    "with a gap": "return x |> mlp[1]: conv(4) |> relu |> mlp[3]: conv(4)",
    "from one": "return x |> mlp[1]: conv(4)",
    "dotted": "return x |> enc.conv: conv(4) |> enc.bn: batchnorm |> dec.conv: conv(4)",
    "numbered and dotted": "return x |> layers[0].a: conv(4) |> layers[0].b: conv(4) |> layers[1].a: conv(4)",
    "templates": 'let i = 3\n  return x |> "cell_{i}": conv(4) |> head."up_{i + 1}": conv(4)',
    "bare numbers": "return x |> 0: conv(4) |> relu |> 2: Fused(4)",
    "self": "return x |> self: conv(4)",
    "self of a block": "return x |> self: Cell(4) |> out: Scale",
    "self below": "return x |> down: Fused(8) |> up: Fused(4)",
    "lists": "return x |> stages: [conv(4), relu, Halves(4), [conv(4), batchnorm]]",
    "blocks without weights in lists": "return x |> stages: [Plain, conv(4), Plain, [conv(4), Plain]]",
    "residuals without weights in lists": "return x |> a: [conv(4), Residual] |> self: [Plain, Residual, conv(4)]",
    "labels in lists": "return x |> stages: [first: conv(4), relu, last: Scale]",
    "module and below": "return x |> qkv: conv(4) |> qkv.lora: conv(4)",
    "block and below": "return x |> cell: Cell(4) |> cell.more: conv(4)",
    "shared": "return x |> a: conv(4) |> a",
    "an alias": "h = x |> blocks[0]: Halves(4)\n  blocks[1]: blocks[0]\n  return h |> blocks[1] |> blocks[2]: conv(4)",
    "an alias that is not called": "h = x |> a: Halves(4)\n  b: a\n  return h",
    "an alias of an operator": "h = x |> a: conv(4)\n  b: a\n  return h |> b",
    "an alias with arguments": "h = x |> a[0]: Turn(4)\n  a[1]: a[0]\n  return h |> a[1](by=1) |> 9: Turn(4)",
    "an alias before its owner": "a: Turn(4)\n  b: a\n  return x |> b(by=2) |> a",
    "tied weights": "h = x |> a: conv(4)\n  return h |> b: conv(4, weight=a.weight)",
    "no weight": "return x |> a: conv(4, bias=false) |> b: layernorm(axis=1, weight=false)",
    "names that nn.Module has": "return x |> forward: conv(4) |> train: Scale |> half: conv(4) |> type.double: conv(4)",
    "names that containers have": "return x |> m.keys: conv(4) |> m.items: conv(4) |> m.pop: Scale",
    "Python's words": "return x |> lambda: conv(4) |> class.def: conv(4) |> None: Scale",
    "underscores": "return x |> _modules: conv(4) |> __class__: conv(4) |> __x: Scale |> _a._b: conv(4)",
    "names of the file's": "return x |> torch: conv(4) |> nn: conv(4) |> F: Scale |> drop_path: conv(4)",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_state_has_the_paths_of_the_text(body: str) -> None:
    text = f"{BLOCKS}\narch T : x[B, 4, H, W] {{\n  {body}\n}}"
    graph = architecture(text).graph
    kept = inventory(graph)
    made = module(text)
    state = made.state_dict()
    assert sorted(state) == sorted(kept.names())
    shapes = {path: tuple(weight.type.shape) for path, weight in kept.weights}
    assert {path: tuple(state[path].shape) for path in shapes} == shapes
    for alias in kept.aliases:
        assert state[alias.path].data_ptr() == state[alias.owner].data_ptr()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_computes_what_the_text_says(body: str) -> None:
    text = f"{BLOCKS}\narch T : x[B, 4, H, W] {{\n  {body}\n}}"
    made = module(text)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in made.state_dict().values():
            if weight.is_floating_point():
                weight.uniform_(0.5, 1.5, generator=generator)
    graph = architecture(text, B=2, H=5, W=6).graph
    x = torch.randn(2, 4, 5, 6, dtype=torch.float64, generator=generator)
    expected = flat(run(graph, (x,), made.state_dict()))
    torch.testing.assert_close(flat(made(x)), expected, rtol=1e-12, atol=1e-12)


def test_weights_of_an_alias_stay_the_same() -> None:
    """Also buffers, also after a change of type, also in training."""
    made = module(
        f"{BLOCKS}\narch T : x[B, 4, H, W] {{\n  h = x |> a: Turn(4)\n  b: a\n  return h |> b(by=1)\n}}"
    ).float()
    made.train()(torch.randn(2, 4, 5, 6, generator=torch.Generator().manual_seed(0)))
    state = made.state_dict()
    for path in [path for path in state if path.startswith("a.")]:
        assert state[path].data_ptr() == state[path.replace("a.", "b.", 1)].data_ptr(), path
    assert state["b.norm.num_batches_tracked"] == 2
    assert len({*made.parameters()}) == len([*made.parameters()])


def test_one_name_has_one_set_of_arguments() -> None:
    with pytest.raises(ArchError, match="called with other arguments than at its first call"):
        module(f"{BLOCKS}\narch T : x[B, 4, H, W] {{\n  return x |> a: Turn(4) |> a(by=1)\n}}")
