"""Text to tree and back."""

from archc.syntax.formatter import format_expression, format_file, format_tree
from archc.syntax.parser import Comment, Parsed, parse, parse_expression
from archc.syntax.reader import read_source
from archc.syntax.shelf import cached_parse
from archc.syntax.source import Position, Source, Span
from archc.syntax.walk import children, walk

__all__ = [
    "Comment",
    "Parsed",
    "Position",
    "Source",
    "Span",
    "cached_parse",
    "children",
    "format_expression",
    "format_file",
    "format_tree",
    "parse",
    "parse_expression",
    "read_source",
    "walk",
]
