"""Places by index, and sums over what an index puts together."""

from __future__ import annotations

from archc.backends.torch.code import Code, Hole, Listing, Member, Slice, Starred, call, item, method
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Use


def _axis(use: Use) -> int:
    axis = use.value("axis")
    assert isinstance(axis, int)
    return axis


def _gather(use: Use, x: Code) -> Code:
    lead: list[Code] = [Slice(None, None)] * _axis(use)
    return item(x, *lead, use.operand("index"))


def _take_along(use: Use, x: Code) -> Code:
    return call("torch.take_along_dim", x, use.operand("index"), dim=_axis(use))


def _segment_sum(use: Use, x: Code) -> Code:
    shape = Listing((use.hole("count"), Starred(item(Member(x, "shape"), Slice(_one(), None)))), "()")
    return method(method(x, "new_zeros", shape), "index_add", 0, use.operand("segment"), x)


def _one() -> Code:
    return Hole(1)


INDEXING = {
    "gather": Lowering(_gather),
    "take_along": Lowering(_take_along),
    "segment_sum": Lowering(_segment_sum),
}
