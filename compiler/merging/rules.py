"""The library's rewrite rules: a left side that fits a term, a right side that is computed from what it bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from archc.graph.ir import Constant, Operator, TensorType, Value, WeightRef
from archc.graph.static import DType, Fill
from archc.merging.terms import Application, Argument, Result, Term, Terms
from archc.semantics.arithmetic import COMPARISONS, ArithmeticFault, compare
from archc.semantics.binding import use_of
from archc.semantics.scene import Scene
from archc.semantics.builtins import BINARY
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Missing
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Frame
from archc.semantics.library import prelude
from archc.semantics.values import Overloaded, Partial, Thing, is_tensor
from archc.syntax import tree
from archc.syntax.tree import Operator as Sign


@cache
def library_rules() -> tuple[tree.Rule, ...]:
    """Return the rules of the standard library in the order of the text, which is the order of preference."""
    return tuple(d for d in prelude().file.declarations if isinstance(d, tree.Rule))


def definition(name: str) -> Definition:
    """Return the library's operator of a name."""
    found = prelude().find(name)
    module = found.module if isinstance(found, Overloaded) else found
    assert isinstance(module, Partial), name
    return module.definition


class NoFit(Exception):
    """A rule that does not apply."""


@dataclass(slots=True)
class Match:
    """What a left side bound: flowing terms, weights and static values by name, and the rest of each operator."""

    flowing: dict[str, Term] = field(default_factory=dict)
    bound: dict[str, Thing] = field(default_factory=dict)
    rests: dict[str, Application] = field(default_factory=dict)


