"""From the author's static expressions to Python: what has no counterpart is declined, never approximated.

A translation need not be right to be safe: it is kept only where it evaluates to the value in every instance.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable

from archc.backends.torch.code import (
    Call,
    Choice,
    Code,
    Each,
    Infix,
    Item,
    Known,
    Listing,
    Literal,
    Prefix,
    Slice,
    call,
)
from archc.syntax import tree

Resolve = Callable[[str], Code | None]


class Declined(Exception):
    """An expression that has no translation."""


def translate(expression: tree.Expression, resolve: Resolve) -> Code:
    """Return an expression in Python, its names by `resolve`; raises Declined where that cannot be."""
    rule = _RULES.get(type(expression))
    if rule is None:
        raise Declined(type(expression).__name__)
    return rule(expression, resolve)


def _name(node: tree.Name, resolve: Resolve) -> Code:
    found = resolve(node.text) or _WORDS.get(node.text)
    if found is None:
        raise Declined(node.text)
    return found


_WORDS = {"true": Literal(True), "false": Literal(False), "none": Literal(None)}


def _number(node: tree.Number, _: Resolve) -> Code:
    return Literal(node.value)


def _listing(node: tree.Sequence | tree.Row, resolve: Resolve) -> Code:
    items: list[Code] = []
    for entry in node.items:
        if isinstance(entry, tree.Labelled):
            raise Declined("label")
        items.append(translate(entry, resolve))
    return Listing(tuple(items), "()" if isinstance(node, tree.Row) else "[]")


def _comprehension(node: tree.Comprehension, resolve: Resolve) -> Code:
    if len(node.clauses) != 1 or isinstance(node.item, tree.Labelled):
        raise Declined("comprehension")
    (clause,) = node.clauses
    if len(clause.names) != 1 or clause.condition is not None:
        raise Declined("clause")
    variable = clause.names[0]
    inner: Resolve = lambda name: Known(variable) if name == variable else resolve(name)  # noqa: E731
    return Each(translate(node.item, inner), Known(variable), translate(clause.iterable, resolve))


def _binary(node: tree.Binary, resolve: Resolve) -> Code:
    left, right = translate(node.left, resolve), translate(node.right, resolve)
    if node.operator is tree.Operator.RANGE:
        return span(left, right)
    operator = _OPERATORS.get(node.operator)
    if operator is None:
        raise Declined(node.operator.value)
    return infix(left, operator, right)


_OPERATORS = {
    tree.Operator.ADD: "+",
    tree.Operator.JOIN: "+",
    tree.Operator.SUBTRACT: "-",
    tree.Operator.MULTIPLY: "*",
    tree.Operator.DIVIDE: "/",
    tree.Operator.FLOOR_DIVIDE: "//",
    tree.Operator.MODULO: "%",
    tree.Operator.POWER: "**",
    tree.Operator.EQUAL: "==",
    tree.Operator.UNEQUAL: "!=",
    tree.Operator.LESS: "<",
    tree.Operator.AT_MOST: "<=",
    tree.Operator.GREATER: ">",
    tree.Operator.AT_LEAST: ">=",
    tree.Operator.AND: "and",
    tree.Operator.OR: "or",
}


def _unary(node: tree.Unary, resolve: Resolve) -> Code:
    return Prefix("-" if node.prefix is tree.Prefix.NEGATE else "not", translate(node.operand, resolve))


def _conditional(node: tree.Conditional, resolve: Resolve) -> Code:
    test = translate(node.test, resolve)
    if isinstance(test, Literal):
        return translate(node.then if test.value else node.otherwise, resolve)
    return Choice(test, translate(node.then, resolve), translate(node.otherwise, resolve))


def _index(node: tree.Index, resolve: Resolve) -> Code:
    base = translate(node.base, resolve)
    for subscript in node.subscripts:
        base = _subscript(base, subscript, resolve)
    return base


def _subscript(base: Code, subscript: tree.Expression | tree.Slice, resolve: Resolve) -> Code:
    if not isinstance(subscript, tree.Slice):
        return indexed(base, translate(subscript, resolve))
    if subscript.rest:
        raise Declined("...")
    start = translate(subscript.start, resolve) if subscript.start else None
    stop = translate(subscript.stop, resolve) if subscript.stop else None
    return Item(base, (Slice(None if start == Literal(0) else start, stop),))


def _call(node: tree.Call, resolve: Resolve) -> Code:
    if not isinstance(node.callee, tree.Name):
        raise Declined("call")
    values: list[Code] = []
    for argument in node.arguments:
        if isinstance(argument, tree.Spread) or argument.name is not None:
            raise Declined("argument")
        values.append(translate(argument.value, resolve))
    function = _FUNCTIONS.get(node.callee.text)
    if function is None:
        raise Declined(node.callee.text)
    return function(*values)


_RULES: dict[type, Callable[..., Code]] = {
    tree.Name: _name,
    tree.Number: _number,
    tree.Sequence: _listing,
    tree.Row: _listing,
    tree.Comprehension: _comprehension,
    tree.Binary: _binary,
    tree.Unary: _unary,
    tree.Conditional: _conditional,
    tree.Index: _index,
    tree.Call: _call,
}


# -- functions -----------------------------------------------------------------------------------


def _linspace(start: Code, stop: Code, count: Code) -> Code:
    step = infix(infix(stop, "-", start), "/", call("max", infix(count, "-", Literal(1)), 1))
    return Each(infix(start, "+", infix(step, "*", Known("i"))), Known("i"), span(Literal(0), count))


def _sum(values: Code) -> Code:
    empty = isinstance(values, Item) and values.index == (Slice(None, Literal(0)),)
    return Literal(0) if empty else call("sum", values)


def _named(name: str) -> Callable[..., Code]:
    return lambda *values: call(name, *values)


_FUNCTIONS: dict[str, Callable[..., Code]] = {
    "sum": _sum,
    "len": _named("len"),
    "min": _named("min"),
    "max": _named("max"),
    "abs": _named("abs"),
    "prod": _named("math.prod"),
    "sqrt": _named("math.sqrt"),
    "floor": _named("math.floor"),
    "ceil": _named("math.ceil"),
    "ceildiv": lambda above, below: Prefix("-", infix(Prefix("-", above), "//", below)),
    "linspace": _linspace,
}


# -- folding -------------------------------------------------------------------------------------


def infix(left: Code, operator: str, right: Code) -> Code:
    """Return `left operator right`, computed where both are numbers and without what changes nothing."""
    if operator in _ABSORBING:
        return _logical(left, operator, right)
    if isinstance(left, Literal) and isinstance(right, Literal):
        folded = _folded(left.value, operator, right.value)
        if folded is not None:
            return folded
    if operator in "+-" and isinstance(right, Literal) and _is_shift(left):
        return _shifted(left, right.value if operator == "+" else -right.value)  # type: ignore[arg-type, operator]
    for side, other, neutral in ((left, right, _LEFT), (right, left, _RIGHT)):
        if isinstance(side, Literal) and side.value == neutral.get(operator):
            return other
    return Infix(left, operator, right)


_LEFT = {"+": 0, "*": 1}
_RIGHT = {"+": 0, "-": 0, "*": 1, "//": 1, "**": 1}


_ABSORBING = {"and": False, "or": True}


def _logical(left: Code, operator: str, right: Code) -> Code:
    """Return `left and right` or `left or right`, without a side that decides nothing."""
    for side, other in ((left, right), (right, left)):
        if isinstance(side, Literal) and isinstance(side.value, bool):
            return side if side.value is _ABSORBING[operator] else other
    return Infix(left, operator, right)


def _is_shift(code: Code) -> bool:
    """Say whether code is `x + 1` or `x - 1`."""
    is_sum = isinstance(code, Infix) and code.operator in "+-" and isinstance(code.right, Literal)
    return is_sum and isinstance(code, Infix) and isinstance(code.right, Literal) and isinstance(code.right.value, int)


def _shifted(code: Code, by: int) -> Code:
    """Return `x + 1 + by` with one number."""
    assert isinstance(code, Infix)
    assert isinstance(code.right, Literal)
    assert isinstance(code.right.value, int)
    total = by + (code.right.value if code.operator == "+" else -code.right.value)
    return infix(code.left, "-" if total < 0 else "+", Literal(abs(total)))


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def _folded(left: object, operator: str, right: object) -> Code | None:
    if not isinstance(left, int) or not isinstance(right, int) or abs(right) > 64:
        return None
    match operator:
        case "+":
            return Literal(left + right)
        case "-":
            return Literal(left - right)
        case "*":
            return Literal(left * right)
        case "//" if right:
            return Literal(left // right)
        case "**" if right >= 0:
            return Literal(left**right)
        case _ if operator in _COMPARISONS:
            return Literal(_COMPARISONS[operator](left, right))
        case _:
            return None


def indexed(base: Code, index: Code) -> Code:
    """Return `base[index]`, an entry of a list that is written out as itself."""
    place = index.value if isinstance(index, Literal) else None
    if isinstance(base, Listing) and isinstance(place, int) and 0 <= place < len(base.items):
        return base.items[place]
    return Item(base, (index,))


def span(start: Code, stop: Code) -> Call:
    """Return `range(start, stop)`."""
    return call("range", stop) if start == Literal(0) else call("range", start, stop)
