"""Why a number is what it is: the author's expression where it holds in every instance, else a simple form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from archc.backends.torch.code import Code, Hint, Known, Listing, Literal, Name, Node, rebuild, walk
from archc.backends.torch.evaluation import Scope, Undefined, entries, evaluate, is_same, is_sequence
from archc.backends.torch.forms import explained, holds, is_constant
from archc.backends.torch.names import unique
from archc.backends.torch.text import flat
from archc.backends.torch.translation import Declined, translate
from archc.graph.static import Static
from archc.shapes.expression import Expr
from archc.syntax import tree

LONG = 36
"""Columns from which on a size has a name of its own."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place where a number stands: an instance of the class, and the rounds of the loops around it."""

    index: int
    loops: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One number at one point, with what the author wrote there."""

    point: Point
    value: Static
    hint: Hint | None
    role: str
    is_width: bool = False


@dataclass(slots=True)
class Reasons:
    """The static names of a class: what each instance calls by them, and the author's `let`s among them."""

    scopes: list[dict[str, Static]]
    names: list[str]
    lets: Mapping[str, tree.Expression]
    locals: dict[str, Code] = field(default_factory=dict)
    widths: tuple[str, ...] = ()
    """The names of sizes in the block's signature."""
    written: dict[Code, None] = field(default_factory=dict)
    flow: Callable[[], tuple[Code, ...]] = tuple
    """Gives the sizes of tensors as the author's text has them; asked where nothing else explains a size."""

    def scope(self, point: Point) -> Scope:
        """Return the names at a point."""
        return {**self.scopes[point.index], **dict(point.loops)} if point.loops else self.scopes[point.index]

    def explain(self, findings: Sequence[Finding]) -> Code | None:
        """Return one expression for a number wherever it stands, None where there is no simple one."""
        values = [finding.value for finding in findings]
        scopes = [self.scope(finding.point) for finding in findings]
        found = self._written(findings, values, scopes)
        if found is not None:
            self.written[found] = None
            return found
        if is_constant(values):
            return self._width(findings, values, scopes) or literal(values[0])
        again = next((code for code in self.written if holds(code, values, scopes)), None)
        if again is not None:
            return again
        loops = [name for name, _ in findings[0].point.loops]
        known = [*loops, *self.names, *self.locals]
        simple = explained(values, scopes, known, loops) or self._entries(findings, values)
        return simple or self._followed(values, scopes)

    def _width(self, findings: Sequence[Finding], values: Sequence[Static], scopes: Sequence[Scope]) -> Code | None:
        """Return the name that the signature has for a size that is the same wherever it was seen."""
        if values[0] == 1 or not all(finding.is_width for finding in findings):
            return None
        names = (name for name in self.widths if name in self.names)
        return next((Known(name) for name in names if holds(Known(name), values, scopes)), None)

    def _followed(self, values: Sequence[Static], scopes: Sequence[Scope]) -> Code | None:
        """Return what flows here by the author's text; what is too long for its place becomes a local."""
        found = [code for code in self.flow() if holds(code, values, scopes)]
        if not found:
            return None
        code = replaced(min(found, key=lambda one: len(flat(one))), {code: name for name, code in self.locals.items()})
        return self._as_local("width", code) if len(flat(code)) > LONG else code

    def _as_local(self, wanted: str, code: Code) -> Code:
        name = unique(wanted, {*self.scopes[0], *self.lets, *self.locals})
        self.locals[name] = code
        for scope in self.scopes:
            scope[name] = evaluate(code, scope)
        return Known(name)

    def _entries(self, findings: Sequence[Finding], values: Sequence[Static]) -> Code | None:
        """A sequence that has one length everywhere, entry by entry."""
        if not all(map(is_sequence, values)) or len({len(entries(value)) for value in values}) != 1:
            return None
        items: list[Code] = []
        for i in range(len(entries(values[0]))):
            item = self.explain([_entry(finding, i) for finding in findings])
            if item is None:
                return None
            items.append(item)
        return Listing(tuple(items))

    # -- the author's expression -----------------------------------------------------------------

    def _written(self, findings: Sequence[Finding], values: Sequence[Static], scopes: Sequence[Scope]) -> Code | None:
        hints = [finding.hint for finding in findings]
        first = hints[0]
        if first is None or any(hint is None or hint.expression != first.expression for hint in hints):
            return None
        columns = _columns([hint for hint in hints if hint is not None])
        try:
            code = translate(first.expression, lambda name: self._resolve(name, columns.get(name), findings, scopes))
        except Declined:
            return None
        now = [self.scope(finding.point) for finding in findings]  # with the locals that the translation found
        return code if holds(code, values, now) else None

    def _resolve(
        self, name: str, column: list[Static] | None, findings: Sequence[Finding], scopes: Sequence[Scope]
    ) -> Code | None:
        """Return the code for a name of the author's at these points."""
        loops = [loop for loop, _ in findings[0].point.loops]
        known = name in self.names or name in loops
        if column is None:
            return Known(name) if known else self.outer(name)
        if known and all(name in s and is_same(s[name], v) for s, v in zip(scopes, column, strict=True)):
            return Known(name)
        local = self._local(name, column, findings)
        if local is not None:
            return local
        if is_constant(column):
            return literal(column[0])
        spelt = self._spelt(name, column, findings, scopes)
        if spelt is not None:
            return spelt
        return explained(column, scopes, [*loops, *self.names, *self.locals], loops)

    def _spelt(
        self, name: str, column: list[Static], findings: Sequence[Finding], scopes: Sequence[Scope]
    ) -> Code | None:
        """Return what a `let` of the author's in a loop says, in the names at these points."""
        expression = self.lets.get(name)
        if expression is None:
            return None
        try:
            code = translate(expression, lambda inner: self._resolve(inner, None, findings, scopes))
        except (Declined, RecursionError):
            return None
        return code if holds(code, column, scopes) else None

    def _local(self, name: str, column: list[Static], findings: Sequence[Finding]) -> Code | None:
        """Return a `let` of the author's as a local of the class, if it has this value in every instance."""
        expression = self.lets.get(name)
        if expression is None or name in self.names:
            return None
        found = self._declare(name, expression)
        if found is None or not all(is_same(found[f.point.index], v) for f, v in zip(findings, column, strict=True)):
            return None
        return Known(name)

    def _declare(self, name: str, expression: tree.Expression) -> list[Static] | None:
        """Make a local of a `let` that depends on nothing but the class's names; return its values."""
        if name in self.locals:
            return [scope[name] for scope in self.scopes]
        try:
            code = translate(expression, self.outer)
            found = [evaluate(code, scope) for scope in self.scopes]
        except (Declined, Undefined, RecursionError):
            return None
        self.locals[name] = code
        for scope, value in zip(self.scopes, found, strict=True):
            scope[name] = value
        return found

    def outer(self, name: str) -> Code | None:
        """Return the code for a static name of the class, None where the class knows none."""
        if name in self.names or name in self.locals:
            return Known(name)
        expression = self.lets.get(name)
        return Known(name) if expression and self._declare(name, expression) is not None else None


