"""An architecture at given arguments: its free sizes, what is assumed of them, its graphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import archc.semantics.calls
import archc.semantics.expressions
import archc.semantics.pipes
import archc.semantics.subscripts  # noqa: F401  (they register the rules of evaluation)
from archc.diagnostics.diagnostic import Diagnostic
from archc.graph.ir import Graph, GraphKind, TensorType
from archc.graph.static import Dim, DType
from archc.semantics.arithmetic import COMPARISONS, as_dim
from archc.semantics.binding import environment_of
from archc.semantics.blocks import elaborate_block
from archc.semantics.definition import Definition
from archc.semantics.dtypes import CLASSES, resolve
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, CyclicDefinition, Deferred, Missing
from archc.semantics.faults import Fault, Poisoned, fault, help_note
from archc.semantics.matching import Matcher, Types
from archc.semantics.recursion import deep_recursion
from archc.semantics.session import Session, WhereSite
from archc.semantics.values import Thing
from archc.shapes import Context, Relation, symbol
from archc.syntax import Span, tree
from archc.syntax.tree import Mode, Operator


@dataclass(frozen=True, slots=True)
class Elaboration:
    """An architecture in both modes; None where it has errors. `context` knows what holds of its free sizes."""

    definition: Definition
    arguments: tuple[tuple[str, Thing], ...]
    infer: Graph | None
    train: Graph | None
    context: Context
    diagnostics: tuple[Diagnostic, ...]


class Elaborations:
    """Elaborates the architectures of one file, sharing what equal blocks of equal contexts have in common."""

    def __init__(self, prelude: object) -> None:
        self.prelude = prelude
        self._sessions: dict[tuple[Context, Mode, Mode], Session] = {}

    def run(
        self,
        definition: Definition,
        arguments: Mapping[str, Thing],
        *,
        form: Mode = Mode.TRAIN,
        place: str = "",
        span: Span | None = None,
    ) -> Elaboration:
        """Return an architecture's graphs in inference and in training mode (one object where they are equal)."""
        at = span or definition.block.name_span
        with deep_recursion():
            infer, session = self._graph(definition, arguments, Mode.INFER, form, place, at)
            findings = list(session.diagnostics)
            train = infer
            if infer is not None and infer.depends_on_mode:
                train, other = self._graph(definition, arguments, Mode.TRAIN, form, place, at)
                findings.extend(other.diagnostics)
        found = tuple(dict.fromkeys(findings))
        return Elaboration(definition, tuple(arguments.items()), infer, train, session.context, found)

    def _graph(
        self, definition: Definition, arguments: Mapping[str, Thing], mode: Mode, form: Mode, place: str, span: Span
    ) -> tuple[Graph | None, Session]:
        node = tree.Name(span, definition.name)
        scratch = Session(Context(), mode, form, _where_site(definition), prelude=self.prelude)  # type: ignore[arg-type]
        try:
            root = Root(Elaborator(scratch), definition, arguments, span)
            types = root.types()
        except (Fault, CyclicDefinition, Poisoned) as error:
            _report(scratch, error, span)
            return None, scratch
        session = self._session(root.context, mode, form, scratch)
        session.diagnostics = scratch.diagnostics
        session.mode_asked = False
        session.steps = session.nodes = session.depth = 0
        session.path = [place or definition.name]
        try:
            graph = elaborate_block(
                Elaborator(session), definition, arguments, types, {}, node, GraphKind.ARCH
            )
        except (Fault, CyclicDefinition, Poisoned) as error:
            _report(session, error, span)
            graph = None
        return (None if session.diagnostics else graph), session

    def _session(self, context: Context, mode: Mode, form: Mode, fresh: Session) -> Session:
        key = (context, mode, form)
        known = self._sessions.get(key)
        if known is None:
            known = self._sessions[key] = Session(context, mode, form, prelude=fresh.prelude)
        known.where_site = fresh.where_site
        return known


def _report(session: Session, error: Exception, span: Span) -> None:
    if isinstance(error, Fault):
        session.report(error.diagnostic)
    elif isinstance(error, CyclicDefinition):
        session.report(Diagnostic("E215", f"the value of `{error.name}` needs itself", span))
    elif not session.diagnostics:
        raise error


def _where_site(definition: Definition) -> WhereSite | None:
    block = definition.block
    last = block.where[-1].span if block.where else (block.signature.span if block.signature else None)
    if last is None:
        return None
    return WhereSite(Span(last.source, last.end, last.end), bool(block.where))


