"""Labels that count: `conv1`, `conv2`, ... of the author's `"conv{i + 1}"` in a loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archc.backends.torch.code import Assign, Block, Counted, Formatted, Literal, Member, Offset, Rolled, Statement
from archc.backends.torch.labels import Place
from archc.graph.ir import Graph

LONGEST = 8
"""Labels that a loop's body may declare."""


def counting(graph: Graph) -> frozenset[str]:
    """Return the components of labels that one place of the text gives to several modules."""
    by_place: dict[object, list[str]] = {}
    for module in graph.modules:
        by_place.setdefault(module.site.span, []).append(module.label)
    repeated = (label for labels in by_place.values() if len(labels) > 1 for label in labels)
    return frozenset(name for label in repeated for name in label.split("."))


def counted(first: str, second: str) -> Formatted | None:
    """Return the pattern of two names of which the second counts one further, None where it does not."""
    parts, others = re.split(r"(\d+)", first), re.split(r"(\d+)", second)
    if len(parts) != len(others):
        return None
    changes = [i for i, (a, b) in enumerate(zip(parts, others, strict=True)) if a != b]
    if len(changes) != 1 or not (parts[changes[0]].isdecimal() and others[changes[0]].isdecimal()):
        return None
    (at,) = changes
    number = int(parts[at])
    if (str(number), str(number + 1)) != (parts[at], others[at]):
        return None
    return Formatted("".join(parts[:at]), Offset(number), "".join(parts[at + 1 :]))


def spelled(name: Formatted) -> str | None:
    """Return a name whose number is known, None for any other."""
    return f"{name.before}{name.number.value}{name.behind}" if isinstance(name.number, Literal) else None


# -- constructors --------------------------------------------------------------------------------


def in_loops(made: list[tuple[Place | None, Statement]]) -> tuple[Statement, ...]:
    """Return the statements of a constructor with loops for the labels that count.

    Each statement comes with the place that it makes; those without one stay as they are.
    """
    found: list[Statement] = []
    position = 0
    while position < len(made):
        loop = _loop_at(made, position)
        found.append(loop or made[position][1])
        position += _length(loop) if loop else 1
    return tuple(found)


def _length(loop: Rolled) -> int:
    return sum(len(one.body) for one in loop.rounds if isinstance(one, Block))


def _loop_at(made: list[tuple[Place | None, Statement]], start: int) -> Rolled | None:
    for size in range(1, min(LONGEST, (len(made) - start) // 2) + 1):
        pattern = _pattern(made[start : start + size], made[start + size : start + 2 * size])
        if pattern is None:
            continue
        rounds: list[Statement] = []
        for at in range(start, len(made) - size + 1, size):
            round_ = _round(pattern, [statement for _, statement in made[at : at + size]], len(rounds))
            if round_ is None:
                break
            rounds.append(round_)
        return Rolled(tuple(rounds))
    return None


def _pattern(
    first: list[tuple[Place | None, Statement]], second: list[tuple[Place | None, Statement]]
) -> list[Counted] | None:
    """Return the targets of a round, where two groups of statements are rounds of one loop of the author's."""
    found: list[Counted] = []
    for (place, one), (after, other) in zip(first, second, strict=True):
        target, following = member_of(one), member_of(other)
        if place is None or after is None or target is None or following is None or _site(place) != _site(after):
            return None
        name = counted(target.name, following.name)
        if name is None or target.base != following.base:
            return None
        found.append(Counted(target.base, name))
    return found


def _site(place: Place) -> object:
    """Return where in the text the modules of a place are made."""
    inner = tuple((name, _site(below)) for name, below in place.below.items())
    return place.module.site.span if place.module else None, inner


def member_of(statement: Statement) -> Member | None:
    """Return the one attribute that a statement assigns."""
    target = statement.targets[0] if isinstance(statement, Assign) and len(statement.targets) == 1 else None
    return target if isinstance(target, Member) else None


def _round(pattern: list[Counted], group: list[Statement], number: int) -> Block | None:
    """Return a group of statements as a round of a loop, None where it is none."""
    body: list[Statement] = []
    for target, statement in zip(pattern, group, strict=True):
        if member_of(statement) != _member(target, number) or not isinstance(statement, Assign):
            return None
        body.append(Assign((target,), statement.value))
    return Block(tuple(body))


def one_by_one(made: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements of a constructor without loops."""
    for statement in made:
        if not isinstance(statement, Rolled):
            yield statement
            continue
        for number, one in enumerate(statement.rounds):
            assert isinstance(one, Block)
            yield from (_spelled_out(inner, number) for inner in one.body)


def _spelled_out(statement: Statement, number: int) -> Statement:
    assert isinstance(statement, Assign)
    target = statement.targets[0]
    assert isinstance(target, Counted)
    return Assign((_member(target, number),), statement.value)


def _member(target: Counted, number: int) -> Member:
    """Return the attribute that a target is in a round."""
    shift = target.name.number
    assert isinstance(shift, Offset)
    return Member(target.base, f"{target.name.before}{shift.shift + number}{target.name.behind}")


def as_round(statement: Statement, loops: list[Rolled]) -> Statement:
    """Return a statement of which a known loop makes several as its single round."""
    for loop in loops:
        pattern = loop.rounds[0]
        assert isinstance(pattern, Block)
        targets = [t for one in pattern.body if isinstance(one, Assign) for t in one.targets if isinstance(t, Counted)]
        found = _round(targets, [statement], 0) if len(targets) == 1 else None
        if found is not None:
            return Rolled((found,))
    return statement
