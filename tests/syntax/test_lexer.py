"""Text to tokens: where a newline counts, and what is no token."""

from __future__ import annotations

import pytest

from archc.syntax.lexer import STRAY, UNCLOSED_DOC, UNCLOSED_TEXT, Lexer
from archc.syntax.tables import END, NEWLINE


def _kinds(text: str) -> list[str]:
    return [token.kind for token in Lexer(text).tokens()]


def _shown(text: str) -> str:
    """Return the tokens with `;` for a newline that separates and `.` for one that ends a unit."""
    marks = {NEWLINE: ";", END: "."}
    return " ".join(marks.get(token.kind, token.text) for token in Lexer(text).tokens())


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("\n\n  \n# only a comment\n", ""),
        ("a\nb\n", "a . b ."),
        ("a\n\n\n\nb", "a . b ."),
        ("a # comment\nb", "a . b ."),
        ("a {\n  b\n  c\n}\nd", "a { b ; c } . d ."),
        ("f(a,\n  b\n)\nc", "f ( a , b ) . c ."),
        ("f(choice {\n a\n b\n})", "f ( choice { a ; b } ) ."),
        ("[a\nb]", "[ a b ] ."),
        ("x = y\n  |> z\n  # comment\n  |> w\nv", "x = y |> z |> w . v ."),
        ("x = y |>\n z", "x = y |> z ."),
        ("a\n  + b\nc", "a + b . c ."),
        ("a : b\n  -> c\n  where d\n{\n}\n", "a : b -> c where d { } ."),
        ("if a\n  then b\n  else c", "if a then b else c ."),
        ("a {\n} # comment\nelse {\n}", "a { } else { } ."),
        ('"""doc"""\nblock', '"""doc""" block .'),
        ("a =>\n b", "a => b ."),
        ("{\n 1 => a\n => b\n}", "{ 1 => a ; => b } ."),
        ("a\r\nb\r\n", "a . b ."),
        ("a\n\tb", "a . b ."),
        ("a {", "a { ."),
    ],
)
def test_newlines(text: str, tokens: str) -> None:
    assert _shown(text) == tokens


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("0..4", ["INT", "RANGE", "INT", END]),
        ("1.5e3", ["FLOAT", END]),
        ("1e-6", ["FLOAT", END]),
        ("x.shape", ["NAME", "DOT", "NAME", END]),
        ("N'", ["NAME", END]),
        ("...rest", ["DOTS", "NAME", END]),
        ("a <- b", ["NAME", "FROM", "NAME", END]),
        ("a ** b * c", ["NAME", "OPERATOR", "NAME", "OPERATOR", "NAME", END]),
        ("iffy", ["NAME", END]),
        ("if", ["IF", END]),
        ("param", ["NAME", END]),
        ("param x", ["STORE", "NAME", END]),
        ("train {", ["MODE", "LBRACE", END]),
        ('"# no comment"', ["STRING", END]),
        ('"open', [UNCLOSED_TEXT, END]),
        ('"""open', [UNCLOSED_DOC, END]),
        ("a ; b", ["NAME", STRAY, "NAME", END]),
        ("é", [STRAY, END]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert _kinds(text) == kinds


def test_brackets_are_those_open_at_the_token_given_last() -> None:
    lexer = Lexer("f([a])")
    assert [len(lexer.brackets) for _ in lexer.tokens()] == [0, 1, 2, 2, 1, 0, 0]


def test_comments_have_places() -> None:
    lexer = Lexer("a # one\r\n  # two")
    list(lexer.tokens())
    assert lexer.comments == [(2, 7), (11, 16)]


def test_a_part_of_a_text_can_be_read() -> None:
    tokens = list(Lexer("abc def ghi", 4, 7).tokens())
    assert [(token.text, token.start) for token in tokens] == [("def", 4), ("", 7)]
