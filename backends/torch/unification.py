"""What codes of several instances have in common: one code, with a blank wherever their numbers stand.

Where the instances have different modules in one place, the place becomes a slot: a module that the constructor is
given. Where they have lists of different lengths whose entries are alike, the list becomes a comprehension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby

from archc.backends.torch.code import (
    Argument,
    Assign,
    Block,
    Call,
    Choice,
    Chosen,
    Code,
    Construct,
    Counted,
    Each,
    Given,
    Hint,
    Hole,
    Item,
    Known,
    Lambda,
    Listing,
    Literal,
    Loop,
    Member,
    Name,
    Node,
    Passed,
    Rolled,
    Round,
    Slot,
    Starred,
    Statement,
    call,
    free_names,
    walk,
)
from archc.backends.torch.evaluation import Undefined, evaluate
from archc.backends.torch.givens import Origin, makers, origin_of
from archc.backends.torch.instance import Instance
from archc.backends.torch.reasons import Finding, Point, Reasons
from archc.backends.torch.slots import Conflict, Slots, foreign
from archc.backends.torch.translation import Declined, infix, span, translate
from archc.graph.static import Static

CONTAINERS = ("nn.Sequential", "nn.ModuleList")
ROUND = "i"
"""The variable of a loop in `forward`."""


@dataclass(frozen=True, slots=True)
class Blank(Code):
    """A place of numbers, by its findings."""

    findings: tuple[Finding, ...] = field(compare=False)
    key: int = 0


Expand = Callable[[Construct], Code]
Kind = Callable[[Instance], object]


class Unifier:
    """Finds the common form of codes.

    `makers` are the author's parameters that make modules; `expand` writes the constructor of a child whose class is
    known, `kind` says which class an instance has.
    """

    def __init__(self, reasons: Reasons, makers: frozenset[str], expand: Expand, kind: Kind) -> None:
        self.reasons = reasons
        self.makers = makers
        self.expand = expand
        self.kind = kind
        self.slots = Slots(len(reasons.scopes))
        self.count = 0
        self.inside_functions = 0

    # -- modules ---------------------------------------------------------------------------------

    def module(self, codes: Sequence[Code], points: Sequence[Point], name: str) -> Code:
        """Return the common form of modules: their own, one that a function of the author's makes, or a slot."""
        chosen = [code for code in codes if isinstance(code, Chosen)]
        if chosen and len(chosen) == len(codes):
            return self._chosen(chosen, points, name)
        codes = [code.side if isinstance(code, Chosen) else code for code in codes]
        if all(isinstance(code, Given) for code in codes):
            saved = self.slots.saved()
            try:
                return self._given([code for code in codes if isinstance(code, Given)], points)
            except Conflict:
                self.slots.restore(saved)
        codes = [code.module if isinstance(code, Given) else code for code in codes]
        constructs = [code for code in codes if isinstance(code, Construct)]
        if not constructs:
            return self._attempt(codes, codes, points, name)
        if len(constructs) == len(codes) and len({self.kind(code.instance) for code in constructs}) == 1:
            return self._attempt([self.expand(code) for code in constructs], codes, points, name)
        return self._slot(codes, points, name)

    def _chosen(self, codes: Sequence[Chosen], points: Sequence[Point], name: str) -> Code:
        """Return the common form of one side, or the author's conditional where instances are on both."""
        sides = [code.side for code in codes]
        if len({code.taken for code in codes}) == 1:
            return self.module(sides, points, name)
        tests = [Hole(code.taken, code.test, name) for code in codes]
        test = self.blank(tests, points)
        if self.reasons.explain(test.findings) is None:
            return self.module(sides, points, name)
        saved = self.slots.saved()
        try:
            return Choice(test, *(self._side(taken, codes, points, name) for taken in (True, False)))
        except Conflict:
            self.slots.restore(saved)
            return self.module(sides, points, name)

    def _side(self, taken: bool, codes: Sequence[Chosen], points: Sequence[Point], name: str) -> Code:
        """Return the common form of the modules on one side of a conditional."""
        pairs = [(code.side, point) for code, point in zip(codes, points, strict=True) if code.taken is taken]
        return self.module([side for side, _ in pairs], [point for _, point in pairs], name)

    def _attempt(self, codes: Sequence[Code], raw: Sequence[Code], points: Sequence[Point], name: str) -> Code:
        saved = self.slots.saved()
        try:
            return self.node(codes, points, name)
        except Conflict:
            self.slots.restore(saved)
            return self._slot(raw, points, name)

    def _slot(self, codes: Sequence[Code], points: Sequence[Point], name: str) -> Code:
        """Give the module to the constructor; raises Conflict where one instance needs several that differ."""
        given = self.slots.by_instance(list(map(foreign, codes)), points)
        fresh = self.inside_functions > 0 or any(point.loops for point in points)
        wanted = next((c.role for c in codes if isinstance(c, Construct) and c.role), name)
        found = Slot(self.slots.module(wanted, given, fresh, self._taken()))
        return Call(found, ()) if fresh else found

    def _taken(self) -> set[str]:
        return {*self.reasons.names, *self.reasons.lets, *self.makers}

    # -- functions that make modules -------------------------------------------------------------

    def _given(self, givens: Sequence[Given], points: Sequence[Point]) -> Code:
        modules = [self.expand(g.module) if isinstance(g.module, Construct) else g.module for g in givens]
        made = makers(givens, modules)
        if made is None or len({one.parameter for one in givens}) != 1:
            raise Conflict(givens[0].parameter)
        origins = [(one.parameter, one.index) for one in givens]
        function = self._function(origins, [one.function for one in made], points)
        arguments: list[Argument] = []
        for position, role in enumerate(made[0].function.names):
            holes = [Hole(one.values[position], one.hints[position], role) for one in made]
            arguments.append(Argument(self.blank(holes, points)))
        return Call(function, tuple(arguments))

    def _function(
        self, origins: Sequence[tuple[str, Hint | None]], codes: Sequence[Code], points: Sequence[Point]
    ) -> Code:
        """Return the author's parameter that makes modules, or an entry of it, which stands for these functions."""
        name, codes = origins[0][0], list(map(foreign, codes))
        if any(index is None for _, index in origins):
            self.slots.function(name, self.slots.by_instance(codes, points))
            return Slot(name)
        holes = [Hole(index_of(index), index, "index") for _, index in origins if index is not None]
        indices = [hole.value for hole in holes if isinstance(hole.value, int)]
        if len(indices) != len(codes):
            raise Conflict(name)
        self.slots.entries(name, codes, indices, points)
        return Item(Slot(name), (self.blank(holes, points),))

    def _passed(self, passed: Sequence[Passed], points: Sequence[Point], name: str) -> Code:
        """Return the common form of what a child is given to make modules with."""
        origins = [origin_of(one.hint.expression, self.makers) if one.hint else None for one in passed]
        named = [origin for origin in origins if origin is not None]
        codes = [one.maker for one in passed]
        saved = self.slots.saved()
        try:
            if len(named) == len(passed) and len({origin.parameter for origin in named}) == 1:
                return self._function(list(map(_with_index, named, passed)), codes, points)
            return self.node(codes, points, name)
        except Conflict:
            self.slots.restore(saved)
        given = self.slots.by_instance(list(map(foreign, codes)), points)
        return Slot(self.slots.module(name, given, False, self._taken()))

    def _lambda(self, functions: Sequence[Lambda], points: Sequence[Point], name: str) -> Code:
        if len({function.names for function in functions}) != 1:
            raise Conflict(name)
        bound, before = set(functions[0].names), set(self.slots.codes)
        self.inside_functions += 1
        try:
            body = self.module([function.body for function in functions], points, name)
        finally:
            self.inside_functions -= 1
        given = (code for slot, codes in self.slots.codes.items() if slot not in before for code in codes)
        if any(not bound.isdisjoint(free_names(code)) for code in given):
            raise Conflict(name)  # what the constructor is given does not know the names of a function in it
        return Lambda(functions[0].names, body)

    # -- statements ------------------------------------------------------------------------------

    def statement(self, statements: Sequence[Statement], points: Sequence[Point]) -> Statement:
        """Return the common form of statements of one skeleton."""
        first = statements[0]
        assigned = [s for s in statements if isinstance(s, Assign)]
        target = first.targets[0] if isinstance(first, Assign) else None
        if isinstance(first, Assign) and isinstance(target, Member | Counted) and is_module(first.value):
            name = target.name if isinstance(target, Member) else target.name.before
            return Assign(first.targets, self.module([s.value for s in assigned], points, name))
        if isinstance(first, Rolled):
            return self._loop([s for s in statements if isinstance(s, Rolled)], points)
        found = self._pieces(statements, points, "value")
        assert isinstance(found, Statement)
        return found

    def _loop(self, loops: Sequence[Rolled], points: Sequence[Point]) -> Statement:
        """Return the loop whose rounds these are; its body still has offsets."""
        inner = [_inside(p, ROUND, i) for p, one in zip(points, loops, strict=True) for i in range(len(one.rounds))]
        rounds = [block.body for one in loops for block in one.rounds if isinstance(block, Block)]
        body = tuple(self.statement(column, inner) for column in zip(*rounds, strict=True))
        count = self.blank([Hole(len(one.rounds), None, "rounds") for one in loops], points)
        return Loop((Known(ROUND),), span(Literal(0), count), body)

    # -- structure -------------------------------------------------------------------------------

    def node(self, codes: Sequence[Code], points: Sequence[Point], name: str) -> Code:
        """Return the common form of codes; raises Conflict where there is none."""
        first = codes[0]
        if all(isinstance(code, Hole) for code in codes):
            return self.blank([code for code in codes if isinstance(code, Hole)], points)
        if any(isinstance(code, Construct | Given | Chosen) for code in codes):
            return self.module(codes, points, name)
        if any(type(code) is not type(first) for code in codes):
            raise Conflict(name)
        if isinstance(first, Lambda):
            return self._lambda([code for code in codes if isinstance(code, Lambda)], points, name)
        if isinstance(first, Call):
            return self._call([code for code in codes if isinstance(code, Call)], points, name)
        if isinstance(first, Listing):
            return self._listing([code for code in codes if isinstance(code, Listing)], points, name)
        found = self._pieces(codes, points, name)
        assert isinstance(found, Code)
        return found

    def blank(self, holes: Sequence[Hole], points: Sequence[Point]) -> Blank:
        """Return a blank for holes."""
        self.count += 1
        findings = tuple(Finding(p, h.value, h.hint, h.role, h.is_width) for h, p in zip(holes, points, strict=True))
        return Blank(findings, self.count)

    def _pieces(self, nodes: Sequence[Node], points: Sequence[Point], name: str) -> Node:
        changes: dict[str, object] = {}
        for entry in fields(nodes[0]):
            if entry.compare:
                changes[entry.name] = self._part([getattr(node, entry.name) for node in nodes], points, name)
        return replace(nodes[0], **changes)

    def _part(self, parts: Sequence[object], points: Sequence[Point], name: str) -> object:
        first = parts[0]
        if isinstance(first, Argument):
            return self._argument([part for part in parts if isinstance(part, Argument)], points, name)
        if isinstance(first, Code):
            return self.node([part for part in parts if isinstance(part, Code)], points, name)
        if isinstance(first, Node):
            return self._pieces([part for part in parts if isinstance(part, Node)], points, name)
        if isinstance(first, tuple) and any(isinstance(item, Node) for item in first):
            return self._tuple([part for part in parts if isinstance(part, tuple)], points, name)
        if any(part != first for part in parts):
            raise Conflict(name)
        return first

    def _tuple(self, parts: Sequence[tuple[object, ...]], points: Sequence[Point], name: str) -> tuple[object, ...]:
        if len({len(part) for part in parts}) != 1:
            raise Conflict(name)
        return tuple(self._part(column, points, name) for column in zip(*parts, strict=True))

    def _argument(self, arguments: Sequence[Argument], points: Sequence[Point], name: str) -> Argument:
        first = arguments[0]
        if any((a.name, a.default) != (first.name, first.default) for a in arguments):
            raise Conflict(name)
        return replace(first, value=self._value([a.value for a in arguments], points, first.name or name))

    def _value(self, codes: Sequence[Code], points: Sequence[Point], name: str) -> Code:
        passed = [code for code in codes if isinstance(code, Passed)]
        if len(passed) == len(codes):
            return self._passed(passed, points, name)
        if any(is_module(code) for code in codes):
            return self.module(codes, points, name)
        return self.node(codes, points, name)

    # -- containers ------------------------------------------------------------------------------

    def _call(self, calls: Sequence[Call], points: Sequence[Point], name: str) -> Code:
        function = calls[0].function
        if isinstance(function, Name) and any(one.function != function for one in calls):
            raise Conflict(name)
        if function == Name("nn.Sequential"):
            entries = [tuple(argument.value for argument in one.arguments) for one in calls]
            return call(function, *self.modules(entries, points, name))
        if len({len(one.arguments) for one in calls}) != 1:
            raise Conflict(name)
        found = self._pieces(calls, points, name)
        assert isinstance(found, Code)
        return found

    def _listing(self, listings: Sequence[Listing], points: Sequence[Point], name: str) -> Code:
        if not any(is_module(entry) for one in listings for entry in one.items):
            found = self._pieces(listings, points, name)
            assert isinstance(found, Code)
            return found
        entries = self.modules([one.items for one in listings], points, name)
        only = entries[0] if len(entries) == 1 else None
        return only.value if isinstance(only, Starred) else Listing(entries, listings[0].brackets)

    def modules(self, lists: Sequence[tuple[Code, ...]], points: Sequence[Point], name: str) -> tuple[Code, ...]:
        """Return the common form of lists of modules: entries, and comprehensions for runs that are alike."""
        runs = [self._runs(entries) for entries in lists]
        if len({tuple(kind for kind, _ in one) for one in runs}) != 1:
            return self._one_by_one(lists, points, name)
        found: list[Code] = []
        start = [0] * len(lists)
        for columns in zip(*runs, strict=True):
            groups = [entries for _, entries in columns]
            found.extend(self._run(groups, points, start, name))
            start = [at + len(group) for at, group in zip(start, groups, strict=True)]
        return tuple(found)

    def _one_by_one(self, lists: Sequence[tuple[Code, ...]], points: Sequence[Point], name: str) -> tuple[Code, ...]:
        if len({len(entries) for entries in lists}) != 1:
            raise Conflict(name)
        columns = zip(*(map(_entry, entries) for entries in lists), strict=True)
        return tuple(self.module(column, points, f"{name}_{i}") for i, column in enumerate(columns))

    def _runs(self, entries: tuple[Code, ...]) -> list[tuple[object, list[Code]]]:
        """Return runs of entries of one kind."""
        return [(kind, list(group)) for kind, group in groupby(entries, key=self.signature)]

    def signature(self, code: Code) -> object:
        """Return what tells modules of different kinds apart, numbers and lengths aside."""
        if isinstance(code, Round):
            return self.signature(code.item)
        if isinstance(code, Given):
            return self.signature(code.module)
        if isinstance(code, Chosen):
            return self.signature(code.side)
        if isinstance(code, Construct):
            return self.kind(code.instance)
        if isinstance(code, Call) and isinstance(code.function, Name) and code.function.text in CONTAINERS:
            inner = [self.signature(entry) for entry in _entries(code)]
            return code.function.text, tuple(kind for kind, _ in groupby(inner))
        if isinstance(code, Call):
            return code.function, tuple(a.name for a in code.arguments), _words(code)
        return code

    def _run(self, groups: list[list[Code]], points: Sequence[Point], start: list[int], name: str) -> list[Code]:
        counts = [len(group) for group in groups]
        written = all(isinstance(code, Round) for group in groups for code in group)
        if max(counts) < 3 and len(set(counts)) == 1 and not written:
            return list(self._one_by_one([tuple(group) for group in groups], points, name))
        try:
            each = self._each(groups, points, start, name)
        except Conflict:
            each = None
        if each is not None:
            return [Starred(each)]
        if len(set(counts)) == 1:
            return list(self._one_by_one([tuple(group) for group in groups], points, name))
        raise Conflict(name)

    def _each(self, groups: list[list[Code]], points: Sequence[Point], start: list[int], name: str) -> Each | None:
        """Return a comprehension over a run, None where its entries' numbers have no common expression."""
        flat = [(code, group, i) for group, codes in enumerate(groups) for i, code in enumerate(codes)]
        variable, shift = self._variable(flat, points)
        inner = [_inside(points[group], variable, i + shift) for _, group, i in flat]
        item = self.module([_entry(code) for code, _, _ in flat], inner, name)
        blanks = [piece for piece in walk(item) if isinstance(piece, Blank)]
        if any(self.reasons.explain(piece.findings) is None for piece in blanks):
            return None
        holes = [Hole(len(codes), _count(codes), f"{name}_count") for codes in groups]
        count = self.blank(holes, points)
        stop = infix(count, "+", Literal(shift)) if shift else count
        return Each(item, Known(variable), span(Literal(shift), stop))

    def _variable(self, flat: Sequence[tuple[Code, int, int]], points: Sequence[Point]) -> tuple[str, int]:
        """Return the author's name for the number of a round, and its first value."""
        for name, column in _named_columns([code for code, _, _ in flat]):
            shifts = {value - i for value, (_, _, i) in zip(column, flat, strict=True) if isinstance(value, int)}
            taken = {loop for point in points for loop, _ in point.loops}
            if len(shifts) == 1 and name not in self.reasons.names and name not in taken and len(set(column)) > 1:
                return name, shifts.pop()
        used = {loop for point in points for loop, _ in point.loops} | set(self.reasons.names) | set(self.reasons.lets)
        return next(name for name in ("i", "j", "k", "m", "n", "i_", "j_", "k_") if name not in used), 0


