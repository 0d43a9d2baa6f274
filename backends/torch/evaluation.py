"""What generated expressions evaluate to, so that none is printed that does not give its value in every instance.

The arithmetic is Python's, because the generated source is Python; on free sizes it is that of `archc.shapes`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import cast

from archc import shapes
from archc.backends.torch.code import (
    Axes,
    Call,
    Choice,
    Code,
    Each,
    Infix,
    Item,
    Known,
    Listing,
    Literal,
    Name,
    Prefix,
    Slice,
)
from archc.graph.static import Dim, Row, Static
from archc.shapes.expression import Expr

Scope = Mapping[str, Static]

LONGEST = 10_000
"""Entries beyond which a list is no argument of a constructor."""


class Undefined(Exception):
    """An expression that has no value in a scope."""


def evaluate(code: Code, scope: Scope) -> Static:
    """Return the value of an expression; raises Undefined where it has none."""
    rule = _RULES.get(type(code))
    if rule is None:
        raise Undefined(type(code).__name__)
    try:
        return rule(code, scope)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Undefined(str(error)) from None


def is_same(found: Static, wanted: Static) -> bool:
    """Say whether a computed value will do for a wanted one: an int for an int, floats up to rounding."""
    if is_sequence(wanted) or is_sequence(found):
        if not (is_sequence(wanted) and is_sequence(found)):
            return False
        left, right = entries(found), entries(wanted)
        return len(left) == len(right) and all(map(is_same, left, right))
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, float) and isinstance(found, int | float):
        return found == wanted or math.isclose(found, wanted, rel_tol=1e-12)
    if isinstance(wanted, int):
        return isinstance(found, int) and found == wanted
    return bool(found == wanted)


def is_sequence(value: Static) -> bool:
    return isinstance(value, tuple | Row)


def entries(value: Static) -> tuple[Static, ...]:
    """Return the entries of a sequence or row; raises Undefined for anything else."""
    if isinstance(value, Row):
        return value.items
    if not isinstance(value, tuple):
        raise Undefined("no sequence")
    return value


def is_symbolic(value: Static) -> bool:
    """Say whether a value depends on a size that is free."""
    if is_sequence(value):
        return any(map(is_symbolic, entries(value)))
    return isinstance(value, Expr)


# -- rules ---------------------------------------------------------------------------------------


def _known(code: Known, scope: Scope) -> Static:
    if code.name not in scope:
        raise Undefined(code.name)
    return scope[code.name]


def _infix(code: Infix, scope: Scope) -> Static:
    if code.operator in ("and", "or"):
        first = _truth(evaluate(code.left, scope))
        return first if first is (code.operator == "or") else _truth(evaluate(code.right, scope))
    left, right = evaluate(code.left, scope), evaluate(code.right, scope)
    if code.operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    return cast(Static, _OPERATORS[code.operator](_number(left), _number(right)))


def _truth(value: Static) -> bool:
    if not isinstance(value, bool):
        raise Undefined(repr(value))
    return value


def _prefix(code: Prefix, scope: Scope) -> Static:
    value = evaluate(code.operand, scope)
    return not _truth(value) if code.operator == "not" else shapes.sub(0, _number(value))


def _choice(code: Choice, scope: Scope) -> Static:
    return evaluate(code.then if _truth(evaluate(code.test, scope)) else code.otherwise, scope)


def _number(value: Static) -> Dim | float:
    if isinstance(value, bool) or not (isinstance(value, int | float) or is_symbolic(value)):
        raise Undefined(repr(value))
    return cast("Dim | float", value)


def _power(left: Dim | float, right: Dim | float) -> Dim | float:
    if isinstance(left, int | float) and isinstance(right, int | float):
        if abs(right) > 64:
            raise Undefined("a power beyond use")
        return cast(float, left**right)
    raise Undefined("a power of a free size")


_OPERATORS: dict[str, Callable[..., object]] = {
    "+": shapes.add,
    "-": shapes.sub,
    "*": shapes.mul,
    "//": shapes.floordiv,
    "%": shapes.mod,
    "/": lambda left, right: operator.truediv(_plain(left), _plain(right)),
    "**": _power,
    "==": operator.eq,
    "!=": operator.ne,
    "<": lambda left, right: _plain(left) < _plain(right),
    "<=": lambda left, right: _plain(left) <= _plain(right),
    ">": lambda left, right: _plain(left) > _plain(right),
    ">=": lambda left, right: _plain(left) >= _plain(right),
}


def _plain(value: Dim | float) -> int | float:
    if not isinstance(value, int | float):
        raise Undefined("a free size")
    return value


def _item(code: Item, scope: Scope) -> Static:
    base = evaluate(code.base, scope)
    if not isinstance(base, tuple) or len(code.index) != 1:
        raise Undefined("no sequence")
    (index,) = code.index
    if isinstance(index, Slice):
        ends = [None if end is None else _integer(evaluate(end, scope)) for end in (index.start, index.stop)]
        return base[ends[0] : ends[1]]
    return base[_integer(evaluate(index, scope))]


def _integer(value: Static) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Undefined(repr(value))
    return value


def _each(code: Each, scope: Scope) -> Static:
    if not isinstance(code.variable, Known):
        raise Undefined("several variables")
    rounds = evaluate(code.iterable, scope)
    if not isinstance(rounds, tuple):
        raise Undefined("no sequence")
    return tuple(evaluate(code.item, {**scope, code.variable.name: value}) for value in rounds)


def _call(code: Call, scope: Scope) -> Static:
    if not isinstance(code.function, Name) or any(argument.name for argument in code.arguments):
        raise Undefined("no static function")
    function = _FUNCTIONS.get(code.function.text)
    if function is None:
        raise Undefined(code.function.text)
    return function(*[evaluate(argument.value, scope) for argument in code.arguments])


def _range(*bounds: Static) -> tuple[int, ...]:
    numbers = range(*map(_integer, bounds))
    if len(numbers) > LONGEST:
        raise Undefined("a range beyond use")
    return tuple(numbers)


def _smallest(*values: Static) -> Static:
    numbers = entries(values[0]) if len(values) == 1 else values
    return min(map(_plain, map(_number, numbers)))


def _largest(*values: Static) -> Static:
    numbers = entries(values[0]) if len(values) == 1 else values
    return max(map(_plain, map(_number, numbers)))


def _sum(values: Static) -> Static:
    if not isinstance(values, tuple):
        raise Undefined("no sequence")
    total: Dim | float = 0
    for value in values:
        total = shapes.add(total, _number(value))
    return total


def _of_number(function: Callable[[float], int | float]) -> Callable[[Static], Static]:
    return lambda value: function(_plain(_number(value)))


_FUNCTIONS: dict[str, Callable[..., Static]] = {
    "range": _range,
    "len": lambda values: len(entries(values)),
    "sum": _sum,
    "min": _smallest,
    "max": _largest,
    "abs": _of_number(abs),
    "round": _of_number(round),
    "int": _of_number(int),
    "math.sqrt": _of_number(math.sqrt),
    "math.floor": _of_number(math.floor),
    "math.ceil": _of_number(math.ceil),
    "math.log2": _of_number(math.log2),
    "math.prod": lambda values: math.prod(_integer(value) for value in entries(values)),
    "list": lambda values: entries(values),
    "tuple": lambda values: entries(values),
}

_RULES: dict[type, Callable[..., Static]] = {
    Literal: lambda code, _: code.value,
    Known: _known,
    Infix: _infix,
    Prefix: _prefix,
    Choice: _choice,
    Item: _item,
    Listing: lambda code, scope: tuple(evaluate(entry, scope) for entry in code.items),
    Axes: lambda code, scope: tuple(evaluate(entry, scope) for entry in code.items),
    Each: _each,
    Call: _call,
}
