"""How strongly the operators bind: one table for the parser and the formatter."""

from __future__ import annotations

from archc.syntax.tree import Operator, Prefix

# Loosest first; a prefix stands among the operators whose operands may begin with it.
_LEVELS: tuple[tuple[Operator | Prefix, ...], ...] = (
    (Operator.OR,),
    (Operator.AND,),
    (Prefix.NOT,),
    (Operator.EQUAL, Operator.UNEQUAL, Operator.AT_MOST, Operator.AT_LEAST, Operator.LESS, Operator.GREATER),
    (Operator.RANGE,),
    (Operator.JOIN,),
    (Operator.ADD, Operator.SUBTRACT),
    (Operator.MULTIPLY, Operator.DIVIDE, Operator.FLOOR_DIVIDE, Operator.MODULO),
    (Prefix.NEGATE,),
    (Operator.POWER,),
)

STRENGTH: dict[Operator | Prefix, int] = {op: level for level, ops in enumerate(_LEVELS) for op in ops}
TIGHTEST = len(_LEVELS)

# `a < b < c` and `a..b..c` mean nothing.
UNCHAINED = frozenset(_LEVELS[3] + _LEVELS[4])
RIGHTWARD = frozenset({Operator.POWER})
