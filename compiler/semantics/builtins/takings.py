"""What arguments of static functions may be."""

from __future__ import annotations

from typing import cast

from archc.graph.static import Row, Static, Symbol
from archc.semantics.builtins.builtin import Taking
from archc.shapes.expression import Expr


def is_integer(value: Static) -> bool:
    """Say whether a value is a plain integer; a boolean is none."""
    return type(value) is int


def is_free(value: Static) -> bool:
    """Say whether a value is a symbolic size."""
    return isinstance(value, Expr)


def is_dim(value: Static) -> bool:
    """Say whether a value is a size: an integer or a symbolic expression."""
    return type(value) is int or isinstance(value, Expr)


def is_number(value: Static) -> bool:
    """Say whether a value is a size or a float."""
    return type(value) is float or is_dim(value)


def is_sequence(value: Static) -> bool:
    """Say whether a value is a sequence or a row."""
    return isinstance(value, (tuple, Row))


def items(value: Static) -> tuple[Static, ...]:
    """Return the entries of a sequence or a row."""
    return value.items if isinstance(value, Row) else cast("tuple[Static, ...]", value)


def _sequence_of(words: str, entry: Taking) -> Taking:
    return Taking(words, lambda value: is_sequence(value) and all(map(entry.accepts, items(value))))


def _is_named(value: Static) -> bool:
    return (
        isinstance(value, Row) and len(value.items) == 2 and isinstance(value.items[0], str) and is_dim(value.items[1])
    )


VALUE = Taking("a value", lambda value: True)
INTEGER = Taking("an integer", is_integer)
COUNT = Taking("an integer of at least 0", lambda value: type(value) is int and value >= 0)
FLAG = Taking("true or false", lambda value: type(value) is bool)
DIM = Taking("a size", is_dim)
NUMBER = Taking("a number", is_number)
PATTERN = Taking("a string", lambda value: isinstance(value, str))
OPTION = Taking("a bare name", lambda value: isinstance(value, Symbol))
SEQUENCE = Taking("a sequence", is_sequence)
DIMS = _sequence_of("a sequence of sizes", DIM)
NUMBERS = _sequence_of("a sequence of numbers", NUMBER)
AXES = _sequence_of("a sequence of axes", INTEGER)
SHAPES = _sequence_of("a sequence of shapes", DIMS)
NAMED = _sequence_of("named sizes", Taking("a named size", _is_named))
