"""Two forms of one block: the weights of the second follow from those of the first by the library's rules."""

from __future__ import annotations

import pytest
import torch

import archc
from archc.graph.ir import Graph, Leaf
from archc.graph.program import FormMerge
from archc.graph.walk import weights
from tests.merging.blocks import BLOCKS
from tests.properties.interpreter import flat, run


def merges(body: str, blocks: str = BLOCKS) -> dict[str, FormMerge]:
    """Return the merges of a network that sends its input through `body`, by the name of the block."""
    program = archc.ArchFile.of_text(blocks.replace("BODY", body)).program()
    return {merge.trained.name: merge for merge in program.merges}


@pytest.mark.parametrize(
    ("module", "targets"),
    [
        ("Fused(8, k=3)", ("weight", "bias")),
        ("RepVgg", ("weight", "bias")),
        ("Dilated(7)", ("large.weight", "large.bias")),
        ("Scaled(16)", ("pw.0.weight", "pw.0.bias", "gamma")),  # which the block has in both forms
    ],
)
def test_every_weight_of_the_second_form_is_found(module: str, targets: tuple[str, ...]) -> None:
    found = merges(f"m: {module}")
    name = module.partition("(")[0]
    assert set(found) == {name, "Head"}
    assert found[name].targets == targets
    assert len(found[name].weights.outputs) == len(targets)


@pytest.mark.parametrize("blocks", ["a: Dilated(7)", "a: Dilated(9) |> b: Scaled(16) |> c: Dilated(11)"])
def test_both_forms_compute_the_same(blocks: str) -> None:
    """Graph against graph, at weights and inputs that leave nothing out."""
    random = torch.Generator().manual_seed(0)

    def tensor(*shape: object) -> torch.Tensor:
        return 0.5 + torch.rand(shape, generator=random, dtype=torch.float64)  # type: ignore[arg-type]

    compared = [one for one in merges(blocks).values() if isinstance(one.deployed, Graph)]
    assert compared
    for one in compared:
        assert isinstance(one.deployed, Graph)
        state = {path: tensor(*weight.type.shape) for path, weight in weights(one.trained)}
        x = tensor(2, one.trained.inputs[0].type.shape[1], 9, 11)
        merged = dict(zip(one.targets, flat(run(one.weights, (), state)), strict=True))
        (trained,), (deployed,) = run(one.trained, (x,), state), run(one.deployed, (x,), merged)
        assert isinstance(trained, torch.Tensor) and isinstance(deployed, torch.Tensor)
        torch.testing.assert_close(deployed, trained, rtol=1e-12, atol=1e-12)


def test_a_form_that_is_one_operator_lies_at_the_path_of_the_block() -> None:
    deployed = merges("m: RepVgg")["RepVgg"].deployed
    assert isinstance(deployed, Leaf)
    assert [(w.name, w.type.shape) for w in deployed.weights] == [("weight", (8, 1, 3, 3)), ("bias", (8,))]


def test_shapes_of_computed_weights_are_those_that_are_needed() -> None:
    for merge in merges("a: Dilated(9) |> b: Scaled(16)").values():
        wanted = [operand.type.shape for operand in merge.weights.outputs if operand and not isinstance(operand, tuple)]
        assert len(wanted) == len(merge.targets)
        assert all(all(isinstance(dim, int) for dim in shape) for shape in wanted)


def test_an_outer_form_takes_the_inner_ones_along() -> None:
    assert set(merges("m: RepVgg")) == {"RepVgg", "Head"}


def test_forms_that_do_not_meet_are_an_error() -> None:
    wrong = BLOCKS.replace("return x |> self: dwconv(3)", "return x |> self: dwconv(3) |> relu").replace(
        "BODY", "m: RepVgg"
    )
    found = archc.ArchFile.of_text(wrong).check()
    assert [one.code for one in found] == ["E218"]
    assert "`add`" in found[0].notes[0].text and "`relu`" in found[0].notes[0].text
