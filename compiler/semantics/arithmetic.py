"""Arithmetic on static values: exact on integers and sizes, elementwise on sequences."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, TypeGuard, cast

from archc import shapes
from archc.graph.static import Dim, Row, Static
from archc.semantics.values import Thing, describe
from archc.shapes import Comparison, Proven, Refuted, Relation, TooLargeError, Verdict
from archc.shapes.expression import Expr
from archc.syntax.tree import Operator

MAX_BITS = 4096
"""Integers beyond this size come from a mistake or from malice."""


class ArithmeticFault(Exception):
    """An operation that has no result; the text says why, and `side` which operand is to blame: 0, 1 or None."""

    def __init__(self, message: str, side: int | None = None, *, divides_by_zero: bool = False) -> None:
        super().__init__(message)
        self.side = side
        self.divides_by_zero = divides_by_zero


def _needs_numbers(op: Operator, left: Thing, right: Thing) -> ArithmeticFault:
    side = 1 if is_number(left) else 0
    return ArithmeticFault(f"`{op.value}` needs numbers, and this is {describe((left, right)[side])}", side)


def is_number(thing: Thing) -> bool:
    """Say whether a value is an integer, a float or a symbolic size (and no boolean)."""
    kind = type(thing)
    return kind is int or kind is float or isinstance(thing, Expr)


def is_symbolic(thing: object) -> TypeGuard[Expr]:
    """Say whether a value is a symbolic size."""
    return isinstance(thing, Expr)


def compute(op: Operator, left: Thing, right: Thing) -> Thing:
    """Return `left op right` for an arithmetic operator; sequences pair up, single values spread over them."""
    if type(left) is int and type(right) is int:
        return _concrete(op, left, right)
    if type(left) is tuple or type(right) is tuple:
        return _elementwise(op, left, right)
    if isinstance(left, Row) or isinstance(right, Row):
        return _rowwise(op, left, right)
    if not is_number(left) or not is_number(right):
        raise _needs_numbers(op, left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _concrete(op, left, right)
    return _symbolic(op, cast(Dim, left), cast(Dim, right))


def _elementwise(op: Operator, left: Thing, right: Thing) -> Thing:
    if type(left) is tuple and type(right) is tuple:
        if len(left) != len(right):
            raise ArithmeticFault(f"`{op.value}` pairs up sequences of {len(left)} and {len(right)} entries")
        return tuple(compute(op, a, b) for a, b in zip(left, right, strict=True))
    if type(left) is tuple:
        return tuple(compute(op, a, right) for a in left)
    return tuple(compute(op, left, b) for b in cast("tuple[Thing, ...]", right))


def _rowwise(op: Operator, left: Thing, right: Thing) -> Thing:
    unwrapped = _elementwise(
        op, left.items if isinstance(left, Row) else left, right.items if isinstance(right, Row) else right
    )
    return Row(cast("tuple[Static, ...]", unwrapped))


def _concrete(op: Operator, left: int | float, right: int | float) -> int | float:
    if op in _DIVIDING and right == 0:
        raise ArithmeticFault("division by zero", 1, divides_by_zero=True)
    try:
        result = _CONCRETE[op](left, right)
    except (OverflowError, ValueError) as error:
        raise ArithmeticFault(f"`{op.value}` has no result here: {error}") from None
    if isinstance(result, complex):
        raise ArithmeticFault("the root of a negative number")
    if isinstance(result, int) and result.bit_length() > MAX_BITS:
        raise ArithmeticFault("the result is too large")
    if abs(result) == math.inf and math.inf not in (abs(left), abs(right)):
        raise ArithmeticFault("the result is too large")
    if isinstance(result, float) and math.isnan(result):
        raise ArithmeticFault(f"`{op.value}` has no result here: a side is infinite")
    return result


def _symbolic(op: Operator, left: Dim, right: Dim) -> Dim:
    try:
        return cast(Dim, _SYMBOLIC[op](left, right))
    except TooLargeError:
        raise
    except ZeroDivisionError:
        raise ArithmeticFault("division by zero", 1, divides_by_zero=True) from None
    except ArithmeticError as error:
        raise ArithmeticFault(f"`{op.value}` has no result here: {error}") from None


def _power(left: int | float, right: int | float) -> int | float:
    if right < 0 and left == 0:
        raise ArithmeticFault("division by zero", 1, divides_by_zero=True)
    if isinstance(left, int) and isinstance(right, int) and abs(left) > 1 and right * left.bit_length() > MAX_BITS:
        raise ArithmeticFault("the result is too large")
    return cast("int | float", left**right)


def _divide(left: int | float, right: int | float) -> int | float:
    """Exact where it can be: 8 / 2 is the integer 4, 7 / 2 is 3.5."""
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


_DIVIDING = frozenset({Operator.DIVIDE, Operator.FLOOR_DIVIDE, Operator.MODULO})

_CONCRETE: dict[Operator, Callable[[int | float, int | float], int | float]] = {
    Operator.ADD: operator.add,
    Operator.SUBTRACT: operator.sub,
    Operator.MULTIPLY: operator.mul,
    Operator.DIVIDE: _divide,
    Operator.FLOOR_DIVIDE: operator.floordiv,
    Operator.MODULO: operator.mod,
    Operator.POWER: _power,
}


_SYMBOLIC: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.ADD: shapes.add,
    Operator.SUBTRACT: shapes.sub,
    Operator.MULTIPLY: shapes.mul,
    Operator.DIVIDE: shapes.truediv,
    Operator.FLOOR_DIVIDE: shapes.floordiv,
    Operator.MODULO: shapes.mod,
    Operator.POWER: shapes.power,
}

COMPARISONS: dict[Operator, Comparison] = {
    Operator.EQUAL: Comparison.EQ,
    Operator.UNEQUAL: Comparison.NE,
    Operator.AT_MOST: Comparison.LE,
    Operator.LESS: Comparison.LT,
    Operator.AT_LEAST: Comparison.GE,
    Operator.GREATER: Comparison.GT,
}

_ORDER: dict[Operator, Callable[[int | float, int | float], bool]] = {
    Operator.AT_MOST: operator.le,
    Operator.LESS: operator.lt,
    Operator.AT_LEAST: operator.ge,
    Operator.GREATER: operator.gt,
}


Decide = Callable[[Relation], Verdict]


class Undecided(Exception):
    """A comparison whose answer depends on a free size."""


def compare(op: Operator, left: Thing, right: Thing, decide: Decide) -> bool:
    """Return the answer of a comparison of static values.

    Raises Undecided where it depends on free sizes, ArithmeticFault where the values have no order.
    """
    if is_symbolic(left) or is_symbolic(right):
        return _compare_sizes(op, left, right, decide)
    if op is Operator.EQUAL:
        return _equal(left, right)
    if op is Operator.UNEQUAL:
        return not _equal(left, right)
    if not is_number(left) or not is_number(right):
        raise _needs_numbers(op, left, right)
    return _ORDER[op](cast(int, left), cast(int, right))


def _equal(left: Thing, right: Thing) -> bool:
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return left == right


def _compare_sizes(op: Operator, left: Thing, right: Thing, decide: Decide) -> bool:
    if not is_number(left) or not is_number(right):
        if op in (Operator.EQUAL, Operator.UNEQUAL):
            return op is Operator.UNEQUAL
        raise _needs_numbers(op, left, right)
    verdict = decide(Relation(COMPARISONS[op], cast(Dim, left), cast(Dim, right)))
    if isinstance(verdict, Proven):
        return True
    if isinstance(verdict, Refuted):
        return False
    raise Undecided


def negate(thing: Thing) -> Thing:
    """Return `-thing` for a number, elementwise for a sequence."""
    return compute(Operator.MULTIPLY, -1, thing)


def as_dim(thing: Thing) -> Dim | None:
    """Return a value as a size: an integer, an integral float as its integer, a symbolic size; None if it is none."""
    if type(thing) is int:
        return thing
    if is_symbolic(thing):
        return thing
    if type(thing) is float and thing.is_integer():
        return int(thing)
    return None
