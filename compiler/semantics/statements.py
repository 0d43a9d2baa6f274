"""Statements: run once, in order, at elaboration. A statement that fails poisons its targets, and the next one runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Edit, Fix
from archc.graph.ir import WeightRef
from archc.semantics.binding import let_values, weight_of
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.expressions import bind_names, bindings, counted, iterate, labelled_module
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import Fault, fault, help_note, unsupported
from archc.semantics.labels import component, fill, label_path
from archc.semantics.matching import Matcher
from archc.semantics.values import POISON, Function, Thing, is_tensor
from archc.syntax import Span, tree

if TYPE_CHECKING:
    from archc.semantics.frame import Frame


class Flow(Enum):
    """What a statement leaves: the next one runs, or the block is done."""

    GOES_ON = "goes on"


GOES_ON = Flow.GOES_ON
Outcome = Thing | Flow


class Statements:
    """Runs the body of one block."""

    def __init__(self, e: Elaborator, frame: Frame, matcher: Matcher, definition: Definition) -> None:
        self.e = e
        self.frame = frame
        self.matcher = matcher
        self.definition = definition
        self.env = frame.env
        self.failed = False
        self.returned: tree.Return | None = None
        self.given: Mapping[str, Thing] = {}

    def run_block(self, body: tuple[tree.Statement, ...]) -> Thing:
        """Run a whole body and return what it returns; POISON after an error, `none` for an operator's bare body."""
        outcome = self.run(body)
        if not isinstance(outcome, Flow):
            return outcome
        if self.failed or self.definition.outputs == ():
            return POISON if self.failed else None
        self._report(self._no_return(body), self.definition.block.name_span)
        return POISON

    def _no_return(self, body: tuple[tree.Statement, ...]) -> Fault:
        message = f"`{self.definition.name}` ends without `return`"
        last = body[-1] if body else None
        if isinstance(last, tree.Assign) and len(last.targets) == len(self.definition.outputs):
            head = Span(last.span.source, last.span.start, last.values[0].span.start)
            fix = Fix("return it", (Edit(head, "return "),))
            return fault("E212", message, last.span, "the last statement", fixes=(fix,))
        help = help_note("return what the signature declares")
        return fault("E212", message, self.definition.block.name_span, notes=help)

    def run(self, body: tuple[tree.Statement, ...]) -> Outcome:
        """Run statements until one returns."""
        for statement in body:
            outcome = self._one(statement)
            if not isinstance(outcome, Flow):
                return outcome
        return GOES_ON

    def _one(self, statement: tree.Statement) -> Outcome:
        try:
            self.e.session.tick(statement.span)
            return _RULES[type(statement)](self, statement)
        except FAILURES as failure:
            self._report(failure, statement.span)
        for target in _targets(statement):
            self.env.values[target] = POISON
        return POISON if isinstance(statement, tree.Return) else GOES_ON

    def _report(self, failure: Exception, span: Span) -> None:
        self.failed = self.frame.is_damaged = True
        finding = finding_of(failure, self.e.session.here or span)
        if finding is not None:
            self.e.session.report(finding)

    # -- rules ------------------------------------------------------------------------------------------

    def let(self, statement: tree.Let) -> Outcome:
        if statement.parameters is not None:
            self.env.values[statement.targets[0]] = Function(statement, self.env)
            return GOES_ON
        for target, value in zip(statement.targets, self._let_values(statement), strict=True):
            self.env.values[target] = value
        return GOES_ON

    def _let_values(self, statement: tree.Let) -> tuple[Thing, ...]:
        """Return the values of a `let`; one that is a tensor is offered to be a value of the run."""
        try:
            return let_values(self.e, statement, self.env)
        except Fault as error:
            found = error.diagnostic
            if found.code != "E209" or found.span not in [value.span for value in statement.values]:
                raise
            word = Span(found.span.source, statement.span.start, statement.span.start + len("let "))
            fix = Fix("compute it at run time: leave out `let`", (Edit(word, ""),))
            raise Fault(replace(found, fixes=(fix,))) from None

    def assign(self, statement: tree.Assign) -> Outcome:
        if self.definition.is_operator and statement.targets == ("macs",):
            return GOES_ON
        values = tuple(self.e.evaluate(value, self.env) for value in statement.values)
        names = statement.targets
        if len(values) == 1:
            self.frame.name_value(values[0], names)
            bind_names(_Names(self.env.values), names, values[0], statement)
            return GOES_ON
        if len(values) != len(names):
            raise fault("E213", f"{len(names)} names for {counted(len(values), 'value')}", statement.span)
        for name, value in zip(names, values, strict=True):
            self.frame.name_value(value, (name,))
            self.env.values[name] = value
        return GOES_ON

    def declare(self, statement: tree.Declare) -> Outcome:
        if not statement.clauses:
            self._declare_one(statement, self.e, self.env)
            return GOES_ON
        for inner in bindings(self.e, statement.clauses, self.env):
            self._declare_one(statement, self.e, inner)
        return GOES_ON

    def _declare_one(self, statement: tree.Declare, e: Elaborator, env: object) -> None:
        from archc.semantics.environment import Environment

        assert isinstance(env, Environment)
        path = label_path(e, statement.label, env)
        self.frame.declare(path, labelled_module(e, statement.module, env), statement.span)

    def weights(self, statement: tree.Weights) -> Outcome:
        for entry in statement.entries:
            name = component(fill(self.e, entry.name, entry.span, self.env), entry.span) if entry.quoted else entry.name
            given = self.env.values.get(name)
            if is_tensor(given) or self.definition.is_operator:
                continue
            absent = name in self.given and (self.given[name] is None or self.given[name] is False)
            if absent and not entry.optional:
                raise fault("E201", f"`{self.definition.name}` cannot do without `{name}`", entry.span)
            if absent or (entry.guard is not None and not self.e.truth(entry.guard, self.env)):
                self.env.values[name] = None
                continue
            self._weight(statement, entry, name)
        return GOES_ON

    def _weight(self, statement: tree.Weights, entry: tree.Stored, name: str) -> None:
        if statement.store is tree.Store.STATE:
            raise unsupported("`state`", entry.span)
        if name in self.frame.weights:
            raise fault("N104", f"the weight `{name}` is declared twice in this block", entry.span)
        self._expose_names()
        weight = weight_of(self.e, statement.store, entry, name, self.matcher, self.given.get(name))
        self.frame.weights[name] = weight
        self.env.values[name] = WeightRef(name, weight.type)

    def _expose_names(self) -> None:
        """Shapes and initialisers of weights may use the body's static names."""
        self.matcher.env.values.update(self.env.values)

    def return_(self, statement: tree.Return) -> Outcome:
        self.returned = statement
        values = tuple(self.e.evaluate(value, self.env) for value in statement.values)
        return values[0] if len(values) == 1 else values

    def for_(self, statement: tree.For) -> Outcome:
        for value in iterate(self.e, statement.iterable, self.env):
            bind_names(_Names(self.env.values), statement.names, value, statement)
            outcome = self.run(statement.body)
            if not isinstance(outcome, Flow):
                return outcome
        return GOES_ON

    def if_(self, statement: tree.If) -> Outcome:
        if self.e.truth(statement.test, self.env):
            return self.run(statement.then)
        return self.run(statement.otherwise or ())

    def form(self, statement: tree.Form) -> Outcome:
        session = self.e.session
        wanted = session.form if self.definition.has_forms else session.ask_mode()
        return self.run(statement.body) if statement.mode is wanted else GOES_ON

    def entry(self, statement: tree.Entry) -> Outcome:
        raise unsupported("`entry`", statement.span)

    def check(self, statement: tree.Check) -> Outcome:
        """Claims are tested, not elaborated."""
        return GOES_ON