class Rewriter:
    """Applies rules; weights that they compute become nodes of `frame`."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.e = Elaborator(frame.session, frame)

    def rewrite(self, term: Result, rules: Iterable[tree.Rule]) -> Term | None:
        """Return what the first rule that applies makes of a term, None if none does."""
        for rule in rules:
            before = len(self.frame.nodes)
            try:
                match = Match()
                self._fit(rule.left, term, match)
                env = self._where(rule, match)
                return self._build(rule.right, match, env)
            except (NoFit, Fault, Poisoned):
                del self.frame.nodes[before:]
        return None

    # -- left sides -----------------------------------------------------------------------------------

    def _fit(self, pattern: tree.Expression, term: Terms, match: Match) -> None:
        """Bind the names of a pattern so that it equals the term; raises NoFit."""
        match pattern:
            case tree.Name(text=name):
                self._fit_name(name, term, match)
            case tree.Pipe(value=value, stages=stages):
                self._fit_pipe(value, stages, term, match)
            case tree.Binary(operator=sign, left=left, right=right) if sign in BINARY:
                application = _application(term, BINARY[sign])
                self._fit(left, application.operands[0], match)
                self._fit(right, application.operands[1], match)
            case _:
                raise NoFit

    def _fit_name(self, name: str, term: Terms, match: Match) -> None:
        if not isinstance(term, (Argument, Result)):
            raise NoFit
        if match.flowing.setdefault(name, term) != term:
            raise NoFit

    def _fit_pipe(self, value: tree.Expression, stages: tuple[tree.Stage, ...], term: Terms, match: Match) -> None:
        *before, last = stages
        call = last.module
        if not isinstance(call, tree.Call) or not isinstance(call.callee, tree.Name):
            raise NoFit
        application = _application(term, definition(call.callee.text).name)
        self._fit_arguments(call, application, match)
        first = application.operands[0]
        if before:
            self._fit_pipe(value, tuple(before), first, match)
        else:
            self._fit(value, first, match)

    def _fit_arguments(self, call: tree.Call, application: Application, match: Match) -> None:
        name = application.operator.name
        slots = application.operator.inputs[1:] + application.operator.weights
        named: list[str] = []
        positional = list(slots)
        for argument in call.arguments:
            if isinstance(argument, tree.Spread):
                self._fit_rest(name, application, named, match)
                continue
            slot = argument.name or positional.pop(0)
            named.append(slot)
            found = _weight(application, slot) if slot in slots else application.attribute(slot)
            self._fit_value(argument.value, found, match)

    def _fit_rest(self, name: str, application: Application, named: list[str], match: Match) -> None:
        """`...` in two operators of a name says that everything else is equal."""
        known = match.rests.setdefault(name, application)
        same = all(
            v == known.attribute(n) for n, v in application.attributes if n not in named and n in dict(known.attributes)
        )
        if not same:
            raise NoFit

    def _fit_value(self, pattern: tree.Expression, found: Thing, match: Match) -> None:
        if isinstance(pattern, tree.Name) and isinstance(prelude().find(pattern.text), Missing):
            known = match.bound.setdefault(pattern.text, found)
            if not _same(known, found):
                raise NoFit
        elif not _same(self.e.evaluate(pattern, self._environment(match)), found):
            raise NoFit

    # -- where ----------------------------------------------------------------------------------------

    def _environment(self, match: Match) -> Bindings:
        env = Bindings(prelude(), match.bound)
        env.values.update((name, _seen(term)) for name, term in match.flowing.items())
        return env

    def _where(self, rule: tree.Rule, match: Match) -> Bindings:
        """Bind what equations define, and check the guards."""
        env = self._environment(match)
        for clause in rule.where:
            match clause:
                case tree.Binary(operator=Sign.EQUAL, left=tree.Name(text=name), right=right) if name not in env.values:
                    env.values[name] = self.e.evaluate(right, env)
                case tree.Binary(operator=sign, left=left, right=right) if sign in COMPARISONS:
                    self._guard(sign, self.e.static(left, env), self.e.static(right, env))
                case _:
                    if not self.e.truth(clause, env):
                        raise NoFit
        return env

    def _guard(self, sign: Sign, left: Thing, right: Thing) -> None:
        """Check a relation, entry by entry where it relates sequences."""
        a = left if type(left) is tuple else (left,)
        b = right if type(right) is tuple else (right,)
        a, b = a * len(b) if len(a) == 1 else a, b * len(a) if len(b) == 1 else b
        try:
            if not all(compare(sign, x, y, self.e.session.decide) for x, y in zip(a, b, strict=True)):
                raise NoFit
        except (ArithmeticFault, ValueError):
            raise NoFit from None

    # -- right sides ------------------------------------------------------------------------------------

    def _build(self, node: tree.Expression, match: Match, env: Bindings) -> Term:
        match node:
            case tree.Name(text=name):
                return match.flowing[name]
            case tree.Pipe(value=value, stages=stages):
                term = self._build(value, match, env)
                for stage in stages:
                    assert isinstance(stage.module, tree.Call)
                    term = self._call(stage.module, term, match, env)
                return term
            case _:
                raise NoFit

    def _call(self, node: tree.Call, term: Term, match: Match, env: Bindings) -> Term:
        assert isinstance(node.callee, tree.Name)
        declared = definition(node.callee.text)
        operator = declared.operator
        arguments: dict[str, Thing] = {}
        parameters = [p.name for p in declared.parameters]
        for argument in node.arguments:
            if isinstance(argument, tree.Spread):
                rest = match.rests[operator.name]
                arguments = {**dict(rest.attributes), **arguments}
            else:
                name = argument.name or parameters.pop(0)
                arguments[name] = self.e.evaluate(argument.value, env)
        return self._application(declared, operator, arguments, term, node)

    def _application(
        self, declared: Definition, operator: Operator, arguments: Mapping[str, Thing], term: Term, node: tree.Call
    ) -> Term:
        flowing = declared.input_names[0]
        static = {n: v for n, v in arguments.items() if n in declared.parameter_names}
        weights = {n: self.frame.operand(v, node.span) for n, v in arguments.items() if n in declared.weight_names}
        given: dict[str, Thing] = {n: (w if w is not None else False) for n, w in weights.items()}
        use = use_of(self.e, declared, {**static, **given}, {flowing: term.type}, Scene(node.span))
        types = tuple(one for one in use.results if isinstance(one, TensorType))
        operands = (term, *(cast(Terms, weights.get(name)) for name in operator.weights))
        return Result(Application(operator, use.attributes, operands, types), 0)


def _application(term: Terms, name: str) -> Application:
    if isinstance(term, Result) and term.position == 0 and term.application.operator.name == name:
        return term.application
    raise NoFit


def _weight(application: Application, slot: str) -> Thing:
    """Return what stands in a weight slot; an absent one is what it would start as, which changes nothing."""
    found = application.slot(slot)
    if found is None:
        declared = {entry.name: entry for _, entry in definition(application.operator.name).weights}
        start = declared[slot].start
        ones = isinstance(start, tree.Name) and prelude().find(start.text) == Fill(1.0)
        return Constant(1.0 if ones else 0.0, TensorType((), DType.FLOAT))
    return cast(Thing, found)


def _same(one: Thing, other: Thing) -> bool:
    if is_tensor(one) or is_tensor(other):
        return one == other
    if (type(one) is tuple) is not (type(other) is tuple):
        entries, single = (one, other) if type(one) is tuple else (other, one)
        return all(entry == single for entry in cast("tuple[Thing, ...]", entries))
    return one == other


def _seen(term: Term) -> Thing:
    """Return a flowing term as static code sees it: a tensor of which the shape is known."""
    return term if isinstance(term, (Value, WeightRef, Constant)) else Value(-1, term.type)
