"""The graph's handles on declared operators: what a use costs, and what it means in simpler operators."""

from __future__ import annotations

from archc.graph.ir import Apply, Constant, Graph, Operand, Operands, Operator, TensorType, Value, WeightRef
from archc.graph.static import Dim, Row
from archc.semantics.arithmetic import as_dim
from archc.semantics.binding import Use, use_of
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.matching import Types
from archc.semantics.scene import Scene
from archc.semantics.session import Session
from archc.semantics.values import Thing
from archc.shapes import Context


def operator_of(definition: Definition) -> Operator:
    """Return the handle on an operator's declaration."""

    def macs(apply: Apply) -> Dim:
        if definition.macs is None:
            return 0
        e = _again()
        use = _use_again(e, definition, apply)
        return as_dim(e.static(definition.macs, use.env)) or 0

    def meaning(apply: Apply) -> Graph | None:
        if not definition.has_meaning:
            return None
        from archc.semantics.blocks import meaning_of

        e = _again()
        return meaning_of(e, definition, _use_again(e, definition, apply), apply)

    parameters = tuple(p.name for p in definition.parameters)
    return Operator(
        definition.name,
        definition.input_names,
        tuple(entry.name for _, entry in definition.weights),
        parameters + ((definition.rest,) if definition.rest else ()),
        macs,
        meaning,
    )


def _again() -> Elaborator:
    """Return an elaborator for a use that was accepted; what it asks, and how its weights start, was settled then."""
    from archc.semantics.library import prelude

    return Elaborator(Session(Context(), prelude=prelude(), sketch=True, asked=[]))


def _use_again(e: Elaborator, definition: Definition, apply: Apply) -> Use:
    """Match a use that was accepted once, from what its node says. What it obliged was decided then."""
    arguments: dict[str, Thing] = dict(apply.attributes)
    if definition.rest:
        for row in arguments.pop(definition.rest):  # type: ignore[union-attr]
            assert isinstance(row, Row)
            arguments[str(row.items[0])] = row.items[1]
    inputs = len(definition.inputs)
    for (_, entry), operand in zip(definition.weights, apply.operands[inputs:], strict=True):
        if operand is None:
            arguments[entry.name] = False
    types = dict(zip(definition.input_names, map(types_of, apply.operands[:inputs]), strict=True))
    return use_of(e, definition, arguments, types, Scene(apply.site.span))


def types_of(operands: Operands) -> Types:
    """Return the types of one input slot."""
    if operands is None:
        return None
    if isinstance(operands, tuple):
        return tuple(one.type for one in operands)
    return operands.type


def as_operand(thing: Thing) -> Operands:
    """Return a value as it stands in an operand slot."""
    if thing is None or isinstance(thing, (Value, WeightRef, Constant)):
        return thing
    assert type(thing) is tuple
    return tuple(_single(one) for one in thing)


def _single(thing: Thing) -> Operand:
    assert isinstance(thing, (Value, WeightRef, Constant))
    return thing


__all__ = ["TensorType", "as_operand", "operator_of", "types_of"]
