"""Expressions to docs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from archc.syntax import tree
from archc.syntax.formatter.layout import (
    HARD,
    SOFT,
    SPACE,
    Align,
    Break,
    Doc,
    Group,
    Near,
    Nest,
    Remark,
    filled,
    flat_width,
    joined,
)
from archc.syntax.formatter.writer import Writer
from archc.syntax.lexer import first_on_line
from archc.syntax.operators import LOOSE, RIGHTWARD, STRENGTH, UNCHAINED, strength
from archc.syntax.source import Span
from archc.syntax.tree import Operator

N = TypeVar("N", bound=tree.Node)

# Further right than this, what is in a bracket begins on a line of its own.
FAR = 64
# Further right than this, the steps of a broken pipeline do not begin behind its value.
FAR_PIPE = 24
# What is no wider keeps an operator and the pipeline behind it on its line.
SHORT = 16

# `repeat` before one of these is a name.
_AFTER_NAMES = frozenset({"if", "then", "else", "and", "or", "in", "for", "where"})


class Expressions(Writer):
    """Makes docs of expressions; comments inside brackets and pipelines stay where they are."""

    def expression(self, node: tree.Expression | tree.Labelled) -> Doc:
        """Return the doc of any expression."""
        make = _MAKERS[type(node)]
        return make(self, node)

    def operation(self, node: tree.Expression) -> Doc:
        """Return the doc where pipelines, conditions and folds need brackets."""
        return self._bracketed(node) if isinstance(node, LOOSE) else self.expression(node)

    def module(self, node: tree.Expression) -> Doc:
        """Return the doc where only what has no operator may stand without brackets."""
        return self._bracketed(node) if isinstance(node, (*LOOSE, tree.Binary, tree.Unary)) else self.expression(node)

    def _bracketed(self, node: tree.Expression) -> Doc:
        return ("(", Align(self.expression(node)), ")")

    def _operand(self, node: tree.Expression, least: int) -> Doc:
        """Return the doc where what binds less than `least` needs brackets."""
        return self._bracketed(node) if strength(node) < least else self.expression(node)

    # -- lists -------------------------------------------------------------------------------------

    def listed(self, opening: str, nodes: Sequence[N], make: Callable[[N], Doc], closing: str, end: Span | None) -> Doc:
        """Return nodes in brackets: on one line, or filled; or one a line, where comments are among them.

        `end` is the place whose end is the closing bracket, None where it is not known.
        """
        items = [self._item(node, make) for node in nodes]
        last = self.comments.before(end, end.end) if end is not None else []
        if last or any(isinstance(part, Remark | Break) for item in items for part in item):
            return self._vertical(opening, items, last, closing)
        docs = filled(items, ",")
        return (opening, Group(Near(FAR, Align(docs), Nest(4, (SOFT, docs)))), closing)

    def _item(self, node: N, make: Callable[[N], Doc]) -> tuple[Doc, ...]:
        above = [part for comment in self.comments.before(node.span) for part in (comment.text, HARD)]
        doc = make(node)
        remark = self.comments.beside(node.span)
        return (*above, doc, Remark(remark.text)) if remark else (*above, doc)

    def _vertical(self, opening: str, items: Sequence[Doc], last: Sequence[Span], closing: str) -> Doc:
        lines = [(item, ",") if place < len(items) - 1 else item for place, item in enumerate(items)]
        lines += [comment.text for comment in last]
        return (opening, Nest(2, (HARD, joined(lines, HARD))), HARD, closing)

    def values(self, nodes: Sequence[tree.Expression]) -> Doc:
        """Return expressions with commas between them, the later lines of several below the first."""
        if len(nodes) == 1:
            return self.expression(nodes[0])
        return Align(filled([self._value(node) for node in nodes], ","))

    def _value(self, node: tree.Expression) -> Doc:
        """Return one of several values: a step that may be missing must not seem to guard them all."""
        guarded = isinstance(node, tree.Pipe) and node.stages[-1].guard is not None
        return self._bracketed(node) if guarded else self.expression(node)

    # -- expressions, one by one -------------------------------------------------------------------

    def _name(self, node: tree.Name) -> Doc:
        return node.text

    def _number(self, node: tree.Number) -> Doc:
        return node.text

    def _text(self, node: tree.Text) -> Doc:
        return f'"{node.value}"'

    def _reasoned(self, node: tree.Reasoned) -> Doc:
        return (self.expression(node.condition), " ", self.expression(node.reason))

    def _sequence(self, node: tree.Sequence) -> Doc:
        return self.listed("[", node.items, self.expression, "]", node.span)

    def _row(self, node: tree.Row) -> Doc:
        return self.listed("(", node.items, self.expression, ")", node.span)

    def _comprehension(self, node: tree.Comprehension) -> Doc:
        parts = [self.expression(node.item), *(self.clause(clause) for clause in node.clauses)]
        return ("[", Align(Group(joined(parts, SPACE))), "]")

    def clause(self, node: tree.Clause) -> Doc:
        """Return `for names in iterable if condition`."""
        condition: Doc = (" if ", self.operation(node.condition)) if node.condition is not None else ""
        return ("for ", ", ".join(node.names), " in ", self.operation(node.iterable), condition)

    def _unary(self, node: tree.Unary) -> Doc:
        mark = "not " if node.prefix is tree.Prefix.NOT else "-"
        return (mark, self._operand(node.operand, STRENGTH[node.prefix]))

    def _binary(self, node: tree.Binary) -> Doc:
        first, rest = _chain(node)
        own = STRENGTH[node.operator]
        head = self._operand(first, own + (node.operator in UNCHAINED | RIGHTWARD))
        least = own + (node.operator not in RIGHTWARD)
        tail = [(operator.value, self._right(operand, least)) for operator, operand in rest]
        if node.operator is Operator.RANGE:
            return (head, *tail)
        if node.operator is Operator.POWER:
            return (head, *((" ", mark, " ", operand) for mark, operand in tail))
        if len(rest) == 1 and isinstance(rest[0][1], tree.Pipe) and flat_width(head) <= SHORT:
            return (head, f" {tail[0][0]} ", tail[0][1])
        return Group((head, Nest(2, tuple((SPACE, mark, " ", operand) for mark, operand in tail))))

    def _right(self, node: tree.Expression, least: int) -> Doc:
        """Return the doc of a right operand; one with a minus may stand behind any operator."""
        minus = isinstance(node, tree.Unary) and node.prefix is tree.Prefix.NEGATE
        return self.expression(node) if minus else self._operand(node, least)

    def _conditional(self, node: tree.Conditional) -> Doc:
        if not isinstance(node.otherwise, tree.Conditional):
            then: Doc = (SPACE, "then ", self._condition(node.then))
            return Group(
                ("if ", self._condition(node.test), Nest(2, (then, SPACE, "else ", self.expression(node.otherwise))))
            )
        parts: list[Doc] = []
        current: tree.Expression = node
        while isinstance(current, tree.Conditional):
            head: Doc = ("else " if parts else "", "if ", self._condition(current.test))
            parts.append(Group((head, Nest(2, (SPACE, "then ", self._condition(current.then))))))
            current = current.otherwise
        parts.append(("else ", self.expression(current)))
        return Group(Nest(2, joined(parts, SPACE)))

    def _condition(self, node: tree.Expression) -> Doc:
        return self._bracketed(node) if isinstance(node, tree.Conditional | tree.Fold) else self.expression(node)

    def _fold(self, node: tree.Fold) -> Doc:
        start, iterable = self.operation(node.start), self.operation(node.iterable)
        head: Doc = (
            f"{node.loop.value} {', '.join(node.targets)} = ",
            start,
            f" for {', '.join(node.names)} in ",
            iterable,
        )
        return Group((head, " =>", Nest(2, (SPACE, self.expression(node.step)))))

    def _labelled(self, node: tree.Labelled) -> Doc:
        return (self.module(node.label), ": ", self.module(node.module))

    def _call(self, node: tree.Call) -> Doc:
        callee = self.module(node.callee)
        return (callee, self.listed("(", node.arguments, self.argument, ")", node.span))

    def argument(self, node: tree.Argument | tree.Spread) -> Doc:
        """Return an argument of a call or of a variant."""
        if isinstance(node, tree.Spread):
            return f"...{node.name or ''}"
        if node.name is None:
            return self.expression(node.value)
        return (
            f"{node.name}=",
            self._bracketed(node.value) if isinstance(node.value, tree.Pipe) else self.expression(node.value),
        )

    def _index(self, node: tree.Index) -> Doc:
        base = self.module(node.base)
        return (base, self.listed("[", node.subscripts, self._subscript, "]", node.span))

    def _subscript(self, node: tree.Expression | tree.Slice) -> Doc:
        if not isinstance(node, tree.Slice):
            return self.expression(node)
        if node.rest:
            return "..."
        bounds = (node.start, node.stop)
        start, stop = ("" if each is None else self._operand(each, STRENGTH[Operator.RANGE] + 1) for each in bounds)
        return (start, "..", stop)

    def _attribute(self, node: tree.Attribute) -> Doc:
        return (self.module(node.base), ".", quoted(node.name, node.quoted))

    def _choice(self, node: tree.Choice) -> Doc:
        title = f' "{node.title}"' if node.title is not None else ""
        return (f"choice{title} ", self.braces(node.span, node.alternatives, self._alternative))

    def _alternative(self, node: tree.Alternative) -> Doc:
        weight = f"{node.weight.text} " if node.weight is not None else ""
        return (f"{weight}=> ", self.expression(node.value))

    def _repeat(self, node: tree.Repeat) -> Doc:
        count = self.operation(node.count) if _begins_plainly(node.count) else self._bracketed(node.count)
        if isinstance(node.body, tree.Choice):
            return ("repeat ", count, " { ", self.expression(node.body), " }")
        return Group(("repeat ", count, " {", Nest(2, (SPACE, self.expression(node.body))), SPACE, "}"))

    # -- pipelines ---------------------------------------------------------------------------------

    def _pipe(self, node: tree.Pipe) -> Doc:
        """Return a pipeline. Its lines are the author's; without any, and too long for one, it has a step a line."""
        value = self.operation(node.value)
        lines = [_Row([])]
        before = node.value.span
        for stage in node.stages:
            comments = self.comments.before(stage.span)
            if comments or self._parted(before, stage.span):
                lines += _below(lines[-1], comments)
            lines[-1].steps.append(("|> ", self.stage(stage)))
            before = stage.span
        if len(lines) == 1:
            steps = joined(lines[0].steps, SPACE)
            return Group((value, Near(FAR_PIPE, (" ", Align(steps)), Nest(2, (SPACE, steps)))))
        first, *rest = (line.doc() for line in lines)
        if lines[0].steps:
            return (value, " ", Align(joined([first, *rest], HARD)))
        return (value, first, Nest(2, (HARD, joined(rest, HARD))))

    def _parted(self, before: Span, after: Span) -> bool:
        return (
            self.comments.knows(before)
            and self.comments.knows(after)
            and "\n" in before.source.text[before.end : after.start]
        )

    def stage(self, node: tree.Stage) -> Doc:
        """Return a step with its label and its guard."""
        guard: Doc = (" if ", self.operation(node.guard)) if node.guard is not None else ""
        module = self._labelled(node.module) if isinstance(node.module, tree.Labelled) else self.module(node.module)
        return (module, guard)


