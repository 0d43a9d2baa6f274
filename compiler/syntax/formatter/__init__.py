"""Tree to text: canonical, without options.

The line breaks before `|>`, empty lines (one at most) and comments are the author's; all else follows from the tree:
120 columns, two more a body, rows of variants in columns. What does not fit on a line is broken before operators and
`|>`, and behind commas, as many items on a line as fit.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.syntax import tree
from archc.syntax.formatter.comments import Comments
from archc.syntax.formatter.declarations import Declarations
from archc.syntax.formatter.expressions import Expressions
from archc.syntax.formatter.layout import render
from archc.syntax.formatter.signatures import WIDTH
from archc.syntax.parser import Comment, Parsed

__all__ = ["WIDTH", "format_expression", "format_file", "format_tree"]


def format_file(parsed: Parsed) -> str:
    """Return the text of a file in its canonical form, with its comments and its empty lines (one at most).

    Parsed again, it gives an equal tree. A text with errors comes back as it is.
    """
    if parsed.file is None or parsed.diagnostics:
        return parsed.source.text
    return format_tree(parsed.file, parsed.comments)


def format_tree(file: tree.File, comments: Sequence[Comment] = ()) -> str:
    """Return the text of a tree, made by a program or read, in its canonical form."""
    doc = Declarations(Comments(file.span.source, comments)).file(file)
    text = render(doc, WIDTH)
    return text + "\n" if text else ""


def format_expression(expression: tree.Expression) -> str:
    """Return an expression on one line, but for a `choice`, which takes a line for every alternative."""
    return render(Expressions(Comments(None, ())).expression(expression), 1 << 30)
