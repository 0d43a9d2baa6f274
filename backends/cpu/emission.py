"""An architecture as C++: a source file, a header for C, and what CMake needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import prod
from typing import TYPE_CHECKING

from archc.backends.cpu.expressions import TYPES
from archc.backends.cpu.functions import Call, Functions
from archc.backends.cpu.kernels import Kernels
from archc.backends.cpu.packing import packed
from archc.backends.cpu.plan import ALIGNMENT, SIZES, Plan, Unit, planned
from archc.backends.cpu.target import Target
from archc.backends.cpu.tiling import tiled
from archc.loops.nest import Buffer, Nest, Program
from archc.records import record

if TYPE_CHECKING:
    from jinja2 import Environment


@record
class Emitted:
    """What a program became. `prefix` begins every name of the C interface and of the files."""

    prefix: str
    program: Program
    plan: Plan
    files: Mapping[str, str]

    @property
    def source(self) -> str:
        """The C++ source."""
        return self.files[f"{self.prefix}.cpp"]


def emit(program: Program, target: Target) -> Emitted:
    """Return the files of a program by name."""
    kernels = Kernels(target)
    made = packed(program, kernels.block, target.vector)
    kernels.blocks.update(made.blocks)
    plan = planned(made.program, kernels.takes, lambda group: tiled(group, target).size)
    prefix = _prefix(program.name)
    functions = Functions()
    printed = _Calls(program, plan)
    prepared = [printed.text(functions.call(nest, "COLD ")) for nest in plan.prepared]
    calls = [printed.text(_call(unit, functions, kernels)) for unit in plan.units]
    context = {
        "name": program.name,
        "heading": [program.name, *program.doc.splitlines()],
        "prefix": prefix,
        "upper": prefix.upper(),
        "plan": plan,
        "alignment": ALIGNMENT,
        "tables": functions.table_texts(),
        "functions": list(functions.texts.values()),
        "weights": [
            {"path": path, "offset": plan.stored[buffer], "size": prod(buffer.shape) * SIZES[buffer.dtype]}
            for path, buffer in program.weights
        ],
        "target": target,
        "zeros": kernels.deepest(plan.units),
        "prepared": prepared,
        "calls": calls,
        "inputs": len(program.inputs),
        "outputs": len(program.outputs),
        "signature": _signature(program),
    }
    templates = {
        f"{prefix}.cpp": "model.cpp.jinja",
        f"{prefix}.h": "model.h.jinja",
        "CMakeLists.txt": "CMakeLists.txt.jinja",
    }
    environment = _environment()
    files = {name: environment.get_template(template).render(context) for name, template in templates.items()}
    return Emitted(prefix, program, plan, files)


def _call(unit: Unit, functions: Functions, kernels: Kernels) -> Call:
    if isinstance(unit, Nest):
        return functions.call(unit)
    cut = tiled(unit, kernels.target)
    return functions.group(cut, lambda buffers: kernels.lines(cut, buffers))


def _prefix(name: str) -> str:
    """Return a name as C takes it: `HorNet` becomes `hornet`."""
    word = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_")
    return word if word and not word[0].isdigit() else f"net_{word}".strip("_")


def _signature(program: Program) -> list[str]:
    ends = [("inputs", one) for one in program.inputs], [("outputs", one) for one in program.outputs]
    return [
        f"{kind}[{at}]: {TYPES[buffer.dtype]} {list(buffer.shape)} {buffer.name}".rstrip()
        for side in ends
        for at, (kind, buffer) in enumerate(side)
    ]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("archc.backends.cpu", "templates")
    return Environment(
        loader=loader,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Calls:
    """Writes calls, with the author's name of what each makes behind it."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self.plan = plan
        self.ends = {
            **{one: f"static_cast<const {TYPES[one.dtype]}*>(inputs[{at}])" for at, one in enumerate(program.inputs)},
            **{one: f"static_cast<{TYPES[one.dtype]}*>(outputs[{at}])" for at, one in enumerate(program.outputs)},
        }

    def text(self, call: Call) -> str:
        extra = [f"work + {self.plan.workspace}"] * call.scratch + ["threads"] * call.threads
        places = ", ".join([*map(self._place, call.buffers), *extra])
        made = ", ".join(f"{one.name} {'x'.join(map(str, one.shape))}".strip() for one in call.outputs)
        return f"{call.function}({places});{f'  // {made}' if made else ''}"

    def _place(self, buffer: Buffer) -> str:
        if buffer in self.ends:
            return self.ends[buffer]
        stored = self.plan.stored.get(buffer)
        memory, offset = ("work", self.plan.placed[buffer]) if stored is None else ("model_data", stored)
        return f"at<{TYPES[buffer.dtype]}>({memory}, {offset})"
