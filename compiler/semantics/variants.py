"""The published configurations of an architecture: rows of values, which may build on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from archc.diagnostics.diagnostic import ArchError, Diagnostic
from archc.records import record
from archc.semantics.calls import argument_value
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.outside import outside
from archc.semantics.recursion import deep_recursion
from archc.semantics.scene import Scene
from archc.semantics.scope import Scope
from archc.semantics.session import DEPTH
from archc.semantics.suggest import renaming
from archc.semantics.values import Thing
from archc.syntax import Span, parse_expression, tree


@record
class Variant:
    """A row of a table: what it gives the architecture's parameters. `arguments` is None where the row has errors.

    `places` are where the arguments stand.
    """

    name: str
    row: tree.VariantRow
    arguments: Mapping[str, Thing] | None
    diagnostics: tuple[Diagnostic, ...]
    places: Mapping[str, tree.Node] = field(default_factory=dict)

    @property
    def scene(self) -> Scene:
        """The row as the call of the architecture."""
        return Scene(self.row.span, self.places)


def tables_of(scope: Scope, name: str) -> Iterator[tree.Variants]:
    """Yield the variant tables of an architecture."""
    return (d for d in scope.file.declarations if isinstance(d, tree.Variants) and d.target == name)


def variants_of(scope: Scope, definition: Definition) -> tuple[Variant, ...]:
    """Return the variants of an architecture in the order of the text."""
    scope.session.steps = 0
    reader = _Reader(scope, definition)
    return tuple(reader.variant(table, row) for table in tables_of(scope, definition.name) for row in table.rows)


@record
class _Given:
    """What a row gives: values by parameter, and where each stands."""

    values: dict[str, Thing]
    places: dict[str, tree.Node]


class _Reader:
    """Evaluates rows, each once; a row may take over another one with `...name`."""

    def __init__(self, scope: Scope, definition: Definition) -> None:
        self.scope = scope
        self.definition = definition
        self.e = Elaborator(scope.session)
        self._rows = {row.name: (t, row) for t in tables_of(scope, definition.name) for row in t.rows}
        self._open: list[str] = []
        self._done: dict[str, _Given] = {}

    def variant(self, table: tree.Variants, row: tree.VariantRow) -> Variant:
        self._open.clear()
        try:
            with deep_recursion():
                given = self._row(table, row)
            return Variant(row.name, row, given.values, (), given.places)
        except FAILURES as failure:
            finding = finding_of(failure, row.span)
            return Variant(row.name, row, None, (finding,) if finding else ())

    def _row(self, table: tree.Variants, row: tree.VariantRow) -> _Given:
        if row.name in self._open:
            raise self._circle(row)
        if row.name not in self._done:
            self._open.append(row.name)
            self._done[row.name] = self._given(table, row)
            self._open.pop()
        return self._done[row.name]

    def _given(self, table: tree.Variants, row: tree.VariantRow) -> _Given:
        given = _Given({}, {})
        columns = list(table.columns)
        for argument in row.arguments:
            if isinstance(argument, tree.Spread):
                base = self._base(argument)
                given.values.update(base.values)
                given.places.update(base.places)
                columns = [c for c in columns if c not in base.values]
                continue
            name = argument.name or self._column(columns, argument, table)
            given.values[name] = self._value(name, argument, table)
            given.places[name] = argument.value
        missing = [c for c in table.columns if c not in given.values]
        if missing:
            raise fault(
                "C402",
                f"the variant `{row.name}` gives no `{missing[0]}`",
                row.span,
                f"{len(table.columns)} columns: {', '.join(table.columns)}",
            )
        return given

    def _column(self, columns: list[str], argument: tree.Argument, table: tree.Variants) -> str:
        if not columns:
            raise fault(
                "C402",
                "a value too many",
                argument.span,
                f"the table has the columns {', '.join(table.columns)}",
                notes=help_note("name further parameters: `name=value`"),
            )
        return columns.pop(0)

    def _value(self, name: str, argument: tree.Argument, table: tree.Variants) -> Thing:
        if name not in self.definition.parameter_names:
            header = Span(table.span.source, table.span.start + table.span.text.find("("), table.span.end)
            span = (argument.span if argument.name else header).word(name)
            raise fault(
                "N102",
                f"`{self.definition.name}` has no parameter `{name}`",
                span,
                notes=help_note(f"it has {', '.join(p.name for p in self.definition.parameters) or 'none'}"),
                fixes=renaming(span, name, self.definition.parameter_names),
            )
        return argument_value(self.e, argument.value, self.definition.parameter(name), self.scope)

    def _base(self, spread: tree.Spread) -> _Given:
        name = spread.name or ""
        if name not in self._rows:
            span = spread.span.word(name) if name else spread.span
            message = f"`{self.definition.name}` has no variant `{name}`" if name else "`...` names the row to build on"
            raise fault("C401", message, span, fixes=renaming(span, name, self._rows))
        if len(self._open) >= DEPTH:
            raise fault("E207", f"rows build on each other more than {DEPTH} deep", spread.span)
        return self._row(*self._rows[name])

    def _circle(self, row: tree.VariantRow) -> Fault:
        """Report a circle at its first row, from whichever row it is entered."""
        circle = self._open[self._open.index(row.name) :]
        first = min((self._rows[name][1] for name in circle), key=lambda one: one.span.start)
        at = circle.index(first.name)
        names = " -> ".join(f"`{name}`" for name in (*circle[at:], *circle[:at], first.name))
        return fault("E215", f"the variant `{first.name}` builds on itself: {names}", first.span)


def override(scope: Scope, parameter: tree.Parameter, value: object) -> Thing:
    """Return what a value given from outside means to a parameter.

    Lists become sequences; a string is text of the language, read where the file's names are known. Raises TypeError
    for other Python values, ArchError for text that has no value.
    """
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return _from_text(scope, parameter, value)
    if isinstance(value, (list, tuple)):
        return tuple(override(scope, parameter, entry) for entry in value)
    raise TypeError(f"a parameter takes no {type(value).__name__}")


def _from_text(scope: Scope, parameter: tree.Parameter, text: str) -> Thing:
    expression = parse_expression(text, outside(parameter.name, text).value)
    if isinstance(expression, Diagnostic):
        raise ArchError((expression,))
    try:
        with deep_recursion():
            return argument_value(Elaborator(scope.session), expression, parameter, scope)
    except FAILURES as failure:
        finding = finding_of(failure, expression.span)
        raise ArchError((finding,) if finding else ()) from None
