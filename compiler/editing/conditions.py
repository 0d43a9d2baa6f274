"""Conditions that tell the selected instances of a step from the others, in the variables of its loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from archc.editing.instances import Instance

Values = tuple[int, ...]


def condition(selected: Sequence[Instance], others: Sequence[Instance]) -> str | None:
    """Return what holds for the selected instances alone, "" where there are no others, None where nothing does."""
    if not others:
        return ""
    for names in _names(selected, others):
        wanted = _values(selected, names)
        if not wanted.keys() & _values(others, names).keys():
            return _spelled(names, list(wanted))
    return None


def _names(selected: Sequence[Instance], others: Sequence[Instance]) -> Iterator[tuple[str, ...]]:
    """Yield the sets of variables that all instances know, small ones first."""
    known = [dict(one.values) for one in (*selected, *others)]
    shared = [name for name in known[0] if all(name in one for one in known)]
    for count in range(1, len(shared) + 1):
        yield from combinations(shared, count)


def _values(instances: Sequence[Instance], names: tuple[str, ...]) -> dict[Values, None]:
    known = (dict(one.values) for one in instances)
    return dict.fromkeys(tuple(one[name] for name in names) for one in known)


def _spelled(names: tuple[str, ...], wanted: Sequence[Values]) -> str:
    cases = [" and ".join(f"{n} == {v}" for n, v in zip(names, values, strict=True)) for values in wanted]
    return cases[0] if len(cases) == 1 else " or ".join(f"({one})" if len(names) > 1 else one for one in cases)
