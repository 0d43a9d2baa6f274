"""What a closed module makes of tensors, and what that costs.

The compiler itself elaborates the module once, with a free size for every axis. What is asked of the sizes on the way
are the conditions under which it fits; shapes and costs are formulas in them. So a draw knows what the compiler knows,
and it takes some microseconds to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from archc.analysis import callers_memory, macs, parameters
from archc.graph.ir import Apply, Graph, GraphKind, TensorType
from archc.graph.static import Dim, DType
from archc.graph.walk import fold
from archc.records import record
from archc.semantics.application import apply
from archc.semantics.environment import Environment
from archc.semantics.failures import FAILURES
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.matching import Types
from archc.semantics.operators import types_of
from archc.semantics.session import Session
from archc.semantics.values import Thing
from archc.shapes import Context, Relation, symbol
from archc.shapes.evaluation import compile_dim
from archc.shapes.relation import compile_relation
from archc.shapes.straight import Straight
from archc.space.tensors import Feeds, Result, Sizes, Tensor, Tensors, flat
from archc.syntax import Source, Span, tree

NEEDS_NUMBERS = "E210"
"""The finding that static code depends on a size that is free."""

HERE = tree.Name(Span(Source("space", ""), 0, 0), "module")
"""Where modules are applied that stand in no text."""


class Misfit(Exception):
    """A module does not take these tensors. There is no message: another alternative is taken."""


class Cost(NamedTuple):
    """Trained parameters, multiply-accumulates, and operators that run."""

    params: int = 0
    macs: int = 0
    operators: int = 0

    def plus(self, other: Cost) -> Cost:
        """Return both together."""
        if other is FREE:
            return self
        if self is FREE:
            return other
        return Cost(self[0] + other[0], self[1] + other[1], self[2] + other[2])

    def times(self, fresh: int, runs: int) -> Cost:
        """Return the cost of `runs` runs, `fresh` of them with weights of their own."""
        return self if self is FREE or fresh == runs == 1 else Cost(self[0] * fresh, self[1] * runs, self[2] * runs)


FREE = Cost()


class Flow:
    """A module on given inputs: its results, its cost, and the most bytes of activations at once, its inputs included.

    `peak` counts inputs up to their last use, `held` to the end: somebody else needs them.
    """

    __slots__ = ("cost", "held", "peak", "results")

    def __init__(self, results: Result, cost: Cost, peak: int, held: int) -> None:
        self.results = results
        self.cost = cost
        self.peak = peak
        self.held = held


# -- outlines: what is known of tensors before their sizes ------------------------------------------------

Outline = tuple[int, DType] | Tensor | None | tuple["Outline", ...]
"""How many axes a tensor has, and its element type; or the tensor itself where its sizes matter."""


def outline_of(result: Result, *, sized: bool = False) -> Outline:
    """Return the outline of results, or with `sized` the results themselves."""
    if result is None or sized:
        return result
    if isinstance(result, Tensor):
        return result.outline
    return tuple([outline_of(one) for one in result])


def sizes_of(feeds: Feeds) -> list[int]:
    """Return the sizes of all axes of tensors, in order."""
    return [size for tensor in flat(feeds) for size in tensor.shape]


class Symbols:
    """Gives every axis of a tensor a free size of its own, in order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def types(self, result: Result, *, sized: bool = False) -> Types | tuple[Types, ...]:
        """Return the types of results, with free sizes or with their own."""
        if result is None:
            return None
        if isinstance(result, Tensor):
            return TensorType(result.shape if sized else tuple(self._size() for _ in result.shape), result.dtype)
        return cast("tuple[TensorType, ...]", tuple(self.types(one, sized=sized) for one in result))

    def _size(self) -> Dim:
        self.names.append(f"d{len(self.names)}")
        return symbol(self.names[-1])


# -- elaboration --------------------------------------------------------------------------------------------


