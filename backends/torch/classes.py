"""Classes: what the instances of one definition share, as a class with a constructor and a `forward`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from archc.backends.torch.branches import Branches, Method
from archc.backends.torch.code import (
    Argument,
    Branch,
    Call,
    Code,
    Construct,
    Counted,
    Hint,
    Hole,
    Infix,
    Item,
    Known,
    Lambda,
    Listing,
    Name,
    Node,
    Passed,
    Prefix,
    Rolled,
    Statement,
    Test,
    rebuild,
    walk,
)
from archc.backends.torch.flow import followed
from archc.backends.torch.forms import shifted
from archc.backends.torch.givens import makers_of
from archc.backends.torch.guards import Column, stands
from archc.backends.torch.instance import Definition, Instance
from archc.backends.torch.loops import counted_out, tidied
from archc.backends.torch.names import identifier, unique
from archc.backends.torch.naming import Naming
from archc.backends.torch.reasons import Point, Reasons, known_names
from archc.backends.torch.signature import Parameter, annotation_of, default_of, made_annotation
from archc.backends.torch.sizes import Sizes
from archc.backends.torch.sketch import BODY, DRAWN, MADE, Part, Sketch, columns
from archc.backends.torch.slots import Conflict
from archc.backends.torch.translation import infix
from archc.backends.torch.unification import ROUND, Blank, Unifier
from archc.graph.ir import Graph
from archc.graph.static import Static
from archc.syntax import tree


@dataclass(frozen=True, slots=True)
class Class:
    """A class as it is printed. `instances` tells in which order parameters list their values."""

    name: str
    instances: Mapping[Instance, int]
    parameters: tuple[Parameter, ...]
    constructor: tuple[Statement, ...]
    draws: tuple[Statement, ...]
    inputs: tuple[str, ...]
    forward: tuple[Statement, ...]
    merge: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """What the instances of a column share."""

    column: Column
    statement: Statement


class Mixed(Exception):
    """A loop in a constructor would make modules of different kinds."""

    def __init__(self, definition: Definition) -> None:
        super().__init__(definition.name)
        self.definition = definition


class ClassBuilder:
    """Builds the class of sketches that share a skeleton."""

    def __init__(
        self,
        name: str,
        sketches: Sequence[Sketch],
        expand: Callable[[Construct], Code],
        kind: Callable[[Instance], object],
    ) -> None:
        self.name = name
        self.sketches = sketches
        self.graph = sketches[0].instance.train
        self.points = [Point(index) for index in range(len(sketches))]
        self.sizes = Sizes(sketches)
        scopes = [dict(sketch.scope) for sketch in sketches]
        self.sizes.extend(scopes)
        counts = counted(sketches[0])
        names = [name for name in static_names(sketches) if name not in counts]
        lets = {**counts, **sketches[0].instance.lets()}
        self.reasons = Reasons(scopes, names, lets, widths=widths_of(self.graph))
        self.reasons.flow = cache(lambda: followed(self.graph, self.reasons.outer))
        self.unifier = Unifier(self.reasons, makers_of(sketches[0].instance), expand, kind)
        self.branches = Branches(self.unifier, kind)
        self.added: dict[str, tuple[Static, ...]] = {}

    def build(self) -> Class:
        """Return the class."""
        made, drawn, body = self._part(MADE), self._part(DRAWN), self._part(BODY)
        merged = [Method(s.merge, s, p) for s, p in zip(self.sketches, self.points, strict=True) if s.merge]
        merge = list(self.branches.united(merged))
        made = [replace(one, statement=counted_out(self._filled(one.statement))) for one in made]
        drawn = [replace(one, statement=self._filled(one.statement)) for one in drawn]
        merge = [self._filled(statement) for statement in merge]
        self.reasons.names += self.sizes.names
        body = [replace(one, statement=self._tidied(one)) for one in body]
        return self._named(self._branched(made), self._branched(drawn), self._branched(body), merge)

    def _part(self, part: Part) -> list[Common]:
        found = columns(self.sketches, part)
        assert found is not None, "sketches of a family share their parts"
        return [self._common(column) for column in found]

    def _common(self, column: Column) -> Common:
        points = [self.points[index] for index, _ in column.entries]
        statements = [statement for _, statement in column.entries]
        try:
            return Common(column, self.unifier.statement(statements, points))
        except Conflict:
            if any(isinstance(piece, Counted) for piece in walk(statements[0])):
                raise Mixed(self.sketches[0].instance.definition) from None
            raise

    def _tidied(self, common: Common) -> Statement:
        rounds = [len(loop.rounds) for _, loop in common.column.entries if isinstance(loop, Rolled)]
        lengths = [self.sketches[index].lengths for index, _ in common.column.entries]
        return tidied(self._filled(common.statement), lengths, rounds)

    # -- branches --------------------------------------------------------------------------------

    def _branched(self, statements: Sequence[Common], depth: int = 0) -> list[Statement]:
        """Return statements with branches for the tests around them; `depth` tests are behind already."""
        found: list[Statement] = []
        for test, group in groupby(statements, key=lambda one: one.column.tests[depth : depth + 1]):
            inner = list(group)
            if not test:
                found += [one.statement for one in inner]
                continue
            body, last = tuple(self._branched(inner, depth + 1)), found[-1] if found else None
            if {sketch.answers[test[0].expression] for sketch in self.sketches} == {test[0].holds}:
                found += body  # the instances on the other side are of another class
                continue
            code = self._tested(test[0].expression, inner[0].column.tests[:depth])
            if not test[0].holds and isinstance(last, Branch) and last.test == code and not last.otherwise:
                found[-1] = replace(last, otherwise=body)
            else:
                found.append(Branch(code if test[0].holds else Prefix("not", code), body))
        return found

    def _tested(self, test: tree.Expression, outer: Sequence[Test]) -> Code:
        """Return a test of the author's where the tests around it hold."""
        every = [(s, p) for s, p in zip(self.sketches, self.points, strict=True) if stands(s.answers, outer)]
        holes = [Hole(sketch.answers[test], Hint(test, ()), "form") for sketch, _ in every]
        blank = self.unifier.blank(holes, [point for _, point in every])
        return self.reasons.explain(blank.findings) or self._parameter(blank)

    # -- numbers ---------------------------------------------------------------------------------

    def _filled(self, node: Statement) -> Statement:
        def rule(piece: Node) -> Node:
            if isinstance(piece, Blank):
                return self.reasons.explain(piece.findings) or self._parameter(piece)
            found = rebuild(piece, rule)
            return infix(found.left, found.operator, found.right) if isinstance(found, Infix) else found

        found = rule(node)
        assert isinstance(found, Statement)
        return found

    def _parameter(self, blank: Blank) -> Code:
        """Return a new parameter for numbers that nothing explains, a list where they differ from round to round.

        An instance that has no such number, being on the other side of a conditional, is given None.
        """
        role = blank.findings[0].role
        name = unique(role, {*self.reasons.scopes[0], *self.reasons.lets, *self.unifier.slots.every()})
        loops = blank.findings[0].point.loops
        columns: list[list[Static]] = [[] for _ in self.sketches]
        for finding in blank.findings:
            columns[finding.point.index].append(finding.value)
        values = tuple(tuple(column) if loops else next(iter(column), None) for column in columns)
        self.added[name] = values
        self.reasons.names.append(name)
        for scope, value in zip(self.reasons.scopes, values, strict=True):
            scope[name] = value
        if not loops:
            return Known(name)
        variable, first = loops[-1]
        return Item(Known(name), (shifted(Known(variable), -first),))

    # -- names -----------------------------------------------------------------------------------

    def _named(
        self, made: list[Statement], drawn: list[Statement], body: list[Statement], merge: list[Statement]
    ) -> Class:
        sizes = [name for name in used_names(body) if name in self.sizes.names]
        stored = [n for n in used_names([*drawn, *body, *merge]) if n not in sizes and n != ROUND]
        needed = self._closure([*used_names(made), *stored])
        parameters = self._parameters(needed)
        locals_ = {name: code for name, code in self.reasons.locals.items() if name in needed}
        naming = Naming(parameters, locals_, stored, made)
        inputs = self.sketches[0].inputs
        return Class(
            self.name,
            {sketch.instance: i for i, sketch in enumerate(self.sketches)},
            parameters,
            naming.constructor(made),
            naming.method(drawn),
            inputs,
            (*self.sizes.bindings(sizes, inputs), *naming.method(body, self.sizes.codes(sizes))),
            naming.method(merge),
        )

    def _closure(self, needed: list[str]) -> list[str]:
        """Return the names that are needed, with those that locals among them are made of."""
        found: dict[str, None] = {}
        pending = list(needed)
        while pending:
            name = pending.pop(0)
            if name in found:
                continue
            found[name] = None
            if name in self.reasons.locals:
                pending.extend(known_names(self.reasons.locals[name]))
        return list(found)

    def _parameters(self, needed: list[str]) -> tuple[Parameter, ...]:
        slots = self.unifier.slots.every()
        counts = counted(self.sketches[0])
        order = [name for name in static_names(self.sketches) if name in needed and name not in counts]
        order += [name for name in self.added if name in needed]
        declared = declared_names(self.sketches[0])
        every = sorted([*order, *slots], key=lambda n: declared.index(n) if n in declared else len(declared))
        found = [self._slot(name) if name in slots else self._value(name) for name in every]
        return tuple(sorted(found, key=lambda parameter: parameter.default is not None))

    def _value(self, name: str) -> Parameter:
        values = tuple(scope[name] for scope in self.reasons.scopes)
        default = default_of(self.graph, name) if name not in self.added else None
        return Parameter(name, identifier(name), annotation_of(values), default, values)

    def _slot(self, name: str) -> Parameter:
        fresh = name in self.unifier.slots.fresh
        codes = self.unifier.slots.every()[name]
        annotation = "Callable[[], nn.Module]" if fresh else made_annotation(codes[0])
        return Parameter(name, identifier(name), annotation, None, modules=tuple(codes), fresh=fresh)


