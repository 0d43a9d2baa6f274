"""The body of `forward`: the nodes of a graph as statements, pipelines nested as far as a reader follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum

from archc.backends.torch.code import (
    Argument,
    Assign,
    Call,
    Code,
    Hint,
    Hole,
    Listing,
    Literal,
    Member,
    Name,
    Reference,
    Return,
    Statement,
    Test,
    call,
    children,
    method,
    rebuild,
    walk,
)
from archc.backends.torch.code import Node as Piece
from archc.backends.torch.guards import NONE, Guards, under
from archc.backends.torch.instance import module_of
from archc.backends.torch.labels import access
from archc.backends.torch.operators import LOWERINGS, Use
from archc.backends.torch.operators.use import Core, Operand
from archc.backends.torch.starts import DTYPES
from archc.backends.torch.text import flat
from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph import ir
from archc.graph.ir import Apply, Constant, Graph, Node, Operands, TensorType, Value, WeightRef
from archc.graph.static import DType
from archc.syntax import tree

NESTED = 3
"""Calls within each other that a reader still follows."""
LONG = 66
"""Columns of an expression from which on its parts get names."""


class Form(Enum):
    """How the operator under a label is called, if not as a function of its weights."""

    MODULE = "module"  # of PyTorch's
    CLASS = "class"  # of the file's own


class Writer:
    """Writes one graph. `forms` say which labels have operators that are called as modules, `guards` what is a side."""

    def __init__(self, graph: Graph, forms: Mapping[str, Form], guards: Guards = NONE) -> None:
        self.graph = graph
        self.forms = forms
        self.guards = guards
        self.tests: tuple[Test, ...] = ()
        self.uses = Counter(value.id for value in used_values(graph))
        self.consumer = {value.id: node for node in graph.nodes for value in values_of(node.operands)}
        self.rounds = Counter(map(occasion, graph.nodes))
        self.pending: dict[int, Code] = {}
        self.aliases: dict[int, Reference] = {}
        self.statements: list[Statement] = []

    def write(self) -> tuple[Statement, ...]:
        """Return the statements of the graph, tensors by reference."""
        for node in self.graph.nodes:
            self._node(node)
        self._under(())
        outputs = [self._operand(output) for output in self.graph.outputs]
        self._flush(within=outputs)
        value = _code(outputs[0]) if len(outputs) == 1 else Listing(tuple(map(_code, outputs)), "()")
        if is_long(self._filled(value)):
            self._settle(value)
        self.statements.append(Return(self._filled(value)))
        return tuple(self.statements)

    # -- nodes -----------------------------------------------------------------------------------

    def _node(self, node: Node) -> None:
        self._under(self.guards.path(node.site.span))
        code = self._express(node)
        self._flush(within=[code])
        filled = self._filled(code)
        if is_long(filled):
            self._settle(code)
            filled = self._filled(code)
        if len(node.results) == 1 and isinstance(filled, Reference):
            self.aliases[node.results[0].id] = filled
            return
        if len(node.results) == 1 and self._is_inline(node, node.results[0]):
            self._consume(code)
            self.pending[node.results[0].id] = filled
            return
        self._consume(code)
        self._assign(tuple(Reference(value.id) for value in node.results), filled)

    def _under(self, tests: tuple[Test, ...]) -> None:
        """Go on under other tests; what was made so far is not put into what follows."""
        if tests != self.tests:
            self._flush(within=())
            self.tests = tests

    def _assign(self, targets: tuple[Code, ...], value: Code) -> None:
        self.statements.append(under(self.tests, Assign(targets, value)))

    def _express(self, node: Node) -> Code:
        operands = tuple(self._operand(operand, node, i) for i, operand in enumerate(node.operands))
        if isinstance(node, ir.Call):
            self._demand_its_arguments(node)
            given = [_code(operand) for operand in operands if operand is not None]
            return call(access(self.graph, node.label), *given)
        return self.apply(node, operands)

    def _demand_its_arguments(self, node: ir.Call) -> None:
        """Raise ArchError where a call gives a module other arguments than it was made with."""
        module = module_of(self.graph, node.label)
        made = module.content if module is not None else None
        if isinstance(made, Graph) and made.arguments != node.graph.arguments:
            raise ArchError((_other_arguments(node),))

    def apply(self, node: Apply, operands: tuple[Operand, ...]) -> Code:
        """Return one use of an operator."""
        lowering = LOWERINGS[node.operator.name]
        use = use_of(node, operands, self._anchor())
        form = self.forms.get(node.label) if node.label is not None else None
        module = access(self.graph, node.label) if node.label and form else Literal(None)
        if form is Form.CLASS:
            return call(module, *[self._reference(value) for value in values_of(node.operands)])
        if form is Form.MODULE:
            return lowering.around(use, Core(lambda x: call(module, x), True))
        return lowering.around(use, Core(lambda x: lowering.function(use, x), False))

    def _anchor(self, node: Node | None = None) -> Code:
        """Return a tensor of the float type of the call: an operand of the node, else an input of the block."""
        near = values_of(node.operands) if node is not None else ()
        floats = [value for value in (*near, *self.graph.inputs) if value.type.dtype is DType.FLOAT]
        weights = [access(self.graph, one.name) for one in self.graph.weights if one.type.dtype is DType.FLOAT]
        return next((self._reference(value) for value in floats), weights[0] if weights else Literal(None))

    def _operand(self, operand: Operands, node: Node | None = None, position: int = -1) -> Operand:
        if operand is None:
            return None
        if isinstance(operand, tuple):
            return tuple(_code(self._operand(one)) for one in operand)
        if isinstance(operand, Value):
            return self._reference(operand)
        if isinstance(operand, WeightRef):
            return access(self.graph, operand.path)
        return constant(operand, side_of(node, position) if node else None, self._anchor(node))

    def _reference(self, value: Value) -> Reference:
        """Return a value, or the one that it is another name of."""
        return self.aliases.get(value.id, Reference(value.id))

    # -- nesting ---------------------------------------------------------------------------------

    def _is_inline(self, node: Node, value: Value) -> bool:
        """Say whether a value needs no variable: used once, unnamed, and not the outcome of a loop's round."""
        if self.uses[value.id] != 1 or value.name or node.site.span in self.guards.before:
            return False
        consumer = self.consumer.get(value.id)
        if consumer is None:
            return True
        inner, outer = node.site.span, consumer.site.span
        if inner.source is not outer.source:
            return True
        if inner.end <= outer.start and "=>" in inner.source.text[inner.end : outer.start]:
            return False  # the start of a fold
        return self.rounds[occasion(node)] == 1 or (outer.start <= inner.start and inner.end <= outer.end)

    def _filled(self, code: Code) -> Code:
        """Return code with the pending expressions in their places."""
        return _swap(code, self.pending)

    def _consume(self, code: Code) -> None:
        for piece in walk(code):
            if isinstance(piece, Reference):
                self.pending.pop(piece.id, None)

    def _flush(self, within: Iterable[Operand]) -> None:
        """Give variables to pending values that the next expression does not use, so that the order stays."""
        wanted = {p.id for one in within for code in _codes(one) for p in walk(code) if isinstance(p, Reference)}
        for identity in [known for known in self.pending if known not in wanted]:
            self._assign((Reference(identity),), self.pending.pop(identity))

    def _settle(self, code: Code) -> None:
        """Give variables to pending calls, so that the expression that uses them becomes shorter."""
        wanted = {piece.id for piece in walk(code) if isinstance(piece, Reference)}
        for identity in [known for known in self.pending if known in wanted]:
            if any(isinstance(piece, Call) for piece in walk(self.pending[identity])):
                self._assign((Reference(identity),), self.pending.pop(identity))


