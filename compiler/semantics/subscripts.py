"""Subscripts: of sequences and rows at compile time, of tensors as operators, of labels as deeper labels."""

from __future__ import annotations

from archc.graph.ir import Constant, Value, WeightRef
from archc.graph.static import Dim, Row
from archc.semantics.arithmetic import as_dim
from archc.semantics.builtins import SELECT, SLICE
from archc.semantics.calls import frame_of
from archc.semantics.elaborator import Elaborator, evaluates
from archc.semantics.environment import Environment
from archc.semantics.faults import fault, help_note
from archc.semantics.values import Place, Thing, describe
from archc.syntax import tree


@evaluates(tree.Index)
def index(e: Elaborator, node: tree.Index, env: Environment) -> Thing:
    base = e.evaluate(node.base, env)
    if isinstance(base, (Value, WeightRef, Constant)):
        return _tensor(e, base, node, env)
    for subscript in node.subscripts:
        base = _step(e, base, subscript, node, env)
    return base


def _step(
    e: Elaborator, base: Thing, subscript: tree.Expression | tree.Slice, node: tree.Index, env: Environment
) -> Thing:
    if isinstance(base, Place) and e.frame:
        if isinstance(subscript, tree.Slice):
            base = e.frame.children(base, node.span)
        else:
            return e.frame.inside(base, str(_position(e, subscript, env)), node.span)
    entries = base.items if isinstance(base, Row) else base
    if type(entries) is not tuple:
        raise fault("E204", f"{describe(base)} has no entries", node.base.span)
    if isinstance(subscript, tree.Slice):
        return _slice(e, entries, subscript, env)
    position = _position(e, subscript, env)
    if not -len(entries) <= position < len(entries):
        raise fault(
            "E205",
            f"there is no entry {position}: the sequence has {len(entries)}",
            subscript.span,
            notes=help_note(f"entries are numbered 0 to {len(entries) - 1}" if entries else "the sequence is empty"),
        )
    return entries[position]


def _position(e: Elaborator, node: tree.Expression, env: Environment) -> int:
    position = e.dim(node, env)
    if not isinstance(position, int):
        raise fault("E210", "a position cannot depend on a free size", node.span)
    return position


def _slice(e: Elaborator, entries: tuple[Thing, ...], node: tree.Slice, env: Environment) -> Thing:
    start = _position(e, node.start, env) if node.start else 0
    stop = _position(e, node.stop, env) if node.stop else len(entries)
    if node.rest:
        return entries
    return entries[start:stop]


def _tensor(e: Elaborator, base: Value | WeightRef | Constant, node: tree.Index, env: Environment) -> Thing:
    """`x[a, b..c]` becomes `select` for every index and `slice` for every cut, axis by axis."""
    frame = frame_of(e, node.span)
    rank = len(base.type.shape)
    explicit = sum(1 for s in node.subscripts if not (isinstance(s, tree.Slice) and s.rest))
    if explicit > rank:
        raise fault("S101", f"{explicit} subscripts for a tensor of {rank} axes", node.span)
    result: Thing = base
    axis = 0
    for subscript in node.subscripts:
        if isinstance(subscript, tree.Slice):
            if subscript.rest:
                axis += rank - explicit
                continue
            result = _cut(e, result, axis, subscript, node, env)
            axis += 1
        else:
            position = as_dim(e.static(subscript, env))
            if position is None:
                raise fault("E204", "a tensor is indexed by integers", subscript.span)
            result = frame.emit(SELECT, (result,), node, (("axis", axis), ("index", position)))
    return result


def _cut(e: Elaborator, tensor: Thing, axis: int, node: tree.Slice, whole: tree.Index, env: Environment) -> Thing:
    assert isinstance(tensor, (Value, WeightRef, Constant))
    size = tensor.type.shape[axis]
    start: Dim = e.dim(node.start, env) if node.start else 0
    stop: Dim = e.dim(node.stop, env) if node.stop else size
    if node.start is None and node.stop is None:
        return tensor
    return frame_of(e, whole.span).emit(SLICE, (tensor,), whole, (("axis", axis), ("start", start), ("stop", stop)))
