"""Declarations and files to docs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archc.syntax import tree
from archc.syntax.formatter.comments import Comments
from archc.syntax.formatter.layout import (
    HARD,
    SPACE,
    Align,
    Break,
    Doc,
    Group,
    Nest,
    Remark,
    breaks,
    filled,
    flat_width,
    joined,
    render,
)
from archc.syntax.formatter.signatures import WIDTH
from archc.syntax.formatter.statements import Statements, doc_lines
from archc.syntax.formatter.tables import Table, label
from archc.syntax.formatter.writer import INDENT
from archc.syntax.source import Span

Mapping = tree.SourceAddress | tree.Root | tree.KeyMap | tree.Drop


class Declarations(Statements):
    """Makes docs of declarations."""

    def file(self, node: tree.File) -> Doc:
        """Return a whole file."""
        end = Span(node.span.source, node.span.end, node.span.end + 1)
        version = self._version(node.version) if node.version is not None else ""
        rest = self.lines(node.declarations, self.declaration, end, spaced=True)
        return (version, Break(blank=True), rest) if version and rest else (version, rest)

    def _version(self, number: int) -> Doc:
        place = self.comments.version()
        above = self.comments.before(place) if place is not None else []
        remark = self.comments.beside(place) if place is not None else None
        lines: list[Doc] = [part for comment in above for part in (comment.text, HARD)]
        return (*lines, f"archc {number}", Remark(remark.text) if remark is not None else "")

    def declaration(self, node: tree.Declaration) -> Doc:
        """Return the doc of a declaration, its docstring above it."""
        return _MAKERS[type(node)](self, node)

    def _use(self, node: tree.Use) -> Doc:
        names: Doc = (" (", Align(filled(node.names, ",")), ")") if node.names else ""
        return (f"use {'.'.join(node.path)}", names)

    def _block(self, node: tree.Block) -> Doc:
        head: Doc = (f"{node.kind.value} {node.name}", self.parameters(node.parameters))
        header = (doc_lines(node.doc), self.header(head, node.signature, node.where))
        if node.body is None:
            return header
        return (header, " ", self.braces(node.span, node.body, self.statement))

    def _record(self, node: tree.TypeDeclaration) -> Doc:
        head: Doc = (doc_lines(node.doc), f"type {node.name}", self.shape(node.dims), " ")
        return (head, self.braces(node.span, node.members, self._member))

    def _member(self, node: tree.Member) -> Doc:
        return self.typed(node.name, node.type, node.shape)

    def _rule(self, node: tree.Rule) -> Doc:
        """Return a rule, its two sides below each other where they do not fit on a line."""
        head = f"rule {node.name}: "
        left, right = self.expression(node.left), self.expression(node.right)
        where: Doc = self.where(node.where) if node.where else ""
        whole: Doc = (head, left, " ~> ", right, " " if where else "", where)
        if flat_width(whole) <= WIDTH and not breaks(whole):
            return (doc_lines(node.doc), whole)
        below: Doc = Nest(INDENT, (HARD, where)) if where else ""
        sides: Doc = (Align(left), Nest(len(head) - 3, (HARD, "~> ", Align(right))))
        return (doc_lines(node.doc), head, sides, below)

    def _space(self, node: tree.Space) -> Doc:
        head: Doc = (f"space {node.name}", self.parameters(node.parameters))
        if isinstance(node.value, tree.Choice):
            header = self.header(head, node.signature, node.where, INDENT)
            budget: Doc = (" ", self.where(node.budget)) if node.budget else ""
            return (doc_lines(node.doc), header, " = ", self.expression(node.value), budget)
        header = self.header(head, node.signature, node.where, INDENT, more=self._meaning(node))
        return (doc_lines(node.doc), header)

    def _meaning(self, node: tree.Space) -> list[Doc]:
        value: Doc = ("= ", self.expression(node.value))
        return [value, self.where(node.budget)] if node.budget else [value]

    def _variants(self, node: tree.Variants) -> Doc:
        head = f"variants {node.target}({', '.join(node.columns)}) "
        plain = Declarations(Comments(None, ()))
        table = Table(node.rows, lambda value: render(plain.expression(value), 1 << 30), WIDTH - INDENT)

        def make(row: tree.VariantRow) -> Doc:
            line = table.line(row)
            return line if line is not None else self._variant(row)

        return (doc_lines(node.doc), head, self.braces(node.span, node.rows, make))

    def _variant(self, row: tree.VariantRow) -> Doc:
        arguments = filled([self.argument(each) for each in row.arguments], ",")
        return (label(row), (" ", Align(arguments)) if row.arguments else "")

    def _checkpoint(self, node: tree.Checkpoint) -> Doc:
        head: Doc = (doc_lines(node.doc), f"checkpoint {node.name} for {node.target} ")
        return (head, self.braces(node.span, node.statements, self._mapping))

    def _mapping(self, node: Mapping) -> Doc:
        match node:
            case tree.SourceAddress():
                return f'source {node.variant} = "{node.address}"'
            case tree.Root():
                return f'root "{node.key}"'
            case tree.Drop():
                return ("drop ", self.expression(node.pattern))
            case tree.KeyMap():
                return self._keymap(node)

    def _keymap(self, node: tree.KeyMap) -> Doc:
        theirs = self._keys(node.theirs)
        via: Doc = (" via ", self.expression(node.via)) if node.via is not None else ""
        clauses = [(" ", self.clause(clause)) for clause in node.clauses]
        return Group((self._keys(node.ours), Nest(2, (SPACE, "<- ", theirs, via, *clauses))))

    def _keys(self, keys: Sequence[tree.Text]) -> Doc:
        return joined([self.expression(key) for key in keys], ", ")


_MAKERS: dict[type[tree.Node], Callable[[Declarations, Any], Doc]] = {
    tree.Use: Declarations._use,
    tree.Let: Declarations.let,
    tree.Block: Declarations._block,
    tree.TypeDeclaration: Declarations._record,
    tree.Rule: Declarations._rule,
    tree.Space: Declarations._space,
    tree.Variants: Declarations._variants,
    tree.Checkpoint: Declarations._checkpoint,
}
