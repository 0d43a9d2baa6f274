"""What a closed module makes of shapes, and what that costs: looked up, and computed once."""

from __future__ import annotations

from typing import cast

from archc.analysis import activation_memory, macs, parameters
from archc.graph.ir import TensorType, Value
from archc.graph.static import Dim
from archc.records import record
from archc.semantics.application import gather_inputs
from archc.semantics.arithmetic import as_dim
from archc.semantics.binding import use_of
from archc.semantics.blocks import elaborate_block
from archc.semantics.elaborator import Elaborator
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.operators import types_of
from archc.semantics.scene import Scene
from archc.semantics.session import Session
from archc.semantics.values import Partial, Thing
from archc.shapes import product
from archc.space.costs import Cost
from archc.syntax import tree

FLOAT_BYTES = 4

Types = TensorType | tuple[TensorType, ...]


@record
class Transfer:
    """The results of a module on given inputs, as values without a graph, and its cost."""

    results: Thing
    cost: Cost


class Transfers:
    """Remembers transfers; a module that does not fit has none."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[tuple[Partial, tuple[object, ...]], Transfer | None] = {}

    def of(self, module: Partial, inputs: tuple[Thing, ...]) -> Transfer | None:
        """Return what a closed module makes of inputs, None where they do not fit."""
        key = (module, inputs)
        if key in self._known:
            return self._known[key]
        found = self._known[key] = self._computed(module, inputs)
        return found

    def _computed(self, module: Partial, inputs: tuple[Thing, ...]) -> Transfer | None:
        session = self.session
        session.diagnostics = []
        session.steps = 0
        try:
            found = self._operator(module, inputs) if module.definition.is_operator else self._block(module, inputs)
        except (Fault, Poisoned):
            return None
        return None if session.diagnostics else found

    def _operator(self, module: Partial, inputs: tuple[Thing, ...]) -> Transfer:
        definition = module.definition
        node = tree.Name(definition.block.name_span, definition.name)
        frame = Frame(self.session, FrameNames(definition.scope, {}), None)
        given = gather_inputs(definition, module, inputs, node)
        operands = {name: frame.operand(value, node.span) for name, value in given.items()}
        types = {name: types_of(operand) for name, operand in operands.items()}
        e = Elaborator(self.session)
        use = use_of(e, definition, dict(module.arguments), types, Scene(node.span))
        multiplications = e.static(definition.macs, use.env) if definition.macs is not None else 0
        weights = [weight for _, weight in use.weights if weight is not None and weight.store is tree.Store.PARAM]
        results = _values(use.results)
        alive = total_bytes(results) + total_bytes(inputs)
        params = sum(_whole(product(weight.type.shape)) for weight in weights)
        return Transfer(results, Cost(params, _whole(as_dim(multiplications) or 0), alive))

    def _block(self, module: Partial, inputs: tuple[Thing, ...]) -> Transfer:
        definition = module.definition
        node = tree.Name(definition.block.name_span, definition.name)
        frame = Frame(self.session, FrameNames(definition.scope, {}), None)
        given = gather_inputs(definition, module, inputs, node)
        types = {name: types_of(frame.operand(value, node.span)) for name, value in given.items()}
        e = Elaborator(self.session)
        graph = elaborate_block(e, definition, dict(module.arguments), types, {}, Scene(node.span))
        if graph is None:
            raise Poisoned
        outputs = tuple(types_of(output) for output in graph.outputs)
        cost = Cost(_whole(parameters(graph)), _whole(macs(graph)), _whole(activation_memory(graph)))
        return Transfer(_values(cast("tuple[Types, ...]", outputs)), cost)


def _values(types: tuple[Types, ...]) -> Thing:
    made = tuple(Value(-1, t) if isinstance(t, TensorType) else tuple(Value(-1, one) for one in t) for t in types)
    return made[0] if len(made) == 1 else cast(Thing, made)


def _whole(dim: Dim) -> int:
    assert isinstance(dim, int), dim
    return dim


def total_bytes(things: Thing) -> int:
    """Return the bytes of tensors of concrete sizes, at four bytes an element."""
    if isinstance(things, Value):
        return FLOAT_BYTES * _whole(product(things.type.shape))
    if type(things) is tuple:
        return sum(total_bytes(one) for one in things)
    return 0
