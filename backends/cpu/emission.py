"""An architecture as C++: a source file, a header for C, and what CMake needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import prod
from typing import TYPE_CHECKING

from archc.backends.cpu.expressions import TYPES
from archc.backends.cpu.functions import Call, Functions
from archc.backends.cpu.plan import ALIGNMENT, SIZES, Plan, planned
from archc.loops.nest import Buffer, Program
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


def emit(program: Program) -> Emitted:
    """Return the files of a program by name."""
    plan = planned(program)
    prefix = _prefix(program.name)
    functions = Functions()
    printed = _Calls(program, plan)
    prepared = [printed.text(functions.call(nest)) for nest in plan.prepared]
    calls = [printed.text(functions.call(nest)) for nest in plan.nests]
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
        places = ", ".join(map(self._place, call.buffers))
        shape = "x".join(map(str, call.nest.output.shape))
        comment = f"{call.nest.output.name} {shape}".strip()
        return f"{call.function}({places});{f'  // {comment}' if comment else ''}"

    def _place(self, buffer: Buffer) -> str:
        if buffer in self.ends:
            return self.ends[buffer]
        stored = self.plan.stored.get(buffer)
        memory, offset = ("work", self.plan.placed[buffer]) if stored is None else ("model_data", stored)
        return f"at<{TYPES[buffer.dtype]}>({memory}, {offset})"