def _with_index(origin: Origin, passed: Passed) -> tuple[str, Hint | None]:
    if origin.index is None or passed.hint is None:
        return origin.parameter, None
    return origin.parameter, Hint(origin.index, passed.hint.names)


def index_of(hint: Hint) -> Static:
    """Return the value of an index as the author wrote it, None where it cannot be told."""
    try:
        return evaluate(translate(hint.expression, Known), dict(hint.names))
    except (Declined, Undefined):
        return None


def is_module(code: Code) -> bool:
    """Say whether code makes a module."""
    if isinstance(code, Construct | Slot | Round | Given | Chosen | Choice):
        return True
    if not isinstance(code, Call) or not isinstance(code.function, Name):
        return False
    name = code.function.text.removeprefix("nn.")
    return name[:1].isupper() and "." not in name and name != "Parameter"


def _entries(code: Call) -> Iterable[Code]:
    for argument in code.arguments:
        yield from argument.value.items if isinstance(argument.value, Listing) else (argument.value,)


def _entry(code: Code) -> Code:
    return code.item if isinstance(code, Round) else code


def _count(codes: Sequence[Code]) -> Hint | None:
    """Return what the author wrote for the number of rounds, where these are all rounds of one comprehension."""
    return codes[0].count if isinstance(codes[0], Round) else None


def _words(code: Call) -> tuple[object, ...]:
    """Return the arguments of a call that are no numbers of the instance."""
    return tuple(a.value for a in code.arguments if isinstance(a.value, Literal))


def _inside(point: Point, variable: str, value: int) -> Point:
    return Point(point.index, (*point.loops, (variable, value)))


def _named_columns(codes: Sequence[Code]) -> list[tuple[str, list[Static]]]:
    """Return the names that the author's expressions in all codes share, with their values in each code."""
    tables: list[dict[str, Static]] = []
    for code in codes:
        table: dict[str, Static] = {}
        for hint in _hints(code):
            for name, value in hint.names:
                table.setdefault(name, value)
        tables.append(table)
    shared = [name for name in tables[0] if all(name in table for table in tables)]
    return [(name, [table[name] for table in tables]) for name in shared]


def _hints(code: Code) -> Iterable[Hint]:
    for piece in walk(code):
        if isinstance(piece, Hole) and piece.hint is not None:
            yield piece.hint
        if isinstance(piece, Construct):
            yield from (hint for _, hint in piece.hints)
