"""Statements to docs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archc.syntax import tree
from archc.syntax.formatter.expressions import quoted
from archc.syntax.formatter.layout import HARD, SPACE, Align, Doc, Group, Nest, filled, joined
from archc.syntax.formatter.signatures import Signatures

Parameters = Sequence[tree.Parameter | tree.RestParameter]


class Statements(Signatures):
    """Makes docs of statements."""

    def statement(self, node: tree.Statement) -> Doc:
        """Return the doc of a statement, bodies and all."""
        return _MAKERS[type(node)](self, node)

    def let(self, node: tree.Let) -> Doc:
        """Return a `let`, with its docstring."""
        targets: Doc = ", ".join(node.targets)
        if node.parameters is not None:
            targets = (targets, self.parameters(node.parameters, always=True))
        return (doc_lines(node.doc), "let ", targets, " = ", self.values(node.values))

    def _assign(self, node: tree.Assign) -> Doc:
        return (", ".join(node.targets), " = ", self.values(node.values))

    def _declare(self, node: tree.Declare) -> Doc:
        clauses = [(" ", self.clause(clause)) for clause in node.clauses]
        label = self.module(node.label)
        return (label, ": ", self.expression(node.module), *clauses)

    def _weights(self, node: tree.Weights) -> Doc:
        return (f"{node.store.value} ", Align(filled([self._stored(entry) for entry in node.entries], ",")))

    def _stored(self, node: tree.Stored) -> Doc:
        name = quoted(node.name, node.quoted) + ("?" if node.optional else "")
        shape = self.typed(name, node.type, node.shape)
        start: Doc = (" = ", self.operation(node.start)) if node.start is not None else ""
        guard: Doc = (" if ", self.operation(node.guard)) if node.guard is not None else ""
        return (shape, start, guard)

    def _return(self, node: tree.Return) -> Doc:
        return ("return ", self.values(node.values))

    def _for(self, node: tree.For) -> Doc:
        head: Doc = (f"for {', '.join(node.names)} in ", self.expression(node.iterable), " ")
        return (head, self.braces(node.span, node.body, self.statement))

    def _if(self, node: tree.If) -> Doc:
        parts: list[Doc] = []
        current: tree.If | None = node
        while current is not None:
            otherwise = current.otherwise
            end = self._end_of_then(current) if otherwise is not None else None
            head: Doc = ("if ", self.expression(current.test), " ")
            parts.append((head, self.braces(current.span, current.then, self.statement, end)))
            inner = otherwise[0] if otherwise is not None and len(otherwise) == 1 else None
            current = inner if isinstance(inner, tree.If) else None
            if otherwise is not None and current is None:
                parts.append(self.braces(node.span, otherwise, self.statement))
        return joined(parts, " else ")

    def _end_of_then(self, node: tree.If) -> int:
        if node.then and self.comments.knows(node.then[-1].span):
            return self.comments.closing(node.span, node.then[-1].span.end)
        return self.comments.empty_body(node.span, node.test.span.end)

    def _form(self, node: tree.Form) -> Doc:
        return (f"{node.mode.value} ", self.braces(node.span, node.body, self.statement))

    def _entry(self, node: tree.Entry) -> Doc:
        head: Doc = ("entry ", node.name, self.parameters(node.parameters))
        header = self.header(head, node.signature, node.where)
        return (doc_lines(node.doc), header, " ", self.braces(node.span, node.body, self.statement))

    def _check(self, node: tree.Check) -> Doc:
        left = self.expression(node.left)
        if node.right is None:
            return ("check ", left)
        return ("check ", Group((left, Nest(2, (SPACE, "~ ", self.expression(node.right))))))


def doc_lines(doc: str | None) -> Doc:
    """Return a docstring and the end of its line, or nothing."""
    if doc is None:
        return ""
    gap = " " if doc.endswith('"') else ""
    return (joined(f'"""{doc}{gap}"""'.split("\n"), HARD), HARD)


_MAKERS: dict[type[tree.Node], Callable[[Statements, Any], Doc]] = {
    tree.Let: Statements.let,
    tree.Assign: Statements._assign,
    tree.Declare: Statements._declare,
    tree.Weights: Statements._weights,
    tree.Return: Statements._return,
    tree.For: Statements._for,
    tree.If: Statements._if,
    tree.Form: Statements._form,
    tree.Entry: Statements._entry,
    tree.Check: Statements._check,
}
