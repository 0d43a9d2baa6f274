"""Operands and operators in a row, as the grammar gives them, to a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archc.diagnostics.diagnostic import Diagnostic
from archc.syntax import tree
from archc.syntax.lexer import Token
from archc.syntax.operators import RIGHTWARD, STRENGTH
from archc.syntax.source import Source, Span
from archc.syntax.tree import Operator, Prefix

_OPERATORS = {operator.value: operator for operator in Operator}
_PREFIXES = {prefix.value: prefix for prefix in Prefix}


def build_operation(
    parts: Sequence[tree.Expression | Token], outer: Mapping[int, Span], diagnostics: list[Diagnostic]
) -> tree.Expression:
    """Return the tree of a row; `outer` says where operands in brackets begin and end."""
    return _Operation(outer, diagnostics).build(parts)


class _Operation:
    """Operator precedence with two stacks: no recursion, so a row may be long."""

    def __init__(self, outer: Mapping[int, Span], diagnostics: list[Diagnostic]) -> None:
        self._outer = outer
        self._diagnostics = diagnostics
        self._operands: list[tuple[tree.Expression, Span]] = []
        self._waiting: list[tuple[Operator | Prefix, Token]] = []

    def build(self, parts: Sequence[tree.Expression | Token]) -> tree.Expression:
        after_operand = False
        for part in parts:
            if not isinstance(part, Token):
                self._operands.append((part, self._outer.get(id(part), part.span)))
                after_operand = True
            elif after_operand:
                self._binary(_OPERATORS[part.text], part)
                after_operand = False
            else:
                self._waiting.append((_PREFIXES[part.text], part))
        while self._waiting:
            self._apply()
        return self._operands[0][0]

    def _binary(self, operator: Operator, token: Token) -> None:
        strength = STRENGTH[operator]
        while self._waiting:
            ahead = STRENGTH[self._waiting[-1][0]]
            if ahead < strength or (ahead == strength and operator in RIGHTWARD):
                break
            self._apply()
        self._waiting.append((operator, token))

    def _apply(self) -> None:
        operator, token = self._waiting.pop()
        right, right_span = self._operands.pop()
        node: tree.Expression
        if isinstance(operator, Prefix):
            span = Span(right_span.source, token.start, right_span.end)
            node = tree.Unary(span, operator, right)
        else:
            left, left_span = self._operands.pop()
            span = Span(right_span.source, left_span.start, right_span.end)
            node = tree.Binary(span, operator, left, right)
        self._operands.append((node, span))
