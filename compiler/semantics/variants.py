"""The published configurations of an architecture: rows of values, which may build on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archc.diagnostics.diagnostic import ArchError, Diagnostic
from archc.records import record
from archc.semantics.calls import argument_value
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import CyclicDefinition
from archc.semantics.faults import Fault, Poisoned, fault, help_note
from archc.semantics.recursion import deep_recursion
from archc.semantics.scope import Scope
from archc.semantics.suggest import renaming
from archc.semantics.values import Thing
from archc.syntax import Source, Span, parse_expression, tree


@record
class Variant:
    """A row of a table: what it gives the architecture's parameters. `arguments` is None where the row has errors."""

    name: str
    row: tree.VariantRow
    arguments: Mapping[str, Thing] | None
    diagnostics: tuple[Diagnostic, ...]


def tables_of(scope: Scope, name: str) -> Iterator[tree.Variants]:
    """Yield the variant tables of an architecture."""
    return (d for d in scope.file.declarations if isinstance(d, tree.Variants) and d.target == name)


def variants_of(scope: Scope, definition: Definition) -> tuple[Variant, ...]:
    """Return the variants of an architecture in the order of the text."""
    reader = _Reader(scope, definition)
    return tuple(reader.variant(table, row) for table in tables_of(scope, definition.name) for row in table.rows)


class _Reader:
    """Evaluates rows; a row may take over another one with `...name`."""

    def __init__(self, scope: Scope, definition: Definition) -> None:
        self.scope = scope
        self.definition = definition
        self.e = Elaborator(scope.session)
        self._rows = {row.name: (t, row) for t in tables_of(scope, definition.name) for row in t.rows}
        self._open: list[str] = []

    def variant(self, table: tree.Variants, row: tree.VariantRow) -> Variant:
        self._open.clear()
        try:
            with deep_recursion():
                return Variant(row.name, row, self._row(table, row), ())
        except Fault as error:
            return Variant(row.name, row, None, (error.diagnostic,))
        except CyclicDefinition as cycle:
            found = Diagnostic("E215", f"the value of `{cycle.name}` needs itself", row.span)
            return Variant(row.name, row, None, (found,))
        except Poisoned:
            return Variant(row.name, row, None, ())

    def _row(self, table: tree.Variants, row: tree.VariantRow) -> dict[str, Thing]:
        if row.name in self._open:
            raise fault("E215", f"the variant `{row.name}` builds on itself", row.span)
        self._open.append(row.name)
        values: dict[str, Thing] = {}
        columns = list(table.columns)
        for argument in row.arguments:
            if isinstance(argument, tree.Spread):
                values.update(self._taken(argument))
                columns = [c for c in columns if c not in values]
                continue
            name = argument.name or self._column(columns, argument, table)
            values[name] = self._value(name, argument)
        self._open.pop()
        missing = [c for c in table.columns if c not in values]
        if missing:
            raise fault(
                "C402",
                f"the variant `{row.name}` gives no `{missing[0]}`",
                row.span,
                f"{len(table.columns)} columns: {', '.join(table.columns)}",
            )
        return values

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

    def _value(self, name: str, argument: tree.Argument) -> Thing:
        if name not in self.definition.parameter_names:
            raise fault(
                "N102",
                f"`{self.definition.name}` has no parameter `{name}`",
                argument.span,
                fixes=renaming(argument.span, name, self.definition.parameter_names),
            )
        return argument_value(self.e, argument.value, self.definition.parameter(name), self.scope)

    def _taken(self, spread: tree.Spread) -> dict[str, Thing]:
        if spread.name not in self._rows:
            raise fault(
                "C401",
                f"there is no variant `{spread.name}`",
                spread.span,
                fixes=renaming(spread.span, spread.name or "", self._rows),
            )
        return self._row(*self._rows[spread.name])


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
    source = Source(f"<{parameter.name}>", text)
    expression = parse_expression(text, Span(source, 0, len(text)))
    if isinstance(expression, Diagnostic):
        raise ArchError((expression,))
    try:
        with deep_recursion():
            return argument_value(Elaborator(scope.session), expression, parameter, scope)
    except Fault as error:
        raise ArchError((error.diagnostic,)) from None
    except CyclicDefinition as cycle:
        message = f"the value of `{cycle.name}` needs itself"
        raise ArchError((Diagnostic("E215", message, expression.span),)) from None