@dataclass(slots=True)
class _Row:
    """A line of a pipeline: steps, or a comment."""

    steps: list[Doc]
    remark: str | None = None

    def doc(self) -> Doc:
        return (filled(self.steps), Remark(self.remark)) if self.remark is not None else filled(self.steps)


def _below(row: _Row, comments: Sequence[Span]) -> list[_Row]:
    """Return the lines below a line: comments of their own; one that stood behind the line becomes its remark."""
    lines = [_Row([comment.text]) for comment in comments]
    if comments and not first_on_line(comments[0].source.text, comments[0].start):
        row.remark = comments[0].text
        lines = lines[1:]
    return [*lines, _Row([])]


def quoted(name: str, is_quoted: bool) -> str:
    """Return a name as it is written, in quotes where it is a template."""
    return f'"{name}"' if is_quoted else name


def _begins_plainly(node: tree.Expression) -> bool:
    """Return whether an expression begins with a number, a bracket or a name that is not also a word."""
    first: tree.Expression = node
    while isinstance(first, tree.Binary | tree.Call | tree.Index | tree.Attribute):
        match first:
            case tree.Binary():
                first = first.left
            case tree.Call():
                first = first.callee
            case _:
                first = first.base
    return isinstance(first, tree.Number) or (isinstance(first, tree.Name) and first.text not in _AFTER_NAMES)


