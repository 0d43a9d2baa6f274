"""The rows of `variants`, in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc.syntax import tree
from archc.syntax.formatter.expressions import quoted

Show = Callable[[tree.Expression], str]


class Table:
    """Rows of which every argument is a value with no name: a column for each. Numbers stand to the right."""

    def __init__(self, rows: Sequence[tree.VariantRow], show: Show, width: int) -> None:
        self._show = show
        tabular = [row for row in rows if row.arguments and all(_is_plain(a) for a in row.arguments)]
        tabular = [row for row in tabular if len(self._line(row)) <= width]
        self._label = max((len(label(row)) for row in tabular), default=0)
        cells = [_values(row) for row in tabular]
        most = max(map(len, cells), default=0)
        self._columns = [_Column([row[at] for row in cells if at < len(row)], show) for at in range(most)]
        self._rows = {id(row): self._set(row) for row in tabular}
        if any(len(line) > width for line in self._rows.values()):
            self._rows = {}

    def line(self, row: tree.VariantRow) -> str | None:
        """Return a row in the table's columns, None for one that is no part of it."""
        return self._rows.get(id(row))

    def _line(self, row: tree.VariantRow) -> str:
        return f"{label(row)} {', '.join(map(self._show, _values(row)))}"

    def _set(self, row: tree.VariantRow) -> str:
        values = _values(row)
        cells = [column.set(value) for column, value in zip(self._columns, values, strict=False)]
        widths = [column.width for column in self._columns]
        padded = [f"{cell},".ljust(width + 1) for cell, width in zip(cells[:-1], widths, strict=False)]
        return " ".join([label(row).ljust(self._label), *padded, cells[-1]])


def label(row: tree.VariantRow) -> str:
    """Return what a row begins with."""
    return quoted(row.name, row.quoted) + ":"


class _Column:
    """A column: how its cells are set follows from all of them."""

    def __init__(self, values: Sequence[tree.Expression], show: Show) -> None:
        self._show = show
        self._lists = _item_widths(values, show)
        self._numbers = all(_is_number(value) for value in values)
        texts = [self._text(value) for value in values]
        self.width = max(map(len, texts), default=0)

    def set(self, value: tree.Expression) -> str:
        """Return the cell of a value; one that stands to the left has no blanks behind it."""
        text = self._text(value)
        return text.rjust(self.width) if self._numbers else text

    def _text(self, value: tree.Expression) -> str:
        if self._lists is None or not isinstance(value, tree.Sequence | tree.Row):
            return self._show(value)
        items = [self._show(item).rjust(width) for item, width in zip(_items(value), self._lists, strict=True)]
        opening, closing = "[]" if isinstance(value, tree.Sequence) else "()"
        return f"{opening}{', '.join(items)}{closing}"


def _item_widths(values: Sequence[tree.Expression], show: Show) -> list[int] | None:
    """Return the widths of the items, where all values are lists of as many numbers; None elsewhere."""
    lists = [_items(value) for value in values if isinstance(value, tree.Sequence | tree.Row)]
    if len(lists) < len(values) or len({len(each) for each in lists}) != 1:
        return None
    if not all(_is_number(item) for each in lists for item in each):
        return None
    return [max(len(show(item)) for item in position) for position in zip(*lists, strict=True)]


def _items(value: tree.Sequence | tree.Row) -> list[tree.Expression]:
    return [item for item in value.items if not isinstance(item, tree.Labelled)]


def _is_number(value: tree.Expression) -> bool:
    return isinstance(value.operand if isinstance(value, tree.Unary) else value, tree.Number)


def _is_plain(argument: tree.Argument | tree.Spread) -> bool:
    return isinstance(argument, tree.Argument) and argument.name is None


def _values(row: tree.VariantRow) -> list[tree.Expression]:
    return [argument.value for argument in row.arguments if isinstance(argument, tree.Argument)]
