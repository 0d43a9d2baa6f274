"""What can run an architecture: a table, one entry an engine."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from archc.records import record

if TYPE_CHECKING:
    import torch
    from torch import nn

    from archc.architecture import Architecture

    Tensors = tuple[torch.Tensor, ...]
    Runner = Callable[[Tensors], Tensors]


@record
class Subject:
    """An architecture with all its sizes fixed, and the PyTorch module of it whose weights every engine is to use.

    The module is in evaluation mode.
    """

    architecture: Architecture
    module: nn.Module


@record
class Engine:
    """One way of running an architecture: `prepare` gets it ready for inputs like these, in the engine's own type.

    `rounding` is the unit roundoff of that type; `needs` are modules that have to be installed, `finds` says whether
    anything else is there. `word` is what commands call it.
    """

    name: str
    dtype: str
    rounding: float
    prepare: Callable[[Subject, Tensors], Runner]
    needs: tuple[str, ...] = ("torch",)
    word: str = ""
    finds: Callable[[], bool] = lambda: True

    @property
    def is_installed(self) -> bool:
        return all(find_spec(name) is not None for name in self.needs) and self.finds()


def flat(outputs: object) -> Tensors:
    """Return the tensors of nested tuples, lists and dictionaries in order, without what is absent."""
    if isinstance(outputs, dict):
        return flat(tuple(outputs.values()))
    if isinstance(outputs, (tuple, list)):
        return tuple(tensor for one in outputs for tensor in flat(one))
    return () if outputs is None else (cast("torch.Tensor", outputs),)


def _eager(subject: Subject, _: Tensors) -> Runner:
    import torch

    def run(inputs: Tensors) -> Tensors:
        with torch.no_grad():
            return flat(subject.module(*inputs))

    return run


def _compiled(subject: Subject, _: Tensors) -> Runner:
    import torch

    compiled = torch.compile(subject.module, fullgraph=True, dynamic=False)

    def run(inputs: Tensors) -> Tensors:
        with torch.no_grad():
            return flat(compiled(*inputs))

    return run


def _onnx(subject: Subject, inputs: Tensors) -> Runner:
    import onnxruntime
    import torch

    program = torch.onnx.export(subject.module, inputs, dynamo=True, verbose=False)
    assert program is not None
    written = program.model_proto.SerializeToString()
    session = onnxruntime.InferenceSession(written, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]

    def run(given: Tensors) -> Tensors:
        arrays = (tensor.numpy() for tensor in given)
        return tuple(map(torch.from_numpy, session.run(None, dict(zip(names, arrays, strict=True)))))

    return run


def _has_compiler() -> bool:
    from archc.backends.cpu import has_compiler

    return has_compiler()


def _cpu(subject: Subject, _: Tensors) -> Runner:
    from archc.backends.cpu import module

    compiled = module(subject.architecture, subject.module.state_dict())

    def run(inputs: Tensors) -> Tensors:
        return flat(compiled(*inputs))

    return run


DOUBLE, SINGLE = 2.0**-53, 2.0**-24
"""Unit roundoffs of IEEE 754."""

REFERENCE = Engine("PyTorch, float64", "float64", DOUBLE, _eager)

ENGINES: tuple[Engine, ...] = (
    Engine("PyTorch", "float32", SINGLE, _eager, word="torch"),
    Engine("torch.compile", "float32", SINGLE, _compiled, word="compile"),
    Engine("ONNX Runtime", "float32", SINGLE, _onnx, ("torch", "onnx", "onnxscript", "onnxruntime"), "onnx"),
    Engine("archc, CPU", "float32", SINGLE, _cpu, ("torch", "numpy"), "cpu", _has_compiler),
)


def engines() -> tuple[Engine, ...]:
    """Return every engine that is installed."""
    return tuple(one for one in ENGINES if one.is_installed)
