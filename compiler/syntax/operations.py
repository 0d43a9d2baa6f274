"""Operands and operators in a row, as the grammar gives them, to a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Note
from archc.syntax import tree
from archc.syntax.lexer import Token
from archc.syntax.operators import RIGHTWARD, STRENGTH, UNCHAINED
from archc.syntax.source import Source, Span
from archc.syntax.tree import Operator, Prefix

_OPERATORS = {operator.value: operator for operator in Operator}
_PREFIXES = {prefix.value: prefix for prefix in Prefix}


class Operation:
    """Operator precedence with two stacks: no recursion, so a row may be long.

    `outer` says where operands in brackets begin and end, by identity. What a row may not hold goes to `diagnostics`.
    """

    def __init__(self, source: Source, outer: Mapping[int, Span], diagnostics: list[Diagnostic]) -> None:
        self._source = source
        self._outer = outer
        self._diagnostics = diagnostics
        self._operands: list[tuple[tree.Expression, Span]] = []
        self._waiting: list[tuple[Operator | Prefix, Token]] = []

    def build(self, parts: Sequence[tree.Expression | Token]) -> tree.Expression:
        """Return the tree of a row: operands with an operator between them and prefixes before them."""
        after_operand = False
        for part in parts:
            if not isinstance(part, Token):
                self._operands.append((part, self._outer.get(id(part), part.span)))
            elif after_operand:
                self._operator(_OPERATORS[part.text], part)
            else:
                self._prefix(_PREFIXES[part.text], part)
            after_operand = not isinstance(part, Token)
        while self._waiting:
            self._apply()
        return self._operands[0][0]

    def _prefix(self, prefix: Prefix, token: Token) -> None:
        if self._waiting and STRENGTH[self._waiting[-1][0]] > STRENGTH[prefix] and prefix is Prefix.NOT:
            message = f"`not` behind `{self._waiting[-1][1].text}` needs brackets"
            self._complain(message, token, help="write `(not …)`")
        self._waiting.append((prefix, token))

    def _operator(self, operator: Operator, token: Token) -> None:
        strength = STRENGTH[operator]
        while self._waiting:
            ahead = self._waiting[-1][0]
            if STRENGTH[ahead] < strength or (ahead is operator and operator in RIGHTWARD):
                break
            if STRENGTH[ahead] == strength and operator in UNCHAINED:
                self._unchained(ahead, self._waiting[-1][1], token)
            self._apply()
        self._waiting.append((operator, token))

    def _apply(self) -> None:
        operator, token = self._waiting.pop()
        right, right_span = self._operands.pop()
        if isinstance(operator, Prefix):
            span = Span(self._source, token.start, right_span.end)
            self._operands.append((tree.Unary(span, operator, right), span))
        else:
            left, left_span = self._operands.pop()
            span = Span(self._source, left_span.start, right_span.end)
            self._operands.append((tree.Binary(span, operator, left, right), span))

    def _unchained(self, first: Operator | Prefix, ahead: Token, token: Token) -> None:
        middle = self._operands[-1][1]
        if first is Operator.RANGE:
            self._complain("a range has two ends", token, help="for steps, write `[first + step * i for i in 0..n]`")
            return
        shown = middle.text
        fix = Fix("compare twice", (Edit(Span(self._source, token.start, token.start), f"and {shown} "),))
        message = f"comparisons do not chain: write `… {ahead.text} {shown} and {shown} {token.text} …`"
        self._complain(message, token, fixes=(fix,))

    def _complain(self, message: str, token: Token, help: str = "", fixes: tuple[Fix, ...] = ()) -> None:
        span = Span(self._source, token.start, token.end)
        notes = (Note("help", help),) if help else ()
        self._diagnostics.append(Diagnostic("P112", message, span, notes=notes, fixes=fixes))
