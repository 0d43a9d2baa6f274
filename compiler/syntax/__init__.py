"""Text to tree and back."""

from archc.syntax.parser import Comment, Parsed, parse, parse_expression
from archc.syntax.reader import read_source
from archc.syntax.source import Position, Source, Span

__all__ = ["Comment", "Parsed", "Position", "Source", "Span", "parse", "parse_expression", "read_source"]
