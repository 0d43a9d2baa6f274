"""One architecture at given parameters: its shapes and costs as formulas, and the code that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError, Diagnostic
from archc.formula import Formula
from archc.graph.ir import Graph, Operand, Operands, TensorType
from archc.graph.static import Dim, DType
from archc.records import record
from archc.semantics.program import Elaboration
from archc.shapes import Context, free_symbols
from archc.syntax.tree import Mode

if TYPE_CHECKING:
    from torch import nn

    from archc.archfile import ArchFile
    from archc.editing import Selection


@record
class Tensor:
    """An input or output: its name in the text ("" where it has none), element type, and shape as formulas."""

    name: str
    dtype: DType
    shape: tuple[Formula, ...]

    def __str__(self) -> str:
        dims = ", ".join(map(str, self.shape))
        return f"{self.name}[{dims}]"

    __repr__ = __str__


class Architecture:
    """An architecture of a file. Everything but `check` raises ArchError where the architecture has errors."""

    def __init__(
        self,
        file: ArchFile,
        elaboration: Elaboration,
        variant: str | None,
        overrides: Mapping[str, object] | None = None,
    ) -> None:
        self.file = file
        self.elaboration = elaboration
        self.variant = variant
        self.overrides = dict(overrides or {})

    def __repr__(self) -> str:
        return f"<{self.name}{f'.{self.variant}' if self.variant else ''} of {self.file.path or 'a text'}>"

    @property
    def name(self) -> str:
        """The name in the text."""
        return self.elaboration.definition.name

    @property
    def doc(self) -> str:
        return self.elaboration.definition.block.doc or ""

    @property
    def weights(self) -> str:
        """What the file says of the official weights, such as their licence."""
        from archc.semantics.checkpoints import checkpoint_of

        scope = self.file.loaded.scope
        checkpoint = checkpoint_of(scope, self.name) if scope else None
        return (checkpoint.doc or "") if checkpoint else ""

    @property
    def context(self) -> Context:
        """What is known of the free sizes."""
        return self.elaboration.context

    def check(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong, nothing if all is well."""
        return self.elaboration.diagnostics

    @property
    def graph(self) -> Graph:
        """The graph in inference mode."""
        if self.elaboration.infer is None or self.elaboration.diagnostics:
            raise ArchError(self.elaboration.diagnostics)
        return self.elaboration.infer

    @property
    def is_deployed(self) -> bool:
        """Whether every block is in its inference form."""
        return self.elaboration.rooted.form is Mode.INFER

    @cached_property
    def deployed(self) -> Architecture:
        """The same architecture with every block in its inference form; weights are those of that form."""
        return Architecture(self.file, self.file.forms.deployed(self.elaboration), self.variant)

    @cached_property
    def inputs(self) -> tuple[Tensor, ...]:
        """The inputs in order, shapes in the names of the text."""
        return tuple(self._tensor(value.name, value.type) for value in self.graph.inputs)

    @cached_property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs in order, lists flattened."""
        graph = self.graph
        pairs = zip(graph.outputs, graph.output_names, strict=True)
        return tuple(self._tensor(name or "", one.type) for operand, name in pairs for one in _flat(operand))

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The names of the free sizes of the inputs, in order."""
        shapes = (dim for value in self.graph.inputs for dim in value.type.shape)
        names = (name for dim in shapes for name in free_symbols(self.context.from_witness(dim)))
        return tuple(dict.fromkeys(names))

    def _formula(self, dim: Dim) -> Formula:
        return Formula(dim, self.context, self.sizes)

    def _tensor(self, name: str, type_: TensorType) -> Tensor:
        return Tensor(name, type_.dtype, tuple(map(self._formula, type_.shape)))

    @cached_property
    def params(self) -> Formula:
        """The number of trained parameters, those that training alone uses included."""
        from archc.analysis import parameters

        return self._formula(parameters(self.elaboration.train or self.graph))

    @cached_property
    def macs(self) -> Formula:
        """Multiply-accumulates of convolutions and matrix products, for the whole batch."""
        from archc.analysis import macs

        return self._formula(macs(self.graph))

    @cached_property
    def memory(self) -> Formula:
        """Peak bytes of activations that are alive at once, in float32, one node after the other in program order."""
        from archc.analysis import activation_memory

        return self._formula(activation_memory(self.graph, self.context))

    def at(self, pattern: str, *, of: str | None = None) -> Selection:
        """Select modules by their paths, to edit the text that stands for them.

        `stages[2].*` are all modules directly inside `stages.2`, `**` is any number of labels. A module without a label
        goes by the name of its operator or block: `**.gelu`. `of` takes those of one operator or block alone. Raises
        ArchError where there is none.
        """
        from archc.editing import select

        return select(self, pattern, of)

    def text(self) -> str:
        """Return the graph as text."""
        from archc.graph import to_text

        return to_text(self.graph)

    def source(self, backend: str = "torch") -> str:
        """Return the code of a backend for this architecture, which holds both forms of its blocks."""
        from archc.backends import backend as door

        return door(backend).source(self)

    def module(self, seed: int | None = None) -> nn.Module:
        """Return a PyTorch module, initialised as declared from `seed` (0 without one).

        Its `load_official(state)` takes an official state dict. No global generator is touched.
        """
        from archc.backends.torch import module

        return module(self, seed or 0)


def _flat(operand: Operands) -> tuple[Operand, ...]:
    if operand is None:
        return ()
    return operand if isinstance(operand, tuple) else (operand,)
