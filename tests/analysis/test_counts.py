"""Parameters, buffers and multiply-accumulates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archc import shapes
from archc.analysis import buffers, macs, parameters
from archc.graph.static import DType
from archc.syntax.tree import Store
from tests.graph.build import Body, block, hornet, sequence, weight
from tests.graph.test_walk import twice

# parameters and multiply-accumulates at 224 x 224 of the official HorNet, of its variants with 7 x 7 convolutions
OFFICIAL = {
    "tiny": (64, 22_409_512, 3_968_389_312),
    "base": (128, 87_256_680, 15_567_143_296),
}


@pytest.mark.parametrize("variant", OFFICIAL)
def test_hornet_counts_as_the_official_one(variant: str) -> None:
    width, expected, multiplications = OFFICIAL[variant]
    graph = hornet(width)
    assert parameters(graph) == expected
    assert macs(graph) == multiplications


def test_macs_are_a_formula_in_the_free_sizes() -> None:
    b, h, w = (shapes.symbol(name) for name in ("B", "h", "w"))
    found = macs(hornet(batch=b, h=h, w=w))
    assert shapes.free_symbols(found) == ("B", "h", "w")
    for sizes in ({"B": 1, "h": 7, "w": 7}, {"B": 3, "h": 2, "w": 9}):
        concrete = hornet(batch=sizes["B"], h=sizes["h"], w=sizes["w"])
        assert shapes.substitute(found, sizes) == macs(concrete)


def test_shared_weights_count_once_and_their_uses_each_time() -> None:
    graph, one = twice(), block(1, 8, 2, 7, 7)
    assert parameters(graph) == parameters(one)
    assert macs(graph) == 2 * macs(one)


def test_a_repeated_block_counts_as_often_as_it_stands_there() -> None:
    one = block(1, 8, 2, 7, 7)
    assert parameters(sequence(*[one] * 5)) == 5 * parameters(one)
    assert macs(sequence(*[one] * 5)) == 5 * macs(one)


def test_buffers_are_not_trained_and_state_is_neither() -> None:
    body = Body("Stored")
    x = body.input("x", 1, 4)
    body.own(weight("mean", 4, store=Store.BUFFER))
    body.own(replace(weight("steps", store=Store.BUFFER), type=replace(weight("s").type, dtype=DType.I64)))
    body.own(weight("past", 7, store=Store.STATE))
    graph = body.finish(body.linear("fc", x, 4))
    assert (parameters(graph), buffers(graph)) == (20, 5)


def test_dead_modules_count_as_parameters_and_take_no_multiplications() -> None:
    body = Body("Dead")
    x = body.input("x", 1, 4)
    graph = body.finish(body.linear("fc", x, 4))
    with_dead = replace(graph, modules=(*graph.modules, replace(graph.modules[0], label="unused")))
    assert parameters(with_dead) == 2 * parameters(graph)
    assert macs(with_dead) == macs(graph)
