"""Static functions on sequences: `[a, b]` is a tuple, and a row `(a, b)` is read as one."""

from __future__ import annotations

from typing import cast

from archc.graph.static import Row, Static
from archc.semantics.builtins.builtin import LIMIT, StaticError, builtin
from archc.semantics.builtins.numbers import real
from archc.semantics.builtins.takings import (
    AXES,
    COUNT,
    INTEGER,
    NUMBER,
    NUMBERS,
    SEQUENCE,
    VALUE,
    is_sequence,
    items,
)


def bounded(count: int, what: str) -> int:
    """Return a length; raise StaticError where it is longer than sequences may be."""
    if count > LIMIT:
        raise StaticError(f"`{what}` would have {count} entries", f"sequences have at most {LIMIT}")
    return count


@builtin(values=SEQUENCE)
def len_(values: Static) -> Static:
    """The number of entries of a sequence, of axes in a group."""
    return len(items(values))


@builtin(values=SEQUENCE)
def axes(values: Static) -> Static:
    """The positions 0, 1, ... of a sequence, one for every entry."""
    return tuple(range(len(items(values))))


@builtin(values=SEQUENCE)
def indexed(values: Static) -> Static:
    """Rows (position, value) of a sequence."""
    return tuple(Row((position, value)) for position, value in enumerate(items(values)))


@builtin(values=SEQUENCE)
def reversed_(values: Static) -> Static:
    """A sequence from its end to its start."""
    return items(values)[::-1]


@builtin(rows=SEQUENCE)
def transpose(rows: Static) -> Static:
    """The columns of equally long rows, as sequences."""
    lines = [items(row) for row in items(rows) if is_sequence(row)]
    if len(lines) != len(items(rows)) or len({len(line) for line in lines}) > 1:
        raise StaticError("`transpose` needs rows of one length")
    return tuple(zip(*lines, strict=True))


@builtin(values=NUMBERS)
def argsort(values: Static) -> Static:
    """The positions that sort a sequence of known numbers, equal ones in order: of a permutation, its inverse."""
    numbers = [real(value, "argsort") for value in items(values)]
    return tuple(sorted(range(len(numbers)), key=numbers.__getitem__))


@builtin(start=NUMBER, stop=NUMBER, n=COUNT)
def linspace(start: Static, stop: Static, n: int) -> Static:
    """`n` numbers at equal distances, `start` first and `stop` last; a single one is `start`."""
    first, last = real(start, "linspace"), real(stop, "linspace")
    if bounded(n, "linspace") == 1:
        return (first,)
    return tuple(first + (last - first) * i / (n - 1) for i in range(n))


@builtin(n=COUNT, seed=COUNT)
def permutation(n: int, seed: int) -> Static:
    """The integers below `n` in an order that the seed decides: that of NumPy's `RandomState(seed).permutation(n)`."""
    from numpy.random import RandomState

    if seed >= 2**32:
        raise StaticError(f"a seed is below 2 ** 32, and {seed} is not")
    return tuple(int(i) for i in RandomState(seed).permutation(bounded(n, "permutation")))


@builtin(values=SEQUENCE, position=INTEGER, value=VALUE)
def insert(values: Static, position: int, value: Static) -> Static:
    """A sequence with one more entry that stands at `position` afterwards; -1 is the end."""
    entries = items(values)
    at = position + len(entries) + 1 if position < 0 else position
    if not 0 <= at <= len(entries):
        raise StaticError(f"there is no place {position} among {len(entries) + 1}")
    return (*entries[:at], value, *entries[at:])


@builtin(values=SEQUENCE, positions=AXES)
def pick(values: Static, positions: Static) -> Static:
    """The entries of a sequence at the given positions."""
    entries = items(values)
    return tuple(entries[place(position, len(entries))] for position in items(positions))


@builtin(values=SEQUENCE, positions=AXES, entries=SEQUENCE)
def placed(values: Static, positions: Static, entries: Static) -> Static:
    """A sequence with other entries at the given positions."""
    result = list(items(values))
    if len(items(positions)) != len(items(entries)):
        raise StaticError(f"{len(items(entries))} entries are given for {len(items(positions))} positions")
    for position, entry in zip(items(positions), items(entries), strict=True):
        result[place(position, len(result))] = entry
    return tuple(result)


def place(position: Static, count: int) -> int:
    """Return a checked position among `count`; raise StaticError where it is none."""
    at = cast("int", position)
    if not -count <= at < count:
        raise StaticError(f"there is no position {at} among {count}")
    return at


SEQUENCE_FUNCTIONS = (
    *(len_, axes, indexed, reversed_, transpose, argsort, linspace, permutation),
    *(insert, pick, placed),
)
