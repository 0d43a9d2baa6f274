"""Text to tree and back."""

from typing import TYPE_CHECKING

from archc.syntax.reader import read_source
from archc.syntax.source import Position, Source, Span
from archc.syntax.walk import children, walk

if TYPE_CHECKING:
    from archc.syntax.entries import Entry, catalogue
    from archc.syntax.formatter import format_expression, format_file, format_tree
    from archc.syntax.parser import Comment, Parsed, parse, parse_expression
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "Comment": "parser",
            "Entry": "entries",
            "Parsed": "parser",
            "catalogue": "entries",
            "format_expression": "formatter",
            "format_file": "formatter",
            "format_tree": "formatter",
            "parse": "parser",
            "parse_expression": "parser",
        },
    )

__all__ = [
    "Comment",
    "Entry",
    "Parsed",
    "Position",
    "Source",
    "Span",
    "catalogue",
    "children",
    "format_expression",
    "format_file",
    "format_tree",
    "parse",
    "parse_expression",
    "read_source",
    "walk",
]
