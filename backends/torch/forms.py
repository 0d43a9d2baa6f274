"""Simple arithmetic that explains numbers by names: the shortest form that gives the value everywhere.

A form is proposed from one place and kept only where it holds in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from archc import shapes
from archc.backends.torch.code import Choice, Code, Infix, Item, Known, Literal, call
from archc.backends.torch.evaluation import Scope, Undefined, evaluate, is_same, is_sequence, is_symbolic
from archc.backends.torch.translation import infix
from archc.graph.static import Dim, Static
from archc.shapes.expression import Expr, Number, Power, Product, Sum, ordered_terms
from archc.shapes.functions import FloorDiv, Maximum, Minimum

LARGEST = 64
"""The largest factor or summand that a form may have."""

Values = Sequence[Static]


def explained(values: Values, scopes: Sequence[Scope], names: Sequence[str], loops: Sequence[str]) -> Code | None:
    """Return an expression of the names that has these values in these scopes, None where no simple one does.

    `loops` are those of the names that count rounds.
    """
    known = [name for name in names if all(name in scope for scope in scopes)]
    columns = {name: [scope[name] for scope in scopes] for name in known}
    for proposals in _PROPOSALS:
        for code in proposals(values, columns, loops):
            if holds(code, values, scopes):
                return code
    return None


def holds(code: Code, values: Values, scopes: Sequence[Scope]) -> bool:
    """Say whether an expression has these values in these scopes."""
    try:
        return all(is_same(evaluate(code, scope), value) for value, scope in zip(values, scopes, strict=True))
    except Undefined:
        return False


def is_constant(values: Values) -> bool:
    """Say whether one literal will do."""
    return not is_symbolic(values[0]) and all(type(v) is type(values[0]) and v == values[0] for v in values)


Columns = dict[str, list[Static]]


def _numbers(columns: Columns) -> Iterator[tuple[str, list[Dim]]]:
    """Yield the names that stand for sizes which are not the same everywhere."""
    for name, column in columns.items():
        sizes = [v for v in column if isinstance(v, int | Expr) and not isinstance(v, bool)]
        if len(sizes) == len(column) and not is_constant(column):
            yield name, sizes


def _itself(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`p`"""
    for name, column in columns.items():
        if all(map(is_same, column, values)):
            yield Known(name)


def _entry(values: Values, columns: Columns, loops: Sequence[str]) -> Iterator[Code]:
    """`p[2]`, `p[-1]`, `p[i + 1]`, `p[max(i - 1, 0)]`"""
    for name, column in columns.items():
        if not all(map(is_sequence, column)):
            continue
        for index in range(min(len(c) for c in column if isinstance(c, tuple)) if column else 0):
            yield Item(Known(name), (Literal(index),))
        yield Item(Known(name), (Literal(-1),))
        for loop in loops:
            for shift in (0, 1, -1):
                yield Item(Known(name), (shifted(Known(loop), shift),))
            yield Item(Known(name), (call("max", shifted(Known(loop), -1), 0),))


def _before(values: Values, columns: Columns, loops: Sequence[str]) -> Iterator[Code]:
    """`p[i - 1] if i > 0 else 3`, `p[i - 1] if i > 0 else q`: what the round before left, or what came in"""
    for loop in loops:
        rounds = columns.get(loop, [])
        first = min((n for n in rounds if type(n) is int), default=0)
        entering = [value for value, number in zip(values, rounds, strict=False) if number == first]
        outer: list[Code] = [Known(name) for name in columns if name not in loops]
        others = [literal for literal in map(_number_of, entering[:1]) if literal is not None] + outer
        for name, column in columns.items():
            if all(map(is_sequence, column)):
                left = Item(Known(name), (shifted(Known(loop), -1),))
                for other in others:
                    yield Choice(Infix(Known(loop), ">", Literal(first)), left, other)


def _number_of(value: Static) -> Code | None:
    return Literal(value) if type(value) is int else None


