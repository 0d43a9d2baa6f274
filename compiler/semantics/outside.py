"""Values given outside a text, by an option or by an argument of a call: where messages say that they stand."""

from __future__ import annotations

from archc.records import record
from archc.syntax import Source, Span, tree


class OptionText(str):
    """Text of the language that stands behind `-D name=` on the command line."""


@record
class Outside:
    """A name that is given a value, and the places of both in the option or argument that does so."""

    name: Span
    value: Span

    @property
    def node(self) -> tree.Node:
        """The value, as the argument of a call would be."""
        return tree.Name(self.value, self.value.text)


def outside(name: str, value: object) -> Outside:
    """Return where a value is given: in an option of the command line, else in a call as `name=value`."""
    shown = value if isinstance(value, str) else repr(value)
    is_option = isinstance(value, OptionText)
    head = "-D " if is_option else ""
    source = Source("command line" if is_option else "arguments", f"{head}{name}={shown}")
    start, end = len(head), len(head) + len(name)
    return Outside(Span(source, start, end), Span(source, end + 1, len(source.text)))
