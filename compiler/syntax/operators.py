"""How strongly the operators bind: one table for the parser and the formatter."""

from __future__ import annotations

from archc.syntax.tree import Binary, Conditional, Expression, Fold, Operator, Pipe, Prefix, Unary

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

# What binds less than any operator.
LOOSE = (Pipe, Conditional, Fold)


def strength(node: Expression) -> int:
    """Return how strongly an expression holds together: -1 for what binds less than any operator."""
    match node:
        case Binary():
            return STRENGTH[node.operator]
        case Unary():
            return STRENGTH[node.prefix]
    return -1 if isinstance(node, LOOSE) else TIGHTEST
