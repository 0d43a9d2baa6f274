"""The parser's tables: made from the grammar by Lark, kept as plain JSON in the user's cache.

Lark is imported only to make them, so a program that finds them in the cache starts without it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from archc.grammar import grammar_text
from archc.records import record
from archc.syntax import store

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

STARTS = ("unit", "expression")
END = "$END"
NEWLINE = "_NL"
FORMAT = "tables 1"

ABSENT = -1
Plan = tuple[tuple[int, bool], ...]


@record
class Production:
    """A rule of the grammar as the parser runs it.

    `plan` says what of the `size` values on the stack becomes a child: its index (`ABSENT` for an optional part that
    does not stand there) and whether it is itself a list of children. An `inlined` rule gives such a list; a
    `transparent` one with one child is that child.
    """

    origin: str
    action: str
    size: int
    plan: Plan
    inlined: bool
    transparent: bool


@record
class Terminal:
    """A kind of token: `pattern` is a regular expression; a literal's `text` is how it is always written.

    A `reserved` word is never a name. A `soft` one is a name where the parser cannot take it as a word.
    """

    name: str
    pattern: str
    text: str | None
    reserved: bool
    soft: bool


@record
class Tables:
    """`actions[state][symbol]` is the state to go to, or `~index` for a reduction by that production."""

    starts: dict[str, int]
    ends: dict[str, int]
    actions: tuple[dict[str, int], ...]
    productions: tuple[Production, ...]
    terminals: tuple[Terminal, ...]


@cache
def load_tables() -> Tables:
    """Return the tables of the grammar, from the user's cache where it has them."""
    grammar = grammar_text()
    key = store.key(FORMAT, grammar)
    kept = store.read(key)
    if kept is not None:
        return _decode(kept)
    data = _encode(build_grammar(grammar))
    store.write(key, data)
    return _decode(data)


def build_grammar(grammar: str) -> Lark:
    """Return Lark's reading of a grammar text; raises lark.GrammarError where it has a conflict."""
    from lark import Lark

    return Lark(grammar, parser="lalr", lexer="contextual", start=list(STARTS), maybe_placeholders=True)


def _encode(lark: Lark) -> bytes:
    from lark.parsers.lalr_analysis import Shift

    table = lark.parser.parser._parse_table
    index = {rule: number for number, rule in enumerate(lark.rules)}
    actions = [
        {symbol: target if action is Shift else ~index[target] for symbol, (action, target) in row.items()}
        for _, row in sorted(table.states.items())
    ]
    return json.dumps(
        {
            "starts": table.start_states,
            "ends": table.end_states,
            "actions": actions,
            "productions": [_production(rule) for rule in lark.rules],
            "terminals": _terminals(lark),
        },
        separators=(",", ":"),
    ).encode()


def _production(rule: Rule) -> tuple[str, str, int, Plan, bool, bool]:
    inlined = rule.origin.name.startswith("_")
    action = rule.alias or rule.origin.name
    transparent = rule.options.expand1 and not rule.alias
    return rule.origin.name, action, len(rule.expansion), _plan(rule), inlined, transparent


def _plan(rule: Rule) -> Plan:
    """Return what Lark's own tree builder would keep of a rule's symbols."""
    from lark.grammar import Terminal

    gaps = "".join("1" if empty else "0" for empty in rule.options.empty_indices) or "0" * len(rule.expansion)
    absent = [len(run) for run in gaps.split("0")]
    plan = [(ABSENT, False)] * absent[0]
    for place, symbol in enumerate(rule.expansion):
        if not isinstance(symbol, Terminal):
            plan.append((place, symbol.name.startswith("_")))
        elif not symbol.filter_out:
            plan.append((place, False))
        plan += [(ABSENT, False)] * absent[place + 1]
    return tuple(plan)


def _terminals(lark: Lark) -> list[tuple[str, str, str | None, bool, bool]]:
    ignored = set(lark.ignore_tokens)
    found = []
    for terminal in sorted(lark.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, t.name)):
        if terminal.name in ignored:
            continue
        literal = terminal.pattern.value if terminal.pattern.type == "str" else None
        reserved = literal is not None and literal.isalpha()
        soft = literal is None and terminal.priority > 1
        found.append((terminal.name, terminal.pattern.to_regexp(), literal, reserved, soft))
    return found


def _decode(data: bytes) -> Tables:
    raw = json.loads(data)
    productions = (
        Production(origin, action, size, tuple((place, listed) for place, listed in plan), inlined, transparent)
        for origin, action, size, plan, inlined, transparent in raw["productions"]
    )
    terminals = (Terminal(*fields) for fields in raw["terminals"])
    return Tables(raw["starts"], raw["ends"], tuple(raw["actions"]), tuple(productions), tuple(terminals))
