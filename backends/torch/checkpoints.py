"""Official checkpoints: the renamings of keys as few patterns, for `load_official`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archc.graph.program import Checkpoint, KeyRenaming

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class KeyRule:
    """`theirs` is a regular expression of official keys, `ours` what `re.sub` makes of them."""

    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class KeyTable:
    """How the keys of an official state become ours, in all configurations; `drops` are patterns of keys left out."""

    root: str
    rules: tuple[KeyRule, ...]
    drops: tuple[str, ...]


def key_table(checkpoint: Checkpoint | None) -> KeyTable:
    """Return the table of a checkpoint map."""
    if checkpoint is None:
        return KeyTable("", (), ())
    rules = rules_of(checkpoint.renamings, frozenset(checkpoint.kept))
    return KeyTable(checkpoint.root or "", rules, checkpoint.drops)


def rules_of(pairs: Sequence[KeyRenaming], kept: frozenset[str]) -> tuple[KeyRule, ...]:
    """Return patterns that rename these keys and no others: numbers are carried over where they are the same."""
    found: dict[KeyRule, None] = {}
    table = {pair.theirs: pair.ours for pair in pairs}
    for pair in pairs:
        fitting = (rule for rule in proposals(pair) if _holds(rule, table, kept))
        found[next(fitting, KeyRule(re.escape(pair.theirs), _literal(pair.ours)))] = None
    return tuple(found)


def proposals(pair: KeyRenaming) -> Iterator[KeyRule]:
    """Yield rules that rename a key, the most general first: one ending for all, numbers carried over."""
    ours, theirs = pair.ours.split("."), pair.theirs.split(".")
    shared = 0
    while shared < min(len(ours), len(theirs)) - 1 and ours[-1 - shared] == theirs[-1 - shared]:
        shared += 1
    for length in range(shared, 0, -1):
        head = KeyRenaming(".".join(ours[:-length]), ".".join(theirs[:-length]))
        for rule in (*in_order(head), general(head)):
            group = re.compile(rule.theirs).groups + 1
            yield KeyRule(rf"{rule.theirs}\.(.+)", rf"{rule.ours}.\g<{group}>")
    yield from (*in_order(pair), general(pair))


def in_order(pair: KeyRenaming) -> tuple[KeyRule, ...]:
    """Return the rule that carries over every number, where both keys have the same ones in the same order."""
    if _NUMBER.findall(pair.theirs) != _NUMBER.findall(pair.ours):
        return ()
    theirs = _rewritten(pair.theirs, lambda _, text: r"(\d+)", re.escape)
    return (KeyRule(theirs, _rewritten(pair.ours, lambda i, _: rf"\g<{i + 1}>", _literal)),)


def general(pair: KeyRenaming) -> KeyRule:
    """Return the rule that takes every number of our key from the first equal number of the official one."""
    numbers = _NUMBER.findall(pair.theirs)
    wanted = [number for number in dict.fromkeys(_NUMBER.findall(pair.ours)) if number in numbers]
    captured = sorted(numbers.index(number) for number in wanted)
    groups = {numbers[place]: captured.index(place) + 1 for place in captured}
    theirs = _rewritten(pair.theirs, lambda i, text: r"(\d+)" if i in captured else text, re.escape)
    ours = _rewritten(pair.ours, lambda _, text: rf"\g<{groups[text]}>" if text in groups else text, _literal)
    return KeyRule(theirs, ours)


def _rewritten(key: str, number: Callable[[int, str], str], plain: Callable[[str], str]) -> str:
    """Return a key with its numbers and the text between them rewritten."""
    parts: list[str] = []
    end = 0
    for i, match in enumerate(_NUMBER.finditer(key)):
        parts += [plain(key[end : match.start()]), number(i, match.group())]
        end = match.end()
    return "".join([*parts, plain(key[end:])])


def _literal(text: str) -> str:
    """Return text as a replacement that stands for itself."""
    return text.replace("\\", "\\\\")


def _holds(rule: KeyRule, table: dict[str, str], kept: frozenset[str]) -> bool:
    """Say whether a rule renames what it fits as it should, and fits nothing that keeps its name."""
    pattern = re.compile(rule.theirs)
    fitting = [key for key in table if pattern.fullmatch(key)]
    return all(pattern.sub(rule.ours, key) == table[key] for key in fitting) and not any(map(pattern.fullmatch, kept))
