"""Reads static values and types as `archc.graph.literals` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf, nan
from typing import TypeGuard, TypeVar

from archc import shapes
from archc.graph.cursor import Cursor
from archc.graph.ir import TensorType
from archc.graph.literals import DTYPES, SCALED
from archc.graph.static import Dim, DType, Identity, Initialiser, Row, Shape, Static, Symbol, Table
from archc.shapes.expression import Expr, Number

T = TypeVar("T")

DEEPEST = 60
"""Brackets within brackets; no value that an elaboration leaves comes near."""
MOST_EXPONENT = 1 << 14

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_WORD = re.compile(r"[^\W\d]\w*'?")
_CONSTANTS: dict[str, Static] = {"none": None, "true": True, "false": False, "inf": inf, "nan": nan, **DTYPES}


class StaticReader:
    """Reads values from a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.depth = 0

    def type(self) -> TensorType:
        """Return the type that stands here: `[B, 64]` or `i64[B]`."""
        name = self.cursor.match(_WORD)
        if name is not None and name not in DTYPES:
            raise self.cursor.error(f"{name} is no dtype")
        return TensorType(self.shape(), DTYPES[name] if name else DType.FLOAT)

    def shape(self) -> Shape:
        """Return the sizes that stand here in square brackets."""
        self.cursor.expect("[")
        return tuple(self.items(self.dim, "]"))

    def sees_type(self) -> bool:
        """Say whether a type stands here."""
        return self.cursor.sees("[") or any(map(self.cursor.sees, DTYPES))

    def dim(self) -> Dim:
        """Return the size that stands here."""
        start = self.cursor.position
        dim = self.value()
        if isinstance(dim, bool) or not (isinstance(dim, int) or _is_symbolic(dim)):
            raise self.cursor.error(f"{dim!r} is no size", start)
        return dim

    def initialiser(self) -> Initialiser:
        """Return the initialiser that stands here."""
        start = self.value()
        if not isinstance(start, Initialiser):
            raise self.cursor.error(f"{start!r} is no initialiser")
        return start

    def pairs(self, closing: str) -> tuple[tuple[str, Static], ...]:
        """Return `a = 1, b = 2` up to and with the closing mark."""
        return tuple(self.items(self.pair, closing))

    def pair(self) -> tuple[str, Static]:
        """Return one `a = 1`."""
        name = self.cursor.word()
        self.cursor.expect("=")
        return name, self.value()

    def items(self, read: Callable[[], T], closing: str) -> list[T]:
        """Return what `read` gives, separated by commas, up to and with the closing mark."""
        found: list[T] = []
        while not self.cursor.accept(closing):
            found.append(read())
            if not self.cursor.accept(","):
                self.cursor.expect(closing)
                break
        return found

    def value(self) -> Static:
        """Return the static value that stands here."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.cursor.error("nested too deeply")
        try:
            return _finished(self._sum())
        except ArithmeticError as error:
            raise self.cursor.error(str(error)) from None
        finally:
            self.depth -= 1

    def _sum(self) -> Static:
        negative = self.cursor.accept("-")
        value = self._product()
        if negative:
            value = shapes.negate(self._number(value))
        while self.cursor.sees("+") or self.cursor.sees("-"):
            minus = not self.cursor.accept("+") and self.cursor.accept("-")
            term = self._number(self._product())
            value = shapes.sub(self._number(value), term) if minus else shapes.add(self._number(value), term)
        return value

    def _product(self) -> Static:
        value = self._power()
        while True:
            if self.cursor.accept("//"):
                value = shapes.floordiv(self._number(value), self._number(self._power()))
            elif self.cursor.accept("/"):
                value = shapes.truediv(self._number(value), self._number(self._power()))
            elif self.cursor.accept("*"):
                value = shapes.mul(self._number(value), self._number(self._power()))
            else:
                return value

    def _power(self) -> Static:
        base = self._atom()
        if not self.cursor.accept("**"):
            return base
        exponent = self._number(self._atom())
        if isinstance(exponent, int | float) and (abs(exponent) > MOST_EXPONENT or (exponent < 0 and base == 0)):
            raise self.cursor.error(f"{exponent} is no exponent")
        return shapes.power(self._number(base), exponent)

    def _atom(self) -> Static:
        cursor = self.cursor
        if cursor.sees('"'):
            return cursor.string()
        if cursor.accept("["):
            return tuple(self.items(self.value, "]"))
        if cursor.accept("("):
            return self._brackets()
        if cursor.accept("."):
            return Symbol(cursor.word())
        if number := cursor.match(_NUMBER):
            return self._literal(number)
        return self._word()

    def _literal(self, text: str) -> int | float:
        try:
            return int(text) if text.isdigit() else float(text)
        except ValueError:
            raise self.cursor.error("a number of too many digits") from None

    def _brackets(self) -> Static:
        if self.cursor.accept(")"):
            return Row(())
        first = self.value()
        if self.cursor.accept(")"):
            return first
        self.cursor.expect(",")
        return Row((first, *self.items(self.value, ")")))

    def _word(self) -> Static:
        if self.cursor.sees("`"):
            return self._size(self.cursor.string("`"))
        name = self.cursor.match(_WORD)
        if name is None:
            raise self.cursor.error("expected a value")
        if self.cursor.accept("("):
            return self._call(name)
        return _CONSTANTS[name] if name in _CONSTANTS else self._size(name)

    def _size(self, name: str) -> Static:
        return shapes.symbol(name, 0 if self.cursor.accept("?") else 1)

    def _call(self, name: str) -> Static:
        arguments = self.items(self.value, ")")
        if name == "eye" and not arguments:
            return Identity()
        if (name in SCALED or name == "table") and len(arguments) == 1:
            return self._start(name, arguments[0])
        if name in _FUNCTIONS and arguments:
            return _FUNCTIONS[name](*map(self._number, arguments))
        raise self.cursor.error(f"no function {name} of {len(arguments)} values")

    def _start(self, name: str, argument: Static) -> Initialiser:
        if name in SCALED:
            return SCALED[name](self._real(argument))
        if not isinstance(argument, tuple):
            raise self.cursor.error("a table is a list")
        return Table(argument)

    def _number(self, value: Static) -> shapes.Scalar:
        if isinstance(value, bool) or not (isinstance(value, int | float) or _is_symbolic(value)):
            raise self.cursor.error(f"{value!r} is no number")
        return value

    def _real(self, value: Static) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.cursor.error(f"{value!r} is no number")
        return value


_FUNCTIONS: dict[str, Callable[..., Static]] = {
    "min": lambda *values: shapes.minimum(*values),
    "max": lambda *values: shapes.maximum(*values),
}


def _is_symbolic(value: object) -> TypeGuard[Expr]:
    return isinstance(value, Expr)


def _finished(value: Static) -> Static:
    """Return an exact number that needs no symbol as Python's own."""
    return int(value) if isinstance(value, Number) and value.is_whole else value
