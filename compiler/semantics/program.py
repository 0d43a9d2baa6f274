"""An architecture at given arguments: its free sizes, what is assumed of them, its graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import cast

import archc.semantics.calls
import archc.semantics.expressions
import archc.semantics.pipes
import archc.semantics.subscripts  # noqa: F401  (they register the rules of evaluation)
from archc.diagnostics.diagnostic import Diagnostic, Label, Note
from archc.graph.ir import Graph, GraphKind, TensorType
from archc.graph.static import Dim, DType
from archc.records import record
from archc.semantics.arithmetic import COMPARISONS, as_dim, is_symbolic
from archc.semantics.binding import environment_of
from archc.semantics.blocks import elaborate_block
from archc.semantics.definition import Definition
from archc.semantics.dtypes import CLASSES, resolve
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Deferred, Environment, Missing
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import Fault, fault, help_note, unsupported
from archc.semantics.findings import Findings, WhereSite
from archc.semantics.matching import Types, free_names
from archc.semantics.recursion import deep_recursion
from archc.semantics.scene import Scene
from archc.semantics.session import STEPS, STEPS_PER_CHARACTER, Session
from archc.semantics.values import Thing, forget_sequences
from archc.semantics.wording import filled, in_words, with_values
from archc.shapes import Context, Relation, symbol
from archc.syntax import Span, tree, walk
from archc.syntax.tree import Mode, Operator

FARTHEST = 1000
"""How far from a number that a condition refuses one is looked for that it takes."""


@record
class Elaboration:
    """An architecture in both modes; None where it has errors. `context` knows what holds of its free sizes."""

    definition: Definition
    arguments: tuple[tuple[str, Thing], ...]
    infer: Graph | None
    train: Graph | None
    context: Context
    diagnostics: tuple[Diagnostic, ...]
    rooted: Rooted


class Elaborations:
    """Elaborates the architectures of one file, sharing what equal blocks of equal contexts have in common."""

    def __init__(self, prelude: Environment, characters: int = 0) -> None:
        self.prelude = prelude
        self.limit = STEPS + STEPS_PER_CHARACTER * characters
        self.spent = 0
        self._sessions: dict[tuple[Context, Mode, Mode, bool], Session] = {}
        self._reached: set[Definition] = set()

    def run(
        self,
        definition: Definition,
        arguments: Mapping[str, Thing],
        *,
        form: Mode = Mode.TRAIN,
        place: str = "",
        sizes: Mapping[str, Dim] | None = None,
        sketch: bool = False,
        scene: Scene | None = None,
        findings: Findings | None = None,
        spent: int = 0,
    ) -> Elaboration:
        """Return an architecture's graphs in inference and in training mode (one object where they are equal).

        `scene` is where the arguments stand, `findings` what other variants of the architecture were found to need,
        `spent` how much of the work that a file may take was done before.
        """
        self.spent = spent
        return self.again(
            Rooted(
                definition,
                arguments,
                sizes or {},
                form,
                place or definition.name,
                sketch,
                scene or Scene(definition.block.name_span),
                findings,
            )
        )

    def again(self, root: Rooted) -> Elaboration:
        """Return the graphs of what was elaborated before, perhaps in another form."""
        definition, arguments = root.definition, root.arguments
        with deep_recursion():
            infer, session = self._graph(root, Mode.INFER)
            findings = list(session.diagnostics)
            train = infer
            if infer is not None and infer.depends_on_mode:
                train, other = self._graph(root, Mode.TRAIN)
                findings.extend(other.diagnostics)
        forget_sequences()
        found = tuple(dict.fromkeys(findings))
        return Elaboration(definition, tuple(arguments.items()), infer, train, session.context, found, root)

    @property
    def is_spent(self) -> bool:
        """Whether all the work is done that a file may take."""
        return self.spent >= self.limit

    def reached(self) -> set[Definition]:
        """Return every operator and block that some elaboration so far has used."""
        return self._reached.union(*(session.reached for session in self._sessions.values()))

    def _graph(self, rooted: Rooted, mode: Mode) -> tuple[Graph | None, Session]:
        definition = rooted.definition
        span = definition.block.name_span
        scratch = Session(Context(), mode, rooted.form, _where_site(definition), prelude=self.prelude)
        scratch.sketch = rooted.sketch
        scratch.steps, scratch.limit = self.spent, self.limit
        self._reached.add(definition)
        try:
            root = Root(Elaborator(scratch), rooted)
            types = root.types()
        except FAILURES as error:
            _report(scratch, error, span)
            return None, scratch
        session = self._session(root.context, rooted, scratch)
        session.start(rooted.place, rooted.findings)
        session.steps = scratch.steps
        graph: Graph | None = None
        try:
            graph = elaborate_block(
                Elaborator(session), definition, root.arguments(), types, {}, rooted.scene, GraphKind.ARCH
            )
        except FAILURES as error:
            _report(session, error, span)
        self.spent = session.steps
        if session.diagnostics:
            self._forget(session)
        return (None if session.diagnostics else graph), session

    def _forget(self, session: Session) -> None:
        """Let no later elaboration take over what was made in one that found errors: it would not find them again."""
        self._reached |= session.reached
        self._sessions = {key: one for key, one in self._sessions.items() if one is not session}

    def _session(self, context: Context, rooted: Rooted, fresh: Session) -> Session:
        key = (context, fresh.mode, rooted.form, rooted.sketch)
        known = self._sessions.get(key)
        if known is None:
            known = self._sessions[key] = Session(context, fresh.mode, rooted.form, prelude=fresh.prelude)
            known.sketch, known.limit = rooted.sketch, fresh.limit
        known.where_site = fresh.where_site
        return known


def _report(session: Session, failure: Exception, span: Span) -> None:
    finding = finding_of(failure, session.here or span)
    if finding is not None:
        session.report(finding)


def _where_site(definition: Definition) -> WhereSite | None:
    block = definition.block
    last = block.where[-1].span if block.where else (block.signature.span if block.signature else None)
    if last is None:
        return None
    return WhereSite(Span(last.source, last.end, last.end), bool(block.where))


@record
class Rooted:
    """What is elaborated: a definition, its arguments, sizes that are fixed, and how messages call the whole."""

    definition: Definition
    arguments: Mapping[str, Thing]
    sizes: Mapping[str, Dim]
    form: Mode
    place: str
    sketch: bool
    scene: Scene = field(compare=False, repr=False)
    findings: Findings | None = field(default=None, compare=False, repr=False)


class Root:
    """Gives the free names in an architecture's input shapes symbols, and turns its `where` into assumptions."""

    def __init__(self, e: Elaborator, rooted: Rooted) -> None:
        definition = rooted.definition
        self.e = e = e.on_duty(definition, rooted.scene)
        self.rooted = rooted
        self.definition = definition
        if _entries(definition):
            raise unsupported("`entry`", _entries(definition)[0].span)
        if not definition.inputs:
            raise fault(
                "E203",
                f"`{definition.name}` has no inputs",
                definition.block.name_span,
                notes=help_note("inputs stand with their shapes behind a colon: `arch Net : x[B, 3, H, W] -> [B, 10]`"),
            )
        self.env: Deferred = environment_of(e, definition, rooted.arguments, rooted.scene)
        self.env.values.update(rooted.sizes)
        self.context = Context()

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

    def arguments(self) -> dict[str, Thing]:
        """Return the arguments, with symbols in the sizes by which the context writes them."""
        return {name: self._dim_to_witness(value) for name, value in self.rooted.arguments.items()}

    def _dim_to_witness(self, value: Thing) -> Thing:
        return self.context.to_witness(value) if is_symbolic(value) else value

    def _input(self, declared: tree.Input) -> Types:
        dtype = DType.FLOAT if declared.type in CLASSES else resolve(declared.type, self.env, declared.span)
        if declared.type == "int":
            dtype = DType.I64
        if declared.clause is None:
            return TensorType(self._shape(declared.shape, self.env), dtype)
        self._count(declared.clause.iterable)
        rounds = self.e.static(declared.clause.iterable, self.env)
        name = declared.clause.names[0]
        return tuple(
            TensorType(self._shape(declared.shape, Bindings(self.env, {name: value})), dtype)
            for value in cast("tuple[Thing, ...]", rounds)
        )

    def _count(self, iterable: tree.Expression) -> None:
        """Stand two tensors in for a list of any length of a block that is looked at by itself."""
        match iterable:
            case tree.Binary(operator=Operator.RANGE, right=tree.Name(text=name)) if (
                isinstance(self.env.find(name), Missing) and self.definition.block.kind is not tree.BlockKind.ARCH
            ):
                self.env.values[name] = 2
            case _:
                pass

    def _shape(self, shape: tree.Shape, env: Deferred | Bindings) -> tuple[Dim, ...]:
        dims: list[Dim] = []
        for dim in shape.dims:
            if isinstance(dim, tree.Dots):
                if self.definition.block.kind is not tree.BlockKind.ARCH:
                    dims.extend(self._group(dim))
                    continue
                raise fault(
                    "S108",
                    "an architecture says how many axes its inputs have",
                    dim.span,
                    notes=help_note("write the axes out: `x[B, C, H, W]`"),
                )
            for name in free_names(dim):
                if isinstance(env.find(name), Missing):
                    self.env.values[name] = symbol(name)
            dims.append(self.e.size(dim, env))
        return tuple(dims)

    def _group(self, dots: tree.Dots) -> tuple[Dim, ...]:
        """Stand two axes in for a group of a block that is looked at by itself."""
        name = dots.value.text if isinstance(dots.value, tree.Name) else "axis"
        found = self.env.find(name)
        if type(found) is tuple:
            return cast("tuple[Dim, ...]", found)
        group = (symbol(f"{name}0"), symbol(f"{name}1"))
        self.env.values[name] = group
        return group

    def _assume(self, clause: tree.Expression, reason: tree.Text | None = None) -> None:
        match clause:
            case tree.Reasoned(condition=condition, reason=text):
                self._assume(condition, text)
            case tree.Binary(operator=Operator.AND, left=left, right=right):
                self._assume(left, reason)
                self._assume(right, reason)
            case tree.Binary(operator=Operator.OR, left=left, right=tree.Binary() as right):
                if not self.e.truth(left, self.env):
                    self._assume(right, reason)
            case tree.Binary(operator=op, left=left, right=right) if op in COMPARISONS and not _is_budget(left):
                self._relation(clause, op, self._side(left), self._side(right), reason)
            case _ if not _is_budget(clause) and not self.e.truth(clause, self.env):
                raise self._broken(clause, reason)

    def _side(self, node: tree.Expression) -> Thing:
        if isinstance(node, tree.Name) and isinstance(self.env.find(node.text), Missing):
            self.env.values[node.text] = symbol(node.text)
        return self.e.static(node, self.env)

    def _relation(
        self, clause: tree.Expression, op: Operator, left: Thing, right: Thing, reason: tree.Text | None
    ) -> None:
        a, b = as_dim(left), as_dim(right)
        if a is None or b is None or (isinstance(a, int) and isinstance(b, int)):
            if not self.e.truth(clause, self.env):
                raise self._broken(clause, reason)
            return
        self.context = _assuming(self.context, Relation(COMPARISONS[op], a, b))

    def _broken(self, clause: tree.Expression, reason: tree.Text | None) -> Fault:
        names = [one.text for one in walk(clause) if isinstance(one, tree.Name)]
        known = {name: self.env.find(name) for name in names if name in self.definition.parameter_names}
        values = {n: in_words(v, self.context) for n, v in known.items() if not isinstance(v, Missing)}
        text = f"{with_values(clause, values)} is false"
        what = filled(reason, self._hole) if reason else f"`{clause.span.text}` is required"
        message = f"`{self.definition.name}`: {what}"
        call, notes = self.rooted.scene.call, self._nearest(clause, names)
        if call == self.definition.block.name_span:
            return fault("S103", message, clause.span, text, labels=self.rooted.scene.values(values), notes=notes)
        return fault("S103", message, call, text, labels=(Label(clause.span, "required here"),), notes=notes)

    def _nearest(self, clause: tree.Expression, names: Sequence[str]) -> tuple[Note, ...]:
        """Return the nearest values of a number in a clause that make it true, if it can be given from outside."""
        settable = self.definition.parameter_names | self.rooted.sizes.keys()
        for name in dict.fromkeys(names):
            value = self.env.find(name)
            if name not in settable or type(value) is not int or not self.definition.lets.keys().isdisjoint(names):
                continue
            ways = (range(value - 1, max(value - FARTHEST, 0), -1), range(value + 1, value + FARTHEST))
            found = [next((v for v in way if self._holds(clause, {name: v})), None) for way in ways]
            if near := [f"`{name} = {v}`" for v in found if v is not None]:
                return help_note(f"{' and '.join(near)} satisfy it" if len(near) > 1 else f"{near[0]} satisfies it")
        return ()

    def _holds(self, clause: tree.Expression, values: Mapping[str, Thing]) -> bool:
        try:
            return self.e.truth(clause, Bindings(self.env, values))
        except Fault:
            return False

    def _hole(self, node: tree.Expression) -> str:
        return in_words(self.e.static(node, self.env), self.context)

    def _to_witness(self, given: Types) -> Types:
        if given is None:
            return None
        if isinstance(given, tuple):
            return tuple(cast(TensorType, self._to_witness(one)) for one in given)
        return TensorType(tuple(self.context.to_witness(d) for d in given.shape), given.dtype)


def _entries(definition: Definition) -> list[tree.Entry]:
    return [one for one in definition.block.body or () if isinstance(one, tree.Entry)]


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


@lru_cache(maxsize=256)
def _assuming(context: Context, relation: Relation) -> Context:
    """Return the context in which a relation holds too; variants of an architecture share their `where`."""
    return context.assume(relation)