class Root:
    """Gives the free names in an architecture's input shapes symbols, and turns its `where` into assumptions."""

    def __init__(self, e: Elaborator, definition: Definition, arguments: Mapping[str, Thing], span: Span) -> None:
        self.e = e
        self.definition = definition
        self.env: Deferred = environment_of(e, definition, arguments, span, {})
        self.span = span
        self.context = Context()
        if not definition.inputs:
            raise fault(
                "E203",
                f"`{definition.name}` has no inputs",
                definition.block.name_span,
                notes=help_note("an architecture declares its inputs: `arch Net : x[B, 3, H, W] -> [B, 10]`"),
            )

    def types(self) -> dict[str, Types]:
        """Return the types of the inputs, in the sizes by which the context writes them."""
        for parameter in self.definition.parameters:
            self.env.find(parameter.name)
        declared = {i.name: self._input(i) for i in self.definition.inputs}
        for clause in self.definition.block.where:
            self._assume(clause)
        if self.context.contradiction is not None:
            shown = self.context.show_relation(self.context.contradiction)
            raise fault(
                "S106",
                f"no sizes satisfy the `where` of `{self.definition.name}`",
                self.definition.block.where[-1].span,
                f"{shown} contradicts what stands before it",
            )
        return {name: self._to_witness(given) for name, given in declared.items()}

    def _input(self, declared: tree.Input) -> Types:
        dtype = DType.FLOAT if declared.type in CLASSES else resolve(declared.type, self.env, declared.span)
        if declared.type == "int":
            dtype = DType.I64
        if declared.clause is None:
            return TensorType(self._shape(declared.shape, self.env), dtype)
        rounds = self.e.static(declared.clause.iterable, self.env)
        name = declared.clause.names[0]
        return tuple(
            TensorType(self._shape(declared.shape, Bindings(self.env, {name: value})), dtype)
            for value in cast("tuple[Thing, ...]", rounds)
        )

    def _shape(self, shape: tree.Shape, env: Deferred | Bindings) -> tuple[Dim, ...]:
        matcher = Matcher(self.e, self.definition, self.env, self.span, {})
        dims: list[Dim] = []
        for dim in shape.dims:
            if isinstance(dim, tree.Dots):
                raise fault(
                    "S108",
                    "an architecture says how many axes its inputs have",
                    dim.span,
                    notes=help_note("write the axes out: `x[B, C, H, W]`"),
                )
            if isinstance(dim, tree.Name) and isinstance(env.find(dim.text), Missing):
                self.env.values[dim.text] = symbol(dim.text)
            dims.append(self.e.dim(dim, env))
        del matcher
        return tuple(dims)

    def _assume(self, clause: tree.Expression) -> None:
        match clause:
            case tree.Binary(operator=Operator.AND, left=left, right=right):
                self._assume(left)
                self._assume(right)
            case tree.Binary(operator=op, left=left, right=right) if op in COMPARISONS and not _is_budget(left):
                self._relation(clause, op, self._side(left), self._side(right))
            case _ if not _is_budget(clause) and not self.e.truth(clause, self.env):
                raise self._broken(clause, "it is false")

    def _side(self, node: tree.Expression) -> Thing:
        if isinstance(node, tree.Name) and isinstance(self.env.find(node.text), Missing):
            self.env.values[node.text] = symbol(node.text)
        return self.e.static(node, self.env)

    def _relation(self, clause: tree.Expression, op: Operator, left: Thing, right: Thing) -> None:
        a, b = as_dim(left), as_dim(right)
        if a is None or b is None or (isinstance(a, int) and isinstance(b, int)):
            if not self.e.truth(clause, self.env):
                raise self._broken(clause, f"{left} {op.value} {right} is false")
            return
        self.context = self.context.assume(Relation(COMPARISONS[op], a, b))

    def _broken(self, clause: tree.Expression, text: str) -> Fault:
        return fault("S103", f"`{self.definition.name}` needs `{clause.span.text}`", clause.span, text)

    def _to_witness(self, given: Types) -> Types:
        if given is None:
            return None
        if isinstance(given, tuple):
            return tuple(cast(TensorType, self._to_witness(one)) for one in given)
        return TensorType(tuple(self.context.to_witness(d) for d in given.shape), given.dtype)


def _is_budget(node: tree.Expression) -> bool:
    """`params <= 5e6` bounds what a space may draw; it says nothing of sizes."""
    match node:
        case tree.Name(text="params" | "macs" | "peak_memory"):
            return True
        case tree.Binary(left=left):
            return _is_budget(left)
        case tree.Call(callee=callee):
            return _is_budget(callee)
        case _:
            return False


