"""Tokens in words, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from archc.syntax.lexer import UNCLOSED_DOC, UNCLOSED_TEXT, Token
from archc.syntax.tables import END, NEWLINE, load_tables

_WORDS = {
    "NAME": "a name",
    "INT": "a number",
    "FLOAT": "a number",
    "STRING": "a string",
    "DOC": "a docstring",
    "OPERATOR": "an operator",
    "MINUS": "an operator",
    "RANGE": "an operator",
    "AND": "an operator",
    "OR": "an operator",
    "KIND": "`block`",
    "STORE": "`param`",
    "MODE": "`train {`",
    "LOOP": "`fold`",
    NEWLINE: "the end of the line",
    END: "the end of the line",
    UNCLOSED_TEXT: "a string without an end",
    UNCLOSED_DOC: "a docstring without an end",
}


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


# What can begin an expression is named as one thing, and so is what can begin a statement or a declaration.
_EXPRESSION = _kinds("NAME INT FLOAT STRING LPAR LSQB MINUS NOT IF CHOICE _REPEAT LOOP")
_STATEMENT = _kinds("NAME INT FLOAT STRING LPAR LSQB CHOICE _REPEAT LET RETURN FOR IF STORE MODE _ENTRY _CHECK DOC")
_UNIT = _kinds("_VERSION _USE LET KIND _TYPE _RULE _SPACE _VARIANTS _CHECKPOINT DOC")
_MODULE = _kinds("NAME INT FLOAT STRING LPAR LSQB CHOICE _REPEAT")
_VALUE = _MODULE | {"MINUS", "NOT"}
_GROUPS = (
    (_UNIT, "a declaration"),
    (_STATEMENT, "a statement"),
    (_EXPRESSION, "an expression"),
    (_VALUE, "a value"),
    (_MODULE, "a module"),
)

_ANYWHERE = _kinds("OPERATOR MINUS RANGE AND OR PIPE LPAR LSQB DOT")


def found(token: Token) -> str:
    """Return what a token is, in words: "`block`", "the end of the line"."""
    if token.kind == END and not token.text:
        return "the end of the text"
    if token.kind in (NEWLINE, END, UNCLOSED_TEXT, UNCLOSED_DOC):
        return _WORDS[token.kind]
    return "a docstring" if token.kind == "DOC" else f"`{token.text}`"


def wanted(kinds: frozenset[str]) -> str:
    """Return what may stand somewhere, in words: "`,` or `)`"."""
    rest, words = set(kinds), []
    if "DOT" in rest and rest - _ANYWHERE:
        rest -= _ANYWHERE  # what may follow every value says nothing
    for group, word in _GROUPS:
        if group <= rest:
            words.append(word)
            rest -= group
    words += sorted({_word(kind) for kind in rest})
    return _list(words)


def spelling(kind: str) -> str:
    """Return how a terminal is written that is always written alike."""
    return _literals()[kind]


def reserved_words() -> frozenset[str]:
    """Return the words that can never be names."""
    return frozenset(t.text for t in load_tables().terminals if t.reserved and t.text is not None)


def _word(kind: str) -> str:
    literal = _literals().get(kind)
    return _WORDS.get(kind) or (f"`{literal}`" if literal else f"`{kind.strip('_').lower()}`")


def _list(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


@cache
def _literals() -> dict[str, str]:
    return {t.name: t.text for t in load_tables().terminals if t.text is not None}
