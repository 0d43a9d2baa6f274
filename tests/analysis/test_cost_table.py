"""The rows of the cost table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archc import shapes
from archc.analysis import CostRow, activation_memory, cost_table, macs, parameters
from archc.graph import Graph, WeightRef
from archc.graph.static import Shape
from tests.conftest import Golden
from tests.graph.build import GELU, LINEAR, Body, block, hornet, operator, tensor, weight
from tests.graph.strategies import graphs
from tests.graph.test_walk import twice

MATMUL = operator("matmul", "a weight", macs=True)


def lines(rows: tuple[CostRow, ...]) -> str:
    """Return rows as text, for reading in a golden."""
    return "\n".join(
        f"{'  ' * row.level}{row.path} {row.name} x{row.count} | {' '.join(map(shape, row.outputs))}"
        f" | {row.parameters} | {shapes.render(row.macs)} | {shapes.render(row.memory)}"
        for row in rows
    )


def shape(dims: Shape) -> str:
    return f"[{', '.join(map(shapes.render, dims))}]"


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_hornet(golden: Golden, depth: int) -> None:
    assert golden == lines(cost_table(hornet(), depth))


def test_formulas(golden: Golden) -> None:
    b, h, w = (shapes.symbol(name) for name in ("B", "h", "w"))
    assert golden == lines(cost_table(hornet(batch=b, h=h, w=w), 1))


def children(rows: tuple[CostRow, ...], parent: int) -> list[CostRow]:
    below = []
    for row in rows[parent + 1 :]:
        if row.level <= rows[parent].level:
            break
        if row.level == rows[parent].level + 1:
            below.append(row)
    return below


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_parts_add_up_to_no_more_than_the_whole_and_take_all_multiplications(graph: Graph) -> None:
    rows = cost_table(graph, 9)
    assert (rows[0].parameters, rows[0].macs, rows[0].memory) == (
        parameters(graph),
        macs(graph),
        activation_memory(graph),
    )
    for place, row in enumerate(rows):
        below = children(rows, place)
        if below:
            assert sum(part.parameters for part in below) <= row.parameters
            assert shapes.total(part.macs for part in below) == row.macs


def test_equal_neighbours_are_one_row() -> None:
    paths = [row.path for row in cost_table(hornet(), 2)]
    assert "stages.2.0..17" in paths
    assert [row.count for row in cost_table(hornet(), 2) if row.name == "Block"] == [2, 3, 18, 2]


def test_neighbours_that_differ_or_are_not_numbered_in_a_row_stay_apart() -> None:
    body = Body("Apart")
    x = body.input("x", 2, 4)
    for label, width in (("a.0", 4), ("a.2", 4), ("a.3", 4), ("b.4", 4), ("c", 4), ("d", 4), ("0", 5), ("1", 5)):
        x = body.linear(label, x, width)
    rows = cost_table(body.finish(x), 1)[1:]
    assert [row.path for row in rows] == ["a.0", "a.2..3", "b.4", "c", "d", "0", "1"]


def test_a_module_called_again_has_its_parameters_at_the_first_call() -> None:
    rows = cost_table(twice().modules[0].content, 1)  # type: ignore[arg-type]
    one = block(1, 8, 2, 7, 7)
    assert [(row.path, row.parameters, row.macs) for row in rows[1:]] == [
        ("blocks.0", parameters(one), macs(one)),
        ("blocks.0", 0, macs(one)),
    ]


def test_products_without_weights_have_a_row_and_cheap_things_have_none() -> None:
    body = Body("Unlabelled")
    x = body.input("x", 2, 4)
    y = body.apply(GELU, (x,), (2, 4))
    z = body.apply(MATMUL, (y, body.own(weight("w", 4, 4))), (2, 4))
    rows = cost_table(body.finish(body.plus(z, x)), 1)
    assert [(row.path, row.name, row.macs) for row in rows[1:]] == [("", "matmul", 32)]


def test_a_module_that_is_never_called_stands_last_without_outputs() -> None:
    body = Body("Dead")
    x = body.input("x", 2, 4)
    body.leaf("unused", GELU, weight("w", 9))
    rows = cost_table(body.finish(body.linear("fc", x, 4)), 1)
    assert [(row.path, row.outputs, row.parameters) for row in rows[1:]] == [("fc", ((2, 4),), 20), ("unused", (), 9)]


def test_weights_of_the_place_itself_count_at_their_operator() -> None:
    body = Body("Self")
    x = body.input("x", 2, 4)
    body.own(weight("weight", 4, 4))
    y = body.apply(LINEAR, (x, WeightRef("weight", tensor(4, 4)), None), (2, 4), label="", C=4, axis=1)
    assert [(row.name, row.parameters, row.macs) for row in cost_table(body.finish(y), 1)[1:]] == [("linear", 16, 32)]