def _chain(node: tree.Binary) -> tuple[tree.Expression, list[tuple[Operator, tree.Expression]]]:
    """Return the first operand of operators that bind alike and to the left, and the others with their operators."""
    rest = [(node.operator, node.right)]
    first = node.left
    chained = node.operator not in UNCHAINED | RIGHTWARD
    while chained and isinstance(first, tree.Binary) and STRENGTH[first.operator] == STRENGTH[node.operator]:
        rest.append((first.operator, first.right))
        first = first.left
    return first, rest[::-1]


_Maker = Callable[[Expressions, Any], Doc]
_MAKERS: dict[type[tree.Node], _Maker] = {
    tree.Name: Expressions._name,
    tree.Number: Expressions._number,
    tree.Text: Expressions._text,
    tree.Reasoned: Expressions._reasoned,
    tree.Sequence: Expressions._sequence,
    tree.Row: Expressions._row,
    tree.Comprehension: Expressions._comprehension,
    tree.Unary: Expressions._unary,
    tree.Binary: Expressions._binary,
    tree.Conditional: Expressions._conditional,
    tree.Fold: Expressions._fold,
    tree.Labelled: Expressions._labelled,
    tree.Pipe: Expressions._pipe,
    tree.Call: Expressions._call,
    tree.Index: Expressions._index,
    tree.Attribute: Expressions._attribute,
    tree.Choice: Expressions._choice,
    tree.Repeat: Expressions._repeat,
}
