"""The parser's loop: it runs the tables over tokens and lets the builder make the nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from archc.records import record
from archc.syntax.builder import Builder
from archc.syntax.lexer import Token
from archc.syntax.source import Source, Span
from archc.syntax.tables import ABSENT, END, Production, load_tables

Method = Callable[..., object]


@record
class Rejected:
    """A token that the parser cannot take where it stands."""

    token: Token


def run(start: str, source: Source, tokens: Iterable[Token], builder: Builder) -> object:
    """Return what the tokens up to the next `END` say under the start symbol, or the `Rejected` one."""
    tables, soft, productions = load_tables(), _soft(), _productions()
    actions, end_state = tables.actions, tables.ends[start]
    states: list[int] = [tables.starts[start]]
    values: list[object] = []
    places: list[int] = []
    end = 0
    for token in tokens:
        kind = token.kind
        while True:
            target = actions[states[-1]].get(kind)
            if target is None:
                if kind not in soft:
                    return Rejected(token)
                kind = "NAME"
            elif target >= 0:
                states.append(target)
                values.append(token)
                places.append(token.start)
                end = token.end
                break
            else:
                production, method = productions[~target]
                size = production.size
                place = places[-size] if size else end
                children = _children(production, values[-size:] if size else [])
                if size:
                    del states[-size:], values[-size:], places[-size:]
                if method is None:
                    values.append(children)
                elif production.transparent and len(children) == 1:
                    values.append(children[0])
                else:
                    values.append(method(builder, Span(source, place, end), *children))
                places.append(place)
                states.append(actions[states[-1]][production.origin])
                if kind == END and states[-1] == end_state:
                    return values[-1]
    raise AssertionError("every unit ends in END")


def stack_at(start: str, kinds: Iterable[str]) -> tuple[int, ...]:
    """Return the parser's stack behind these kinds of tokens, which must be ones that it takes."""
    stack = _advance([load_tables().starts[start]], kinds)
    assert stack is not None
    return tuple(stack)


def takes(states: Sequence[int], kinds: Iterable[str]) -> bool:
    """Return whether the parser could go on from a stack through all of these kinds of tokens."""
    return _advance(list(states), kinds) is not None


def expected(states: Sequence[int]) -> frozenset[str]:
    """Return the kinds of tokens that the parser can take on a stack."""
    kinds = (kind for kind in load_tables().actions[states[-1]] if kind.isupper())
    return frozenset(kind for kind in kinds if takes(states, [kind]))


def _advance(stack: list[int], kinds: Iterable[str]) -> list[int] | None:
    tables, soft = load_tables(), _soft()
    for kind in kinds:
        while True:
            target = tables.actions[stack[-1]].get(kind)
            if target is None:
                if kind not in soft:
                    return None
                kind = "NAME"
            elif target >= 0:
                stack.append(target)
                break
            else:
                production = tables.productions[~target]
                del stack[len(stack) - production.size :]
                stack.append(tables.actions[stack[-1]][production.origin])
                if kind == END and stack[-1] in tables.ends.values():
                    break
    return stack


def _children(production: Production, values: list[object]) -> list[object]:
    children: list[object] = []
    for place, listed in production.plan:
        if place == ABSENT:
            children.append(None)
        elif not listed:
            children.append(values[place])
        else:
            found = values[place]
            assert isinstance(found, list)
            if children:
                children += found
            else:
                children = found  # a list that grows by one item a reduction is not copied each time
    return children


@cache
def _productions() -> tuple[tuple[Production, Method | None], ...]:
    return tuple((p, None if p.inlined else _method(p)) for p in load_tables().productions)


def _method(production: Production) -> Method:
    if production.transparent:
        return getattr(Builder, production.action, _never)
    found: Method = getattr(Builder, production.action)
    return found


def _never(builder: Builder, span: Span, *children: object) -> object:
    raise AssertionError("a transparent rule without a method has one child")


@cache
def _soft() -> frozenset[str]:
    return frozenset(t.name for t in load_tables().terminals if t.soft)
