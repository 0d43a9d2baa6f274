"""Loops found again: statements that repeat with counting indices become one loop.

g = gate[1] * self.pws[0](g)
g = gate[2] * self.pws[1](g)        becomes        for pw, gate_i in zip(self.pws, gate[1:]): ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archc.backends.torch.code import (
    Assign,
    Block,
    Code,
    Counted,
    Hole,
    Item,
    Literal,
    Member,
    Name,
    Node,
    Offset,
    Rolled,
    Statement,
    parts_of,
    rebuild,
    transform,
    walk,
)
from archc.backends.torch.counting import counted, spelled

LONGEST = 8
"""Statements that a loop's body may have."""

Body = tuple[Statement, ...]


class Different(Exception):
    """Statements that are no rounds of one loop."""


def rolled(body: Body, counting: frozenset[str] = frozenset()) -> Body:
    """Return a body in which repetitions are loops. `counting` are names of members that may count rounds."""
    found: list[Statement] = []
    position = 0
    while position < len(body):
        loop = _loop_at(body, position, counting)
        if loop is None:
            found.append(body[position])
            position += 1
        else:
            before, made, length = loop
            found.extend((*before, made))
            position += length
    return tuple(found)


def _loop_at(body: Body, start: int, counting: frozenset[str]) -> tuple[Body, Rolled, int] | None:
    """Return the longest loop that starts at a statement: what stands before it, the loop, how much it covers."""
    for size in range(1, min(LONGEST, (len(body) - start) // 2) + 1):
        groups = [body[i : i + size] for i in range(start, len(body) - size + 1, size)]
        if len(groups) < 2 or not _may_repeat(groups[0], groups[1]):
            continue
        before, first = _entered(groups)
        rounds = _rounds([first, *groups[1:]], counting)
        if rounds is not None:
            return before, Rolled(rounds), size * len(rounds)
    return None


def _may_repeat(first: Body, second: Body) -> bool:
    """Say at a glance whether two groups of statements could be rounds of one loop."""
    return all(
        isinstance(a, Assign) and isinstance(b, Assign) and type(a.value) is type(b.value) and a.targets == b.targets
        for a, b in zip(first, second, strict=True)
    )


def _entered(groups: Sequence[Body]) -> tuple[Body, Body]:
    """Return the first round reading the variable that later rounds carry on, and the assignment that this needs."""
    first, second = groups[0], groups[1] if len(groups) > 1 else groups[0]
    carried = [t.text for s in second if isinstance(s, Assign) for t in s.targets if isinstance(t, Name)]
    fed = next((name for name in carried if name in _read_first(second)), None)
    if fed is None or fed in _read_first(first):
        return (), first
    sources = [name for name in _read_first(first) if name not in _read_first(second)]
    if len(sources) != 1:
        return (), first
    renamed = tuple(_renamed(statement, sources[0], fed) for statement in first)
    return (Assign((Name(fed),), Name(sources[0])),), renamed


def _read_first(body: Body) -> list[str]:
    """Return the variables that statements read before they assign them."""
    assigned: set[str] = set()
    found: dict[str, None] = {}
    for statement in body:
        value = statement.value if isinstance(statement, Assign) else statement
        found.update({p.text: None for p in walk(value) if isinstance(p, Name) and p.text not in assigned})
        if isinstance(statement, Assign):
            assigned.update(t.text for t in statement.targets if isinstance(t, Name))
    return [name for name in found if "." not in name and name != "self"]


def _renamed(statement: Statement, old: str, new: str) -> Statement:
    def rule(piece: Node) -> Node:
        return Name(new) if piece == Name(old) else piece

    if isinstance(statement, Assign):
        return replace(statement, value=transform(statement.value, rule))
    return transform(statement, rule)


def _rounds(groups: Sequence[Body], counting: frozenset[str]) -> tuple[Block, ...] | None:
    """Return the rounds of a loop, None where the groups are no repetition."""
    if len(groups) < 2 or not all(isinstance(statement, Assign) for statement in groups[0]):
        return None
    try:
        pattern = _common(Block(groups[0]), Block(groups[1]), counting)
    except Different:
        return None
    count = 2
    while count < len(groups) and _matches(pattern, Block(groups[count]), count):
        count += 1
    counts = any(isinstance(piece, Offset) for piece in walk(pattern))
    if count < 2 + (not counts):
        return None
    return tuple(round_of(pattern, Block(group)) for group in groups[:count])


def _common(first: Node, second: Node, counting: frozenset[str]) -> Node:
    """Return a statement with an offset wherever an index counts; raises Different where they differ otherwise."""
    if isinstance(first, Hole) and isinstance(second, Hole):
        return first
    if type(first) is not type(second):
        raise Different
    if isinstance(first, Item) and isinstance(second, Item) and first.index != second.index:
        return _counted(first, second, counting)
    if isinstance(first, Member) and isinstance(second, Member) and {first.name, second.name} <= counting:
        return _member(first, second, counting)
    return _piecewise(first, second, counting)


def _counted(first: Item, second: Item, counting: frozenset[str]) -> Item:
    a, b = _index(first), _index(second)
    if a is None or b is None or b != a + 1:
        raise Different
    base = _common(first.base, second.base, counting)
    assert isinstance(base, Code)
    return Item(base, (Offset(a),))


def _member(first: Member, second: Member, counting: frozenset[str]) -> Code:
    base = _common(first.base, second.base, counting)
    assert isinstance(base, Code)
    name = counted(first.name, second.name)
    if name is None and first.name != second.name:
        raise Different
    return Counted(base, name) if name else Member(base, first.name)


def _index(item: Item) -> int | None:
    index = item.index[0]
    return index.value if len(item.index) == 1 and isinstance(index, Literal) and isinstance(index.value, int) else None


def _piecewise(first: Node, second: Node, counting: frozenset[str]) -> Node:
    changes: dict[str, object] = {}
    for name in parts_of(type(first)):
        changes[name] = _common_part(getattr(first, name), getattr(second, name), counting)
    return replace(first, **changes)


def _common_part(first: object, second: object, counting: frozenset[str]) -> object:
    if isinstance(first, Node) and isinstance(second, Node):
        return _common(first, second, counting)
    if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
        return tuple(_common_part(a, b, counting) for a, b in zip(first, second, strict=True))
    if first != second:
        raise Different
    return first


def expanded(pattern: Node, number: int) -> Node:
    """Return a round with the numbers of that round in place of the offsets."""

    def rule(piece: Node) -> Node:
        if isinstance(piece, Offset):
            return Literal(piece.shift + number)
        found = rebuild(piece, rule)
        name = spelled(found.name) if isinstance(found, Counted) else None
        return Member(found.base, name) if isinstance(found, Counted) and name is not None else found

    return rule(pattern)


def _matches(pattern: Node, group: Node, number: int) -> bool:
    return erased(expanded(pattern, number)) == erased(group)


def erased(node: Node) -> Node:
    """Return a piece with every number alike: what tells one class from another."""

    def rule(piece: Node) -> Node:
        if isinstance(piece, Hole):
            return Hole(None)
        return Rolled((rule(piece.rounds[0]),)) if isinstance(piece, Rolled) else rebuild(piece, rule)  # type: ignore[arg-type]

    return rule(node)


def round_of(pattern: Node, group: Node) -> Block:
    """Return the statements of one round with offsets where the pattern has them."""
    found = _offset(pattern, group)
    assert isinstance(found, Block)
    return found


def _offset(pattern: object, group: object) -> object:
    if isinstance(pattern, Offset | Hole):
        return pattern if isinstance(pattern, Offset) else group
    if isinstance(pattern, Counted) and isinstance(group, Member):
        base = _offset(pattern.base, group.base)
        assert isinstance(base, Code)
        return replace(pattern, base=base)
    if isinstance(pattern, Node) and isinstance(group, Node):
        names = parts_of(type(pattern))
        return replace(group, **{name: _offset(getattr(pattern, name), getattr(group, name)) for name in names})
    if isinstance(pattern, tuple) and isinstance(group, tuple):
        return tuple(_offset(a, b) for a, b in zip(pattern, group, strict=True))
    return group


def rolled_once(body: Body, loops: Sequence[Rolled]) -> Body:
    """Return a body in which statements that are a single round of a known loop are that loop."""
    for loop in loops:
        pattern = loop.rounds[0]
        assert isinstance(pattern, Block)
        size = len(pattern.body)
        for start in range(len(body) - size + 1):
            group = Block(body[start : start + size])
            if _matches(pattern, group, 0):
                return (*body[:start], Rolled((round_of(pattern, group),)), *body[start + size :])
    return body
