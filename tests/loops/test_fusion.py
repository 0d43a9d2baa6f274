"""What is fused, what is not, and the reason that is given."""

from __future__ import annotations

from archc import ArchFile
from archc.loops import Program, lowered
from archc.loops.fusion import Decision, fused


def _fused(body: str) -> tuple[Program, dict[str, Decision]]:
    file = ArchFile.of_text(f"arch A : x[4, 6], y[4, 6] -> [...] {{\n  return {body}\n}}\n".replace("[...]", "[4, 6]"))
    program, decisions = fused(lowered(file.architecture("A").graph))
    return program, {one.nest.operator: one for one in decisions}


def test_views_and_a_chain_of_pointwise_operators_are_one_nest() -> None:
    program, decisions = _fused("y + (x |> flip(axis=[0]) |> exp |> tanh)")
    assert [nest.operator for nest in program.nests] == ["add"]
    assert decisions["exp"].rule == "pointwise"
    assert decisions["flip"].rule == "view"


def test_what_is_read_twice_is_computed_once() -> None:
    _, decisions = _fused("softmax(x)")
    assert decisions["exp"].rule == ""
    assert any("read more than once" in reason for reason in decisions["exp"].reasons)
    assert "reduces" in decisions["sum"].reasons[0]


def test_a_reduction_takes_in_what_is_made_of_every_sum() -> None:
    program, decisions = _fused("x |> fc: linear(6) |> gelu |> permute([1, 0]) |> permute([1, 0]) |> add(y)")
    assert [nest.operator for nest in program.nests] == ["linear"]
    assert decisions["linear"].rule == "epilogue"


def test_a_sum_that_is_read_elsewhere_stays() -> None:
    _, decisions = _fused("x |> fc: linear(6) |> flip(axis=[0]) |> exp")
    assert any("does not use every entry at one place" in reason for reason in decisions["linear"].reasons)


def test_outputs_and_what_weights_make_stay() -> None:
    program, decisions = _fused("x |> bn: batchnorm")
    assert [nest.operator for nest in program.nests] == ["batchnorm"] * 3
    assert "an output, or made of weights alone" in decisions["batchnorm"].reasons[0]
