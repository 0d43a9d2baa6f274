"""Inputs are legal, small ones first, and equal for equal seeds."""

from __future__ import annotations

import pytest
import torch
from hypothesis import find, given, settings
from hypothesis import strategies as st

from archc.shapes import is_legal
from archc.testing import Inputs, NoLegalSizesError, inputs, inputs_at, smallest
from tests.testing.nets import RESIDUAL, TOKENS, net

NET = net(RESIDUAL)


@settings(max_examples=30)
@given(inputs(NET))
def test_sizes_are_legal(drawn: Inputs) -> None:
    sizes = dict(drawn.sizes)
    assert is_legal(NET.context, sizes)
    assert [one.shape for one in drawn.every] == [(sizes["B"], 3, sizes["H"], sizes["W"])]
    assert drawn == inputs_at(NET, sizes, drawn.seed)


def test_the_smallest_is_what_they_shrink_to() -> None:
    assert find(inputs(NET), lambda _: True) == smallest(NET)
    assert dict(smallest(NET).sizes) == {"B": 1, "H": 4, "W": 6}
    taller = dict(find(inputs(NET), lambda drawn: drawn.every[0].shape[2] > 4).sizes)
    assert taller["H"] == 8  # the smallest that is taller; the order is of all sizes together


@given(st.integers(0, 2**31))
@settings(max_examples=5)
def test_tensors_come_of_the_seed_alone(seed: int) -> None:
    state = torch.random.get_rng_state()
    (one,), (other,) = smallest(NET, seed).tensors(), smallest(NET, seed).tensors(torch.float32)
    assert one.dtype == torch.float64 and torch.equal(one.float(), other)
    assert torch.equal(state, torch.random.get_rng_state())


def test_integers_are_indices() -> None:
    (ids,) = smallest(net(TOKENS), 3, number=20).tensors()
    assert ids.dtype == torch.int64 and set(ids.unique().tolist()) <= {0, 1}


def test_too_few_entries_for_any_input() -> None:
    with pytest.raises(NoLegalSizesError, match="at most 10 entries"):
        inputs(NET, most_entries=10)


def test_what_is_drawn_can_be_read() -> None:
    assert str(smallest(NET, 7)) == "B=1, H=4, W=6, seed=7"
