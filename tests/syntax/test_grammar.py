"""The grammar is LALR(1) without a conflict, and the tables say what it says."""

from __future__ import annotations

import pytest
from lark import GrammarError, Lark

from archc.syntax import tables
from archc.syntax.builder import Builder
from archc.syntax.wording import reserved_words


def _strict(grammar: str) -> Lark:
    return Lark(grammar, parser="lalr", lexer="contextual", strict=True, start=list(tables.STARTS))


def test_there_is_no_conflict() -> None:
    _strict(tables.grammar_text())


def test_strict_means_strict() -> None:
    with pytest.raises(GrammarError, match="conflict"):
        _strict('unit: "if" unit | "if" unit "else" unit | "x"\nexpression: unit\n')


def test_every_rule_has_a_method_and_every_method_a_rule() -> None:
    productions = tables.load_tables().productions
    needed = {p.action for p in productions if not p.inlined and not p.transparent}
    methods = {name for name in vars(Builder) if not name.startswith("_")}
    assert needed <= methods
    assert methods - needed <= {p.action for p in productions}, "methods without a rule"


def test_reserved_words_are_few() -> None:
    assert reserved_words() == {"and", "choice", "else", "for", "if", "in", "let", "not", "or", "return", "then", "via"}


def test_tables_say_what_lark_made() -> None:
    """Lark numbers the states anew each time; all else is alike."""
    fresh, kept = tables._decode(tables._encode(tables.build_grammar(tables.grammar_text()))), tables.load_tables()
    assert (fresh.productions, fresh.terminals) == (kept.productions, kept.terminals)
    assert sorted(map(len, fresh.actions)) == sorted(map(len, kept.actions))