def session_for(prelude: Environment) -> Session:
    """Return a session that notes what is asked of free sizes."""
    return Session(Context(), prelude=prelude, sketch=True, asked=[])


def elaborated(module: Thing, given: Sequence[Types | tuple[Types, ...]], session: Session) -> Graph:
    """Return the graph of a module applied to tensors; raises one of FAILURES where it does not fit them."""
    frame = Frame(session, FrameNames(session.prelude, {}), None)
    result = apply(frame, module, tuple(_values(frame, one) for one in given), "m", HERE)
    things = result if type(result) is tuple else (result,)
    outputs = tuple(frame.operand(one, HERE.span) for one in things)
    graph = frame.finish(
        GraphKind.SEQUENCE, outputs, named=(None,) * len(outputs), name="m", doc="", arguments=(), dims=(),
        span=HERE.span,
    )  # fmt: skip
    if session.diagnostics:
        raise Misfit
    return graph


def _values(frame: Frame, given: Types | tuple[Types, ...]) -> Thing:
    if given is None:
        return None
    if isinstance(given, TensorType):
        return frame.input(given, "x")
    return tuple(_values(frame, one) for one in given)


def results_of(graph: Graph) -> Types:
    """Return the types of a graph's outputs, one alone or a list."""
    found = tuple(types_of(one) for one in graph.outputs)
    return cast(Types, found[0] if len(found) == 1 else found)


# -- formulas -----------------------------------------------------------------------------------------------

Sizing = Callable[[Sequence[int]], int]


@record
class Rule:
    """A module for all tensors of one outline.

    `code` returns shapes as `types` has them, parameters, multiply-accumulates, and the two peaks at the sizes of all
    axes, None where the module does not fit.
    """

    code: Callable[[Sequence[int]], tuple[Any, int, int, int, int] | None]
    types: Types
    operators: int

    def flow(self, sizes: Sequence[int], tensors: Tensors) -> Flow | None:
        """Return the module at the sizes of its inputs' axes, None where it does not fit."""
        try:
            values = self.code(sizes)
            if values is None:
                return None
            shapes, params, macs, peak, held = values
            return Flow(_shaped(self.types, shapes, tensors), Cost(params, macs, self.operators), peak, held)
        except (Misfit, ArithmeticError):
            return None


def _shaped(types: Types, shapes: Any, tensors: Tensors) -> Result:
    """Return the tensors of types at these shapes; raises Misfit where one would be empty."""
    if types is None:
        return None
    if isinstance(types, TensorType):
        return _filled(shapes, types.dtype, tensors)
    return tuple([_shaped(one, shape, tensors) for one, shape in zip(types, shapes, strict=True)])


Forms = tuple[tuple[Sizing, ...], DType] | None | list["Forms"]
"""Shapes as functions of sizes."""


def forms_of(types: Types | tuple[Types, ...], names: Sequence[str]) -> Forms:
    """Return types as functions of the sizes of these names."""
    if types is None:
        return None
    if isinstance(types, TensorType):
        return tuple(compile_dim(dim, names) for dim in types.shape), types.dtype
    return [forms_of(one, names) for one in types]


def at_sizes(forms: Forms, sizes: Sequence[int], tensors: Tensors, *, stored: bool = False) -> Result:
    """Return the tensors of forms at given sizes; raises Misfit where one would be empty."""
    if forms is None:
        return None
    if isinstance(forms, list):
        return tuple([at_sizes(one, sizes, tensors, stored=stored) for one in forms])
    return _filled(tuple([dim(sizes) for dim in forms[0]]), forms[1], tensors, stored=stored)


def _filled(shape: Sizes, dtype: DType, tensors: Tensors, *, stored: bool = False) -> Tensor:
    if shape and min(shape) < 1:
        raise Misfit
    return tensors.of(shape, dtype, stored=stored)


