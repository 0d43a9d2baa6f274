"""What the compiler did with every nest and why: for `archc compile --explain-fusion`."""

from __future__ import annotations

from collections.abc import Iterator

from archc.backends.cpu.kernels import Kernels
from archc.backends.cpu.packing import packed
from archc.backends.cpu.plan import Unit, planned
from archc.backends.cpu.target import Target
from archc.backends.cpu.tiling import tiled
from archc.loops.fusion import fused
from archc.loops.layout import laid_out
from archc.loops.nest import Nest, Program
from archc.loops.rows import Group


def explanation(program: Program, target: Target) -> Iterator[str]:
    """Yield lines: where every nest went, or for each rule the reason why it stayed; then what runs, and how."""
    joined, decisions = fused(program)
    for decision in decisions:
        told = f"fused, {decision.rule}" if decision.rule else f"kept; {'; '.join(decision.reasons)}"
        yield f"{_title(decision.nest)}: {told}"
    kernels = Kernels(target)
    made = packed(laid_out(joined), kernels.block, target.vector)
    kernels.blocks.update(made.blocks)
    plan = planned(made.program, kernels.takes, lambda group: tiled(group, target).size)
    for unit in plan.units:
        yield from _of_unit(unit, kernels)
    yield f"workspace: {plan.workspace} bytes, and {plan.scratch} for every thread"


def _of_unit(unit: Unit, kernels: Kernels) -> Iterator[str]:
    if isinstance(unit, Group):
        cut = tiled(unit, kernels.target)
        yield f"group of {len(unit.nests)}: {unit.rows} rows, {cut.longest} at a time"
        for nest in unit.nests:
            yield f"  {_title(nest)}: {kernels.choice(nest)}"
    else:
        yield f"{_title(unit)}: plain loops; {kernels.choice(unit)}"


def _title(nest: Nest) -> str:
    shape = "x".join(map(str, nest.output.shape))
    return " ".join(filter(None, [nest.operator, nest.output.name, shape]))