class FreeSizeError(Exception):
    """A size that is known at run time only, where a number is needed when a module is made."""

    def __init__(self, size: Expr) -> None:
        super().__init__(str(size))
        self.size = size


def literal(value: Static) -> Code:
    """Return a static value as a literal; raises FreeSizeError for a free size."""
    if is_sequence(value):
        return Listing(tuple(map(literal, entries(value))))
    if isinstance(value, int | float | bool | str) or value is None:
        return Literal(value)
    if isinstance(value, Expr):
        raise FreeSizeError(value)
    return Name(repr(value))


def replaced(node: Code, names: Mapping[Code, str]) -> Code:
    """Return code with names for the pieces that have one."""

    def rule(piece: Node) -> Node:
        if isinstance(piece, Code) and piece in names:
            return Known(names[piece])
        return rebuild(piece, rule)

    found = rule(node)
    assert isinstance(found, Code)
    return found


def known_names(node: Node) -> list[str]:
    """Return the static names that a piece of code uses, in order."""
    return list(dict.fromkeys(piece.name for piece in walk(node) if isinstance(piece, Known)))


def _entry(finding: Finding, index: int) -> Finding:
    hint = finding.hint
    if hint is not None and isinstance(hint.expression, tree.Sequence | tree.Row):
        items = hint.expression.items
        entry = items[index] if index < len(items) else None
        hint = None if entry is None or isinstance(entry, tree.Labelled) else Hint(entry, hint.names)
    else:
        hint = None
    return Finding(finding.point, entries(finding.value)[index], hint, finding.role)


def _columns(hints: Sequence[Hint]) -> dict[str, list[Static]]:
    tables = [dict(hint.names) for hint in hints]
    shared = [name for name in tables[0] if all(name in table for table in tables)]
    return {name: [table[name] for table in tables] for name in shared}