def _stand_ins(types: Types, tensors: Tensors) -> Result:
    """Return tensors with as many axes as those of types."""
    if types is None:
        return None
    if isinstance(types, TensorType):
        return tensors.of((1,) * len(types.shape), types.dtype)
    return tuple(_stand_ins(one, tensors) for one in types)


def conditions_of(asked: Sequence[Relation], names: Sequence[str]) -> tuple[Callable[[Sequence[int]], bool], ...]:
    """Return relations between free sizes as tests of numbers."""
    return tuple(compile_relation(relation, names) for relation in dict.fromkeys(asked))


class Rules:
    """What one closed module makes of tensors: a rule for every outline, made when it is first needed."""

    def __init__(self, module: Thing, prelude: Environment, tensors: Tensors) -> None:
        self.module = module
        self.prelude = prelude
        self.tensors = tensors
        self._rules: dict[Outline, Rule | None] = {}
        self._sized = False

    def outlined(self, feeds: Feeds) -> Result:
        """Return results with as many axes as the module makes of such inputs.

        Raises Poisoned where it does not take them, and a Fault where it has to know their sizes.
        """
        rule = self._rule_for(outline_of(feeds), feeds)
        if self._sized:
            self._made(feeds, Symbols())
        if rule is None:
            raise Poisoned
        return _stand_ins(rule.types, self.tensors)

    def flow(self, feeds: Feeds) -> Flow | None:
        """Return the module on given inputs, None where it does not take them."""
        return self.flow_at(outline_of(feeds), feeds, sizes_of(feeds))

    def flow_at(self, outline: Outline, feeds: Feeds, sizes: Sequence[int]) -> Flow | None:
        """Return what `flow` does, for inputs whose outline and sizes are known."""
        rule = self._rule_for(outline, feeds)
        if self._sized:
            rule = self._made(feeds, Symbols(), sized=True)
        if rule is None:
            return None
        return rule.flow(sizes, self.tensors)

    def _rule_for(self, outline: Outline, feeds: Feeds) -> Rule | None:
        try:
            return self._rules[outline]
        except KeyError:
            rule = self._rules[outline] = self._rule(feeds)
            return rule

    def _rule(self, feeds: Feeds) -> Rule | None:
        try:
            return self._made(feeds, Symbols())
        except Fault as fault:
            assert fault.diagnostic.code == NEEDS_NUMBERS
            self._sized = True
            return None

    def _made(self, feeds: Feeds, symbols: Symbols, *, sized: bool = False) -> Rule | None:
        """Return the rule for an outline, or for these sizes alone; raises a Fault where it has to know the sizes."""
        session = session_for(self.prelude)
        try:
            graph = elaborated(self.module, [symbols.types(one, sized=sized) for one in feeds], session)
        except Misfit:
            return None
        except FAILURES as failure:
            if not sized and isinstance(failure, Fault) and failure.diagnostic.code == NEEDS_NUMBERS:
                raise
            return None
        return rule_of(graph, session.asked or (), symbols.names)


def rule_of(graph: Graph, asked: Sequence[Relation], names: Sequence[str]) -> Rule:
    """Return a graph as a function of its free sizes."""
    code, types = Straight(names), results_of(graph)
    for relation in dict.fromkeys(asked):
        code.demand(relation)
    costs = [code.dim(one) for one in (parameters(graph), macs(graph), *callers_memory(graph))]
    operators = fold(graph, lambda body, below: sum(1 if isinstance(n, Apply) else below[n.graph] for n in body.nodes))
    return Rule(code.returning(f"({_shapes(types, code)}, {', '.join(costs)})"), types, operators)


def _shapes(types: Types, code: Straight) -> str:
    """Return types as an expression for tuples of their sizes."""
    if types is None:
        return "None"
    each = map(code.dim, types.shape) if isinstance(types, TensorType) else (_shapes(one, code) for one in types)
    return f"({''.join(f'{one}, ' for one in each)})"