def widths_of(graph: Graph) -> tuple[str, ...]:
    """Return the names that a block's signature has for sizes of its inputs and outputs, in order."""
    signature = graph.declaration.signature if graph.declaration else None
    shapes = [one.shape for one in signature.inputs] if signature else []
    shapes += [one.shape for one in signature.outputs or ()] if signature else []
    dims = (dim for shape in shapes for dim in shape.dims)
    return tuple(dict.fromkeys(dim.text for dim in dims if isinstance(dim, tree.Name)))


def used_names(statements: Sequence[Statement]) -> list[str]:
    """Return the static names that statements use, in order."""
    return list(dict.fromkeys(name for statement in statements for name in known_names(statement)))


def static_names(sketches: Sequence[Sketch]) -> list[str]:
    """Return the names that every instance knows when it is made: the parameters, then the sizes among numbers."""
    graph = sketches[0].instance.train
    names = [name for name, _ in (*graph.arguments, *graph.dims)]
    return [n for n in names if all(n in s.scope and is_plain(s.scope[n]) for s in sketches)]


def is_plain(value: Static) -> bool:
    """Say whether a static value can be an argument in Python."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, int | float | bool | str)


def declared_names(sketch: Sketch) -> list[str]:
    """Return the author's parameters in order, modules included."""
    declaration = sketch.instance.train.declaration
    return [p.name for p in declaration.parameters if isinstance(p, tree.Parameter)] if declaration else []