def _measure(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`len(p)`, `sum(p)`"""
    for name, column in columns.items():
        if all(map(is_sequence, column)):
            yield call("len", Known(name))
            yield infix(call("len", Known(name)), "-", Literal(1))
            yield call("sum", Known(name))


def _multiple(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`3 * p`, `p // 2`, `3 * p // 2`"""
    for name, column in _numbers(columns):
        ratio = _ratio(values[0], column[0])
        if ratio is None:
            continue
        above = infix(Literal(ratio.numerator), "*", Known(name))
        yield infix(above, "//", Literal(ratio.denominator))
    for name, _column in _numbers(columns):
        if len({repr(value) for value in values}) > 1:
            yield from (Infix(Known(name), "//", Literal(below)) for below in (2, 3, 4, 8, 16))


def _ratio(value: Static, base: Dim) -> Fraction | None:
    """Return value / base as a small fraction."""
    if isinstance(value, int) and isinstance(base, int):
        found = Fraction(value, base) if base else Fraction(0)
    elif is_symbolic(value):
        found = _symbolic_ratio(value, base)
    else:
        return None
    small = 0 < found.numerator <= LARGEST and found.denominator <= LARGEST
    return found if small else None


def _symbolic_ratio(value: Static, base: Dim) -> Fraction:
    for above in (1, 2, 3, 4):
        for below in (1, 2, 3, 4, 7, 8, 14, 16, 32):
            if shapes.floordiv(shapes.mul(base, above), below) == value:
                return Fraction(above, below)
    return Fraction(0)


def _part(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`2 * p[1]`, `p[0] // 2`"""
    for name, column in columns.items():
        lists = [value for value in column if isinstance(value, tuple)]
        for index in range(min(map(len, lists)) if lists and len(lists) == len(column) else 0):
            first = lists[0][index]
            ratio = _ratio(values[0], first) if type(first) is int else None
            if ratio is not None:
                above = infix(Literal(ratio.numerator), "*", Item(Known(name), (Literal(index),)))
                yield infix(above, "//", Literal(ratio.denominator))


def _shift(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`p + 1`, `p // 2 + 1`"""
    first = values[0]
    for name, column in _numbers(columns):
        for below in (1, 2, 4):
            base = infix(Known(name), "//", Literal(below))
            if isinstance(first, int) and isinstance(column[0], int):
                yield shifted(base, min(max(first - column[0] // below, -LARGEST), LARGEST))
            else:
                yield from (shifted(base, shift) for shift in (1, -1))


def _doubling(values: Values, columns: Columns, loops: Sequence[str]) -> Iterator[Code]:
    """`p * 2**i`, `8 * p // 2**i`, `p // 2**(n - i)`"""
    for loop in loops:
        for name, column in _numbers(columns):
            if name in loops:
                continue
            for shift in (0, 1, -1, 2):
                yield Infix(Known(name), "*", Infix(Literal(2), "**", shifted(Known(loop), shift)))
            ratio = _ratio(values[0], column[0])
            if ratio is not None and ratio.denominator == 1:
                whole = infix(Literal(ratio.numerator), "*", Known(name))
                yield Infix(whole, "//", Infix(Literal(2), "**", Known(loop)))
            for other, _other in _numbers(columns):
                if other not in (name, loop):
                    for shift in (0, -1, 1, -2):
                        power = shifted(infix(Known(other), "-", Known(loop)), shift)
                        yield Infix(Known(name), "//", Infix(Literal(2), "**", power))


def _progression(values: Values, columns: Columns, loops: Sequence[str]) -> Iterator[Code]:
    """`p + i * q`, `p + (i + 1) * q`"""
    names = [name for name, _column in _numbers(columns) if name not in loops]
    counts = [shifted(Known(loop), shift) for loop in loops for shift in (0, 1)]
    for first in names:
        for second in names:
            yield from (Infix(Known(first), "+", Infix(count, "*", Known(second))) for count in counts)


def _pair(values: Values, columns: Columns, _: Sequence[str]) -> Iterator[Code]:
    """`p * q`, `p + q`, `p // q`, `p - q`, `p // 2**(q - 1)`, `2 * p - q`"""
    names = [name for name, _column in _numbers(columns)]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            yield Infix(Known(first), "*", Known(second))
            yield Infix(Known(first), "+", Known(second))
    for first in names:
        for second in names:
            if first != second:
                p, q = Known(first), Known(second)
                yield Infix(p, "//", q)
                yield Infix(p, "-", q)
                yield Infix(p, "//", Infix(Literal(2), "**", infix(q, "-", Literal(1))))
                yield Infix(Infix(Literal(2), "*", p), "-", q)


def shifted(base: Code, shift: int) -> Code:
    """Return `base + shift`."""
    return infix(base, "-", Literal(-shift)) if shift < 0 else infix(base, "+", Literal(shift))


def _formula(values: Values, columns: Columns, loops: Sequence[str]) -> Iterator[Code]:
    """A size by its own formula: `(H + 1) // 2`."""
    if isinstance(values[0], Expr):
        sizes = {column[0]: Known(name) for name, column in columns.items() if isinstance(column[0], Expr)}
        code = _spelt(values[0], sizes)
        if code is not None:
            yield code


def _spelt(expr: Expr, sizes: Mapping[Expr, Known]) -> Code | None:
    """Return a formula in the names of sizes, None where one is missing."""
    if expr in sizes:
        return sizes[expr]
    if isinstance(expr, Number) and expr.is_whole:
        return Literal(int(expr))
    operator = _OPERATORS.get(type(expr))
    parts = [_spelt(arg, sizes) for arg in (ordered_terms(expr) if isinstance(expr, Sum) else expr.args)]
    known = [part for part in parts if part is not None]
    if operator is None or len(known) < len(parts):
        return None
    if operator in ("min", "max"):
        return call(operator, *known)
    result, *others = known
    for part in others:
        result = infix(result, operator, part)
    return result


_OPERATORS: dict[type[Expr], str] = {
    Sum: "+",
    Product: "*",
    FloorDiv: "//",
    Power: "**",
    Minimum: "min",
    Maximum: "max",
}


_PROPOSALS: tuple[Callable[[Values, Columns, Sequence[str]], Iterator[Code]], ...] = (
    _itself,
    _entry,
    _before,
    _measure,
    _multiple,
    _part,
    _shift,
    _doubling,
    _progression,
    _pair,
    _formula,
)
