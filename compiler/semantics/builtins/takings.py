"""What arguments of static functions may be."""

from __future__ import annotations

from archc.graph.static import Row, Static, Symbol
from archc.semantics.builtins.builtin import Taking


def is_integer(value: Static) -> bool:
    """Say whether a value is a plain integer; a boolean is none."""
    return type(value) is int


def is_dim(value: Static) -> bool:
    """Say whether a value is a size: an integer or a symbolic expression."""
    return type(value) is int or hasattr(value, "free_symbols")


def is_number(value: Static) -> bool:
    """Say whether a value is a size or a float."""
    return type(value) is float or is_dim(value)


def is_sequence(value: Static) -> bool:
    """Say whether a value is a sequence or a row."""
    return isinstance(value, (tuple, Row))


def items(value: Static) -> tuple[Static, ...]:
    """Return the entries of a sequence or a row."""
    if isinstance(value, Row):
        return value.items
    assert isinstance(value, tuple)
    return value


VALUE = Taking("a value", lambda value: True)
INTEGER = Taking("an integer", is_integer)
COUNT = Taking("an integer of at least 0", lambda value: type(value) is int and value >= 0)
FLAG = Taking("true or false", lambda value: type(value) is bool)
DIM = Taking("a size", is_dim)
NUMBER = Taking("a number", is_number)
PATTERN = Taking("a string", lambda value: isinstance(value, str))
OPTION = Taking("a bare name", lambda value: isinstance(value, Symbol))
SEQUENCE = Taking("a sequence", is_sequence)
DIMS = Taking("a sequence of sizes", lambda value: is_sequence(value) and all(map(is_dim, items(value))))
NUMBERS = Taking("a sequence of numbers", lambda value: is_sequence(value) and all(map(is_number, items(value))))
AXES = Taking("a sequence of axes", lambda value: is_sequence(value) and all(map(is_integer, items(value))))
SHAPES = Taking("a sequence of shapes", lambda value: is_sequence(value) and all(map(DIMS.accepts, items(value))))
NAMED = Taking(
    "named sizes",
    lambda value: (
        isinstance(value, tuple)
        and all(isinstance(row, Row) and len(row.items) == 2 and isinstance(row.items[0], str) for row in value)
    ),
)