def counted(sketch: Sketch) -> dict[str, tree.Expression]:
    """Return the names that stand for lengths of the author's parameters, `n` of `widths: int[n]`, as `len(widths)`."""
    declaration = sketch.instance.train.declaration
    declared = [p for p in declaration.parameters if isinstance(p, tree.Parameter)] if declaration else []
    found: dict[str, tree.Expression] = {}
    for one in declared:
        length = one.kind.length if one.kind else None
        value = sketch.scope.get(one.name)
        if isinstance(length, tree.Name) and isinstance(value, tuple) and length.text not in {p.name for p in declared}:
            argument = tree.Argument(length.span, None, tree.Name(length.span, one.name))
            found.setdefault(length.text, tree.Call(length.span, tree.Name(length.span, "len"), (argument,)))
    return found


def construction(made: Class, instance: Instance, construct: Construct) -> Code:
    """Return the call of a class that makes an instance, with holes for its numbers."""
    index = made.instances[instance]
    hints = dict(construct.hints)
    required = [parameter for parameter in made.parameters if parameter.default is None]
    arguments: list[Argument] = []
    for parameter in made.parameters:
        value: Code
        if parameter.modules:
            value = given_to(parameter, index, hints.get(parameter.known))
        else:
            value = Hole(parameter.values[index], hints.get(parameter.known), parameter.known)
        named = parameter.default is not None or len(required) > 3
        arguments.append(Argument(value, parameter.name if named else "", parameter.default))
    return Call(Name(made.name), tuple(arguments))


def given_to(parameter: Parameter, index: int, hint: Hint | None) -> Code:
    """Return what an instance is given for a parameter that stands for modules."""
    code = parameter.modules[index]
    if parameter.fresh:
        return Passed(Lambda((), code), None)
    return Passed(code, hint) if isinstance(code, Lambda | Listing) else code