class _Names:
    """A dictionary of names as the target of a binding."""

    def __init__(self, values: dict[str, Thing]) -> None:
        self.values = values


_RULES: dict[type, Callable[..., Outcome]] = {
    tree.Let: Statements.let,
    tree.Assign: Statements.assign,
    tree.Declare: Statements.declare,
    tree.Weights: Statements.weights,
    tree.Return: Statements.return_,
    tree.For: Statements.for_,
    tree.If: Statements.if_,
    tree.Form: Statements.form,
    tree.Entry: Statements.entry,
    tree.Check: Statements.check,
}


def _targets(statement: tree.Statement) -> tuple[str, ...]:
    match statement:
        case tree.Let(targets=targets) | tree.Assign(targets=targets):
            return targets
        case tree.Weights(entries=entries):
            return tuple(entry.name for entry in entries)
        case tree.For(body=body) | tree.Form(body=body):
            return tuple(t for inner in body for t in _targets(inner))
        case tree.If(then=then, otherwise=otherwise):
            return tuple(t for inner in (*then, *(otherwise or ())) for t in _targets(inner))
        case _:
            return ()


def returned_things(result: Thing, declared: tuple[tree.Output, ...]) -> tuple[Thing, ...]:
    """Return one entry for every output: a list is one output where the signature declares a list."""
    if type(result) is not tuple:
        return (result,)
    if len(declared) == 1 and declared[0].clause is not None:
        return (result,)
    return result
