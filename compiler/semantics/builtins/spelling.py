"""What the signs of the language mean for tensors: the operators of the standard library that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from archc.syntax.tree import Operator, Prefix

BINARY: Mapping[Operator, str] = {
    Operator.ADD: "add",
    Operator.SUBTRACT: "sub",
    Operator.MULTIPLY: "mul",
    Operator.DIVIDE: "div",
    Operator.FLOOR_DIVIDE: "floordiv",
    Operator.MODULO: "mod",
    Operator.POWER: "pow",
    Operator.EQUAL: "equal",
    Operator.UNEQUAL: "not_equal",
    Operator.LESS: "less",
    Operator.GREATER: "greater",
    Operator.AT_MOST: "less_equal",
    Operator.AT_LEAST: "greater_equal",
    Operator.AND: "logical_and",
    Operator.OR: "logical_or",
}
"""`a + b` with a tensor on one side is `add(a, b)`."""

PREFIX: Mapping[Prefix, str] = {Prefix.NEGATE: "neg", Prefix.NOT: "logical_not"}

SELECT = "select"
"""`x[i]` takes one place of an axis: `select(axis, index)`."""

SLICE = "slice"
"""`x[a..b]` takes some places of an axis: `slice(axis, start, stop)`."""
