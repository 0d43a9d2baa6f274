"""Blocks as terms: what an output is computed from, without labels and without the borders of blocks.

Term = Argument(position)                          an input of the block
     | Result(application, position)              a result of an operator
     | WeightRef | Constant | Value               a weight by its path, a number, a computed weight
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from archc.graph.ir import Apply, Call, Constant, Graph, Operands, Operator, TensorType, Value, WeightRef
from archc.graph.static import Static
from archc.graph.walk import join
from archc.records import record


@record
class Argument:
    """An input of the block, by its position."""

    position: int
    type: TensorType


@record
class Application:
    """An operator on terms, in the order of its slots. Made by `applied`: equal ones are one object."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    operator: Operator
    attributes: tuple[tuple[str, Static], ...]
    operands: tuple[Terms, ...]
    types: tuple[TensorType, ...]

    def slot(self, name: str) -> Terms:
        """Return what stands in an input or weight slot."""
        return self.operands[(self.operator.inputs + self.operator.weights).index(name)]

    def attribute(self, name: str) -> Static:
        return dict(self.attributes)[name]


@record
class Result:
    """One result of an application. Made by `result_of`: equal ones are one object."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    application: Application
    position: int

    @property
    def type(self) -> TensorType:
        return self.application.types[self.position]


Term = Argument | Result | WeightRef | Constant | Value
Terms = Term | tuple[Term, ...] | None


@lru_cache(maxsize=200_000)
def applied(
    operator: Operator,
    attributes: tuple[tuple[str, Static], ...],
    operands: tuple[Terms, ...],
    types: tuple[TensorType, ...],
) -> Application:
    """Return the application of an operator to terms: terms that share parts are compared in no time."""
    return Application(operator, attributes, operands, types)


@lru_cache(maxsize=200_000)
def result_of(application: Application, position: int) -> Result:
    """Return one result of an application."""
    return Result(application, position)


def terms_of(graph: Graph) -> tuple[Terms, ...]:
    """Return the outputs of a block as terms over its inputs and weights."""
    arguments = tuple(Argument(i, value.type) for i, value in enumerate(graph.inputs))
    return _inline(graph, arguments, "")


def _inline(graph: Graph, arguments: tuple[Term, ...], path: str) -> tuple[Terms, ...]:
    known: dict[int, Term] = {value.id: term for value, term in zip(graph.inputs, arguments, strict=True)}

    def term(operand: Operands) -> Terms:
        return term_of(operand, known, path)

    for node in graph.nodes:
        if isinstance(node, Apply):
            types = tuple(value.type for value in node.results)
            made = applied(node.operator, node.attributes, tuple(map(term, node.operands)), types)
            outputs: tuple[Terms, ...] = tuple(result_of(made, i) for i in range(len(types)))
        else:
            inner = tuple(cast(Term, term(operand)) for operand in node.operands)
            outputs = _flat(_inline(node.graph, inner, _below(path, node, graph)))
        for value, output in zip(node.results, outputs, strict=True):
            known[value.id] = cast(Term, output)
    return tuple(map(term, graph.outputs))


def _below(path: str, node: Call, graph: Graph) -> str:
    owner = next((m.alias_of for m in graph.modules if m.label == node.label and m.alias_of), node.label)
    return join(path, owner)


def _flat(terms: tuple[Terms, ...]) -> tuple[Terms, ...]:
    return tuple(one for term in terms for one in (term if isinstance(term, tuple) else (term,)))


def term_of(operand: Operands, known: Mapping[int, Term], path: str) -> Terms:
    """Return an operand of a graph that lies at `path` as a term."""
    if isinstance(operand, Value):
        return known[operand.id]
    if isinstance(operand, WeightRef):
        return WeightRef(join(path, operand.path), operand.type)
    if isinstance(operand, tuple):
        return tuple(cast(Term, term_of(one, known, path)) for one in operand)
    return operand


def replaced(term: Terms, old: Result, new: Term, done: dict[Application, Application]) -> Terms:
    """Return a term with every use of one result replaced by another term."""
    if term is old:
        return new
    if isinstance(term, tuple):
        return tuple(cast(Term, replaced(one, old, new, done)) for one in term)
    if not isinstance(term, Result):
        return term
    known = term.application
    if known not in done:
        operands = tuple(replaced(one, old, new, done) for one in known.operands)
        done[known] = applied(known.operator, known.attributes, operands, known.types)
    return result_of(done[known], term.position)
