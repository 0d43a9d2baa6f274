"""Loops as people write them: over the entries of lists where an index does nothing but pick them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from archc.backends.torch.code import (
    Call,
    Code,
    Item,
    Literal,
    Loop,
    Member,
    Name,
    Node,
    Offset,
    Slice,
    Statement,
    call,
    children,
    rebuild,
    walk,
)
from archc.backends.torch.forms import shifted
from archc.backends.torch.names import identifier, unique

Lengths = Sequence[Mapping[Code, int]]


def tidied(statement: Statement, lengths: Lengths, rounds: Sequence[int]) -> Statement:
    """Return a statement with its offsets written out.

    `lengths` say how many entries the lists have in every instance, `rounds` how often the loop runs there.
    """
    if not isinstance(statement, Loop):
        return statement
    picks = _picks(statement)
    if picks is not None and all(_is_whole(pick, lengths, rounds) for pick in picks):
        return _over_entries(statement, picks)
    if not any(isinstance(piece, Offset) for piece in walk(statement)):
        return replace(statement, targets=(Name("_"),))
    return _numbered(statement)


Pick = tuple[Code, int]
"""A list, and which of its entries the first round takes."""


def _picks(loop: Loop) -> tuple[Pick, ...] | None:
    """Return what the offsets pick, None where one does something else."""
    picks = [
        (piece.base, piece.index[0].shift)
        for piece in _as_run(loop)
        if isinstance(piece, Item) and isinstance(piece.index[0], Offset)
    ]
    every = sum(isinstance(piece, Offset) for piece in walk(loop))
    return tuple(dict.fromkeys(picks)) if picks and len(picks) == every else None


def _as_run(node: Node) -> Iterator[Node]:
    """Yield the pieces of a node in the order in which a reader follows them: what a call is given before the call."""
    parts = list(children(node))
    for part in [*parts[1:], parts[0]] if isinstance(node, Call) else parts:
        yield from _as_run(part)
    yield node


def _is_whole(pick: Pick, lengths: Lengths, rounds: Sequence[int]) -> bool:
    """Say whether the loop ends with the last entry, in every instance."""
    base, shift = pick
    if isinstance(base, Member) and shift:
        return False  # a slice of a module list would make a new one at every call
    return all(table.get(base) == count + shift for table, count in zip(lengths, rounds, strict=True))


def _over_entries(loop: Loop, picks: Sequence[Pick]) -> Loop:
    names: dict[Pick, Name] = {}
    taken = {piece.text for piece in walk(loop) if isinstance(piece, Name)}
    for base, shift in picks:
        name = unique(_one_of(base), taken)
        taken.add(name)
        names[base, shift] = Name(name)

    def rule(piece: Node) -> Node:
        if isinstance(piece, Item) and isinstance(piece.index[0], Offset):
            return names[piece.base, piece.index[0].shift]
        return rebuild(piece, rule)

    lists = [base if shift == 0 else Item(base, (Slice(Literal(shift), None),)) for base, shift in picks]
    iterable = lists[0] if len(lists) == 1 else call("zip", *lists)
    body = tuple(one for one in map(rule, loop.body) if isinstance(one, Statement))
    return Loop(tuple(names.values()), iterable, body)


def _one_of(base: Code) -> str:
    """Return a name for one entry of a list."""
    name = base.name if isinstance(base, Member) else base.text if isinstance(base, Name) else "entry"
    return identifier(name[:-1] if name.endswith("s") and len(name) > 2 else f"{name}_i")


def counted_out(statement: Statement) -> Statement:
    """Return a statement of a constructor with its offsets written out."""
    return _numbered(statement) if isinstance(statement, Loop) else statement


def _numbered(loop: Loop) -> Loop:
    (variable,) = loop.targets

    def rule(piece: Node) -> Node:
        return shifted(variable, piece.shift) if isinstance(piece, Offset) else rebuild(piece, rule)

    body = tuple(one for one in map(rule, loop.body) if isinstance(one, Statement))
    return replace(loop, body=body)
