"""The library's rewrite rules: a left side that fits a term, a right side that is computed from what it bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from archc.graph.ir import Apply, Constant, Site, TensorType, Value, WeightRef
from archc.graph.static import DType, Fill, Static
from archc.merging.terms import Application, Argument, Result, Term, Terms, applied, result_of
from archc.records import record
from archc.semantics.arithmetic import COMPARISONS, ArithmeticFault, compare
from archc.semantics.binding import use_of
from archc.semantics.builtins import BINARY
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Missing
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Frame
from archc.semantics.library import prelude
from archc.semantics.operators import as_operand
from archc.semantics.scene import Scene
from archc.semantics.values import Overloaded, Partial, Thing, is_tensor
from archc.syntax import Span, tree
from archc.syntax.tree import Operator as Sign


@record
class RewriteRule:
    """A rule of the library, and the operator that its left side ends with.

    One that `restates` leaves as many operators as there were, under another name: a batch norm as a convolution. It is
    tried when nothing else leads on.
    """

    rule: tree.Rule
    root: str
    restates: bool


@cache
def library_rules() -> tuple[RewriteRule, ...]:
    """Return the rules of the standard library in the order of the text, which is the order of preference."""
    rules = (d for d in prelude().file.declarations if isinstance(d, tree.Rule))
    return tuple(RewriteRule(rule, _root(rule.left), _restates(rule)) for rule in rules)


def _restates(rule: tree.Rule) -> bool:
    match rule.left, rule.right:
        case tree.Pipe(stages=before), tree.Pipe(stages=after):
            return len(before) == len(after) and _root(rule.left) != _root(rule.right)
        case _:
            return False


def _root(side: tree.Expression) -> str:
    match side:
        case tree.Pipe(stages=(*_, tree.Stage(module=tree.Call(callee=tree.Name(text=name))))):
            return definition(name).operator.name
        case tree.Binary(operator=sign):
            return BINARY[sign]
        case _:
            raise AssertionError(side.span)


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
    types: tuple[TensorType, ...] = ()


class Rewriter:
    """Applies rules; weights that they compute become nodes of `frame`."""

    def __init__(self, frame: Frame, span: Span) -> None:
        self.frame = frame
        self.span = span
        self.e = Elaborator(frame.session, frame)

    def rewrite(self, term: Result, rule: tree.Rule) -> Term | None:
        """Return what a rule makes of a term, None where it does not apply."""
        before = len(self.frame.nodes)
        try:
            match = Match(types=term.application.types)
            self._fit(rule.left, term, match)
            return self._build(rule.right, match, self._where(rule, match))
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
            found = self._weight(application, slot) if slot in slots else application.attribute(slot)
            self._fit_value(argument.value, found, match)

    def _weight(self, application: Application, slot: str) -> Thing:
        """Return what stands in a weight slot; what is computed from weights alone is a weight too."""
        found = _weight(application, slot)
        return self._computed(found) if isinstance(found, Result) else found

    def _computed(self, term: Terms) -> Thing:
        """Make the nodes of an expression of weights; raises NoFit where an input takes part."""
        if isinstance(term, Argument):
            raise NoFit
        if isinstance(term, tuple):
            return tuple(self._computed(one) for one in term)
        if not isinstance(term, Result):
            return cast(Thing, term)
        made = term.application
        operands = tuple(as_operand(self._computed(one)) for one in made.operands)
        results = tuple(self.frame.value(one) for one in made.types)
        self.frame.add(Apply(made.operator, made.attributes, operands, results, None, Site(self.span)))
        return results[term.position]

    def _fit_rest(self, name: str, application: Application, named: list[str], match: Match) -> None:
        """`...` in two operators of a name says that everything else is equal."""
        known = match.rests.setdefault(name, application)
        attributes = ((v, known.attribute(n)) for n, v in application.attributes if n not in named)
        weights = ((application.slot(n), known.slot(n)) for n in application.operator.weights if n not in named)
        if any(one != other for one, other in (*attributes, *weights)):
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
                    self.frame.name_value(env.values[name], (name,))
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
                    term = self._call(stage.module, term, match, env, last=stage is stages[-1])
                return term
            case _:
                raise NoFit

    def _call(self, node: tree.Call, term: Term, match: Match, env: Bindings, *, last: bool) -> Term:
        assert isinstance(node.callee, tree.Name)
        declared = definition(node.callee.text)
        arguments: dict[str, Thing] = {}
        parameters = [p.name for p in declared.parameters]
        rest: Application | None = None
        for argument in node.arguments:
            if isinstance(argument, tree.Spread):
                rest = match.rests[declared.operator.name]
            else:
                name = argument.name or parameters.pop(0)
                arguments[name] = self.e.evaluate(argument.value, env)
        if rest is not None:
            arguments = {**self._kept(rest), **arguments}
        if last and rest is not None:
            return self._like(rest, declared, arguments, term, match.types)
        return self._application(declared, {**(dict(rest.attributes) if rest else {}), **arguments}, term, node)

    def _kept(self, rest: Application) -> dict[str, Thing]:
        """Return the weights that an operator has: `...` on the right side keeps those that the rule does not name."""
        slots = {name: rest.slot(name) for name in rest.operator.weights}
        return {name: self._computed(found) for name, found in slots.items() if found is not None}

    def _like(
        self,
        rest: Application,
        declared: Definition,
        arguments: Mapping[str, Thing],
        term: Term,
        types: tuple[TensorType, ...],
    ) -> Term:
        """Return an operator as another one but for some arguments; both sides of a rule have the same type."""
        attributes = tuple((n, _spread(arguments.get(n, v), v)) for n, v in rest.attributes)
        return result_of(applied(rest.operator, attributes, self._operands(declared, arguments, term), types), 0)

    def _operands(self, declared: Definition, arguments: Mapping[str, Thing], term: Term) -> tuple[Terms, ...]:
        names = declared.operator.weights
        return (term, *(cast(Terms, self.frame.operand(arguments.get(name), self.span)) for name in names))

    def _application(self, declared: Definition, arguments: Mapping[str, Thing], term: Term, node: tree.Call) -> Term:
        operands = self._operands(declared, arguments, term)
        given = {n: v for n, v in arguments.items() if n in declared.parameter_names}
        absent = {
            n: (w if w is not None else False) for n, w in zip(declared.operator.weights, operands[1:], strict=True)
        }
        types = {declared.input_names[0]: term.type}
        use = use_of(self.e, declared, {**given, **cast("dict[str, Thing]", absent)}, dict(types), Scene(node.span))
        results = tuple(one for one in use.results if isinstance(one, TensorType))
        return result_of(applied(declared.operator, use.attributes, operands, results), 0)


def _spread(value: Thing, like: Static) -> Static:
    """Return a value of an attribute, repeated where the attribute has one entry an axis."""
    if type(like) is tuple and type(value) is not tuple:
        return (cast(Static, value),) * len(like)
    return cast(Static, value)


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