def _other_arguments(node: ir.Call) -> Diagnostic:
    help = f"give the call a second name: `other: {node.label}`, then `|> other(...)`; the weights are the same"
    return Diagnostic(
        "E223",
        f"`{node.label}` is called with other arguments than at its first call, and a PyTorch module has but one set",
        node.site.span,
        notes=(Note("help", help),),
    )


def occasion(node: Node) -> tuple[object, object]:
    """Return what says where in the text a node comes from; nodes of one loop's rounds share it."""
    return node.site.span, node.operator if isinstance(node, Apply) else node.graph.name


def is_long(code: Code) -> bool:
    """Say whether an expression is more than a reader wants on one line."""
    return nesting(code) > NESTED or len(flat(code)) > LONG


def nesting(code: Code | Argument) -> int:
    """Return how many calls stand within each other."""
    below = max((nesting(child) for child in children(code) if isinstance(child, Code | Argument)), default=0)
    return below + isinstance(code, Call)


def _swap(code: Code, pending: dict[int, Code]) -> Code:
    def rule(piece: Piece) -> Piece:
        if isinstance(piece, Reference):
            return pending.get(piece.id, piece)
        return rebuild(piece, rule)

    found = rule(code)
    assert isinstance(found, Code)
    return found


def _code(operand: Operand) -> Code:
    if isinstance(operand, tuple):
        return Listing(operand)
    return Literal(None) if operand is None else operand


def _codes(operand: Operand) -> tuple[Code, ...]:
    return operand if isinstance(operand, tuple) else (_code(operand),)


def side_of(node: Node, position: int) -> Hint | None:
    """Return what the author wrote for a number among the operands: a side of a sign, or an argument behind `|>`."""
    expression = node.site.expression
    if isinstance(expression, tree.Binary) and position in (0, 1):
        return Hint((expression.left, expression.right)[position], node.site.names)
    if isinstance(expression, tree.Call) and position > 0:
        given = [a.value for a in expression.arguments if isinstance(a, tree.Argument)]
        return Hint(given[position - 1], node.site.names) if position <= len(given) else None
    return None


def constant(operand: Constant, hint: Hint | None, anchor: Code) -> Code:
    """Return a static operand: a number as it is, a table as a tensor of the type and on the device of the anchor."""
    if not isinstance(operand.value, tuple):
        return Hole(operand.value, hint, "value")
    table = Hole(operand.value, hint, "table")
    exact = DTYPES.get(operand.type.dtype)
    if exact is None:
        return method(anchor, "new_tensor", table)
    return call("torch.tensor", table, dtype=Name(exact), device=Member(anchor, "device"))


def use_of(node: Apply, operands: tuple[Operand, ...], anchor: Code) -> Use:
    """Return one application as lowerings see it."""
    slots = node.operator.inputs + node.operator.weights
    types = tuple(_types(operand) for operand in node.operands)
    results = tuple(value.type for value in node.results)
    return Use(node.attributes, node.site, slots, operands, types, results, anchor)


def _types(operand: Operands) -> TensorType | tuple[TensorType, ...] | None:
    if operand is None:
        return None
    return tuple(one.type for one in operand) if isinstance(operand, tuple) else operand.type


def values_of(operands: Iterable[Operands]) -> Iterable[Value]:
    """Yield the tensors of the graph among operands."""
    for operand in operands:
        for one in operand if isinstance(operand, tuple) else (operand,):
            if isinstance(one, Value):
                yield one


def used_values(graph: Graph) -> Iterable[Value]:
    """Yield the value of every use in a graph, outputs included."""
    for node in graph.nodes:
        yield from values_of(node.operands)
    yield from values_of(graph.outputs)
