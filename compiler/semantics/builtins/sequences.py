"""Static functions on sequences: `[a, b]` is a tuple, and a row `(a, b)` is read as one."""

from __future__ import annotations

from archc.graph.static import Row, Static
from archc.semantics.builtins.builtin import LIMIT, StaticError, builtin
from archc.semantics.builtins.numbers import real
from archc.semantics.builtins.takings import COUNT, INTEGER, NUMBER, NUMBERS, SEQUENCE, VALUE, is_sequence, items


def bounded(count: int, what: str) -> int:
    """Return a length; raise StaticError where it is longer than sequences may be."""
    if count > LIMIT:
        raise StaticError(f"{what} would have {count} entries", f"sequences have at most {LIMIT}")
    return count


@builtin(name="len", values=SEQUENCE)
def length(values: Static) -> int:
    """The number of entries of a sequence, of axes in a group."""
    return len(items(values))


@builtin(values=SEQUENCE)
def axes(values: Static) -> tuple[int, ...]:
    """The positions 0, 1, ... of a sequence, one for every entry."""
    return tuple(range(len(items(values))))


@builtin(values=SEQUENCE)
def indexed(values: Static) -> tuple[Static, ...]:
    """Rows (value, position) of a sequence."""
    return tuple(Row((value, position)) for position, value in enumerate(items(values)))


@builtin(name="reversed", values=SEQUENCE)
def reversed_(values: Static) -> tuple[Static, ...]:
    """A sequence from its end to its start."""
    return items(values)[::-1]


@builtin(rows=SEQUENCE)
def transpose(rows: Static) -> tuple[Static, ...]:
    """The columns of equally long rows, as sequences."""
    lines = [items(row) for row in items(rows) if is_sequence(row)]
    if len(lines) != len(items(rows)) or len({len(line) for line in lines}) > 1:
        raise StaticError("`transpose` needs rows of one length")
    return tuple(zip(*lines, strict=True))


@builtin(values=NUMBERS)
def argsort(values: Static) -> tuple[int, ...]:
    """The positions that sort a sequence of known numbers, equal ones in order: of a permutation, its inverse."""
    numbers = [real(value, "argsort") for value in items(values)]
    return tuple(sorted(range(len(numbers)), key=numbers.__getitem__))


@builtin(start=NUMBER, stop=NUMBER, n=COUNT)
def linspace(start: Static, stop: Static, n: int) -> tuple[float, ...]:
    """`n` numbers at equal distances, `start` first and `stop` last; a single one is `start`."""
    first, last = real(start, "linspace"), real(stop, "linspace")
    if bounded(n, "`linspace`") == 1:
        return (first,)
    return tuple(first + (last - first) * i / (n - 1) for i in range(n))


@builtin(values=SEQUENCE, position=INTEGER, value=VALUE)
def insert(values: Static, position: int, value: Static) -> tuple[Static, ...]:
    """A sequence with one more entry that stands at `position` afterwards; -1 is the end."""
    entries = items(values)
    at = position + len(entries) + 1 if position < 0 else position
    if not 0 <= at <= len(entries):
        raise StaticError(f"there is no place {position} among {len(entries) + 1}")
    return (*entries[:at], value, *entries[at:])


SEQUENCE_FUNCTIONS = (length, axes, indexed, reversed_, transpose, argsort, linspace, insert)
