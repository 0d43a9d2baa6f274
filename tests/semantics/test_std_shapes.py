"""Operators at free sizes: the shapes that they declare, with what `where` must say and no more."""

from __future__ import annotations

import pytest

from archc.graph import Graph
from archc.semantics.library import load_source, prelude
from archc.semantics.program import Elaboration, Elaborations
from archc.syntax import Source


def elaborate(text: str, signature: str = "x[B, 8, H, W]") -> Elaboration:
    """Return an architecture that returns an expression of its inputs."""
    loaded = load_source(Source("use.arch", f"arch T : {signature} {{\n  return {text}\n}}\n"))
    assert loaded.scope is not None and not loaded.diagnostics
    return Elaborations(prelude()).run(next(iter(loaded.scope.definitions())), {})


def shapes(done: Elaboration) -> list[str]:
    """Return the shapes of the outputs in the names of the architecture."""
    assert not done.diagnostics, [d.message for d in done.diagnostics]
    graph = done.infer
    assert isinstance(graph, Graph)
    values = [v for o in graph.outputs for v in (o if isinstance(o, tuple) else (o,))]
    return [done.context.show_shape(v.type.shape) for v in values if v is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x |> m: conv(16, k=3, pad=1)", ["[B, 16, H, W]"]),
        ("x |> m: conv(16, k=3, pad=same)", ["[B, 16, H, W]"]),
        ("x |> m: conv(16, k=3, stride=2, pad=1)", ["[B, 16, (H + 1) // 2, (W + 1) // 2]"]),
        ("x |> m: conv(16, k=3, stride=2, pad=same)", ["[B, 16, (H + 1) // 2, (W + 1) // 2]"]),
        ("x |> m: dwconv(7)", ["[B, 8, H, W]"]),
        ("x |> m: convT(4, k=2, stride=2)", ["[B, 4, 2 * H, 2 * W]"]),
        ("x |> m: linear(4, axis=1)", ["[B, 4, H, W]"]),
        ("x |> m: layernorm(axis=1)", ["[B, 8, H, W]"]),
        ("x |> m: batchnorm", ["[B, 8, H, W]"]),
        ("x |> m: groupnorm(4)", ["[B, 8, H, W]"]),
        ("x |> m: squeeze_excite(2)", ["[B, 8, H, W]"]),
        ("x |> maxpool(3, stride=2, pad=1)", ["[B, 8, (H + 1) // 2, (W + 1) // 2]"]),
        ("x |> gap", ["[B, 8]"]),
        ("x |> gap(keep=true)", ["[B, 8, 1, 1]"]),
        ("x |> split([2, 6])", ["[B, 2, H, W]", "[B, 6, H, W]"]),
        ("x |> chunk(2)", ["[B, 4, H, W]", "[B, 4, H, W]"]),
        ("concat([x, x, x])", ["[B, 24, H, W]"]),
        ("stack([x, x], axis=2)", ["[B, 8, 2, H, W]"]),
        ("x + x", ["[B, 8, H, W]"]),
        ("x |> flatten", ["[B, 8 * H * W]"]),
        ('x |> rearrange("b (h d) y x -> b h (y x) d", d=4)', ["[B, 2, H * W, 4]"]),
        ('x |> rearrange("b (x y) h w -> b x y h w", x=2)', ["[B, 2, 4, H, W]"]),
        ("x |> resize(scale=2)", ["[B, 8, 2 * H, 2 * W]"]),
        ("x |> resize(size=[H // 2 + 1, 7])", ["[B, 8, H // 2 + 1, 7]"]),
        ("x |> pad((-1, 1))", ["[B, 8, H, W]"]),
        ("x |> roll(3, axis=1)", ["[B, 8, H, W]"]),
        ("rfft2(x)", ["[B, 8, H, W // 2 + 1]"]),
        ("irfft2(rfft2(x), size=[H, W])", ["[B, 8, H, W]"]),
        ("x |> dwt", ["[B, 32, (H + 1) // 2, (W + 1) // 2]"]),
        ("x |> softmax", ["[B, 8, H, W]"]),
        ("x |> pixel_shuffle(2)", ["[B, 2, 2 * H, 2 * W]"]),
        ("attention(x, x, x)", ["[B, 8, H, W]"]),
        ("x |> var(axis=[2, 3])", ["[B, 8]"]),
        ("x |> droppath(0.1)", ["[B, 8, H, W]"]),
        ("x |> unfold(3, pad=1)", ["[B, 72, H * W]"]),
    ],
)
def test_shapes_at_free_sizes(text: str, expected: list[str]) -> None:
    assert shapes(elaborate(text)) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x |> maxpool(2)", "S103"),
        ("x |> m: conv(4, k=3)", "S103"),
        ("x |> pad(-1)", "S103"),
        ("x |> chunk(2, axis=2)", "S103"),
        ("x |> m: groupnorm(3)", "S103"),
        ("x[.., .., 3]", "S103"),
        ("x |> pad(2, fill=reflect)", "S103"),
        ("x |> shift(1, axis=2)", "S103"),
        ('x |> rearrange("b c (h p) w -> b c h (w p)", p=4)', "S103"),
        ('x + (x |> rearrange("b c h w -> b c w h"))', "S104"),
    ],
)
def test_what_does_not_hold_for_all_sizes_is_said(text: str, code: str) -> None:
    done = elaborate(text)
    assert {d.code for d in done.diagnostics} == {code}


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("x |> maxpool(2)", "H >= 2, W >= 2"),
        ("x |> m: conv(4, k=3)", "H >= 3, W >= 3"),
        ("x |> chunk(2, axis=2)", "H % 2 == 0"),
        ('x |> rearrange("b c (h p) w -> b c h (w p)", p=4)', "H % 4 == 0"),
    ],
)
def test_a_where_makes_it_legal(text: str, condition: str) -> None:
    assert not elaborate(text, f"x[B, 8, H, W] where {condition}").diagnostics
