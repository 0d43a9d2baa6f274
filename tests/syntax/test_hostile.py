"""Whatever the text, there is a tree or a diagnostic, soon, and never an exception."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.diagnostics import render_all
from archc.diagnostics.diagnostic import Diagnostic
from archc.syntax import Source, Span, format_file, lexer, parse, parse_expression, read_source, walk
from archc.syntax.lexer import Lexer
from archc.syntax.parser import MOST_DEPTH, MOST_ERRORS

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.arch"))
TEXTS = [path.read_text(encoding="utf-8") for path in EXAMPLES]

SECONDS = 2.0
"""Of processor time, for a text as long as the examples."""

WORDS = ["block", "arch", "op", "let", "(", ")", "[", "]", "{", "}", ":", ",", "=", "|>", "->", "...", "..", "x", "1"]
WORDS += ["if", "then", "else", "for", "in", "\n", "#", '"', '"""', "where", "param", "return", "=>", "choice", "-"]


def _try(source: Source) -> None:
    begun = time.process_time()
    parsed = parse(source)
    format_file(parsed)
    assert time.process_time() - begun < SECONDS
    assert len(parsed.diagnostics) <= MOST_ERRORS + 2
    for each in parsed.diagnostics:
        assert 0 <= each.span.start <= each.span.end <= len(source.text)
    assert bool(render_all(parsed.diagnostics)) == bool(parsed.diagnostics)
    if not parsed.diagnostics:
        assert parse(Source("again", format_file(parsed))).file == parsed.file


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_changed_bytes(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    changed = bytearray(data.draw(st.sampled_from(TEXTS)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        upto = min(len(changed), at + data.draw(st.sampled_from([0, 1, 2, 40, 1000])))
        changed[at:upto] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b'"""', b"{", b"(", b"]", b"\n", b"#", b"if "])
        )
    path = tmp_path_factory.mktemp("bytes") / "changed.arch"
    path.write_bytes(changed)
    source = read_source(path)
    if isinstance(source, Source):
        _try(source)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_changed_tokens(data: st.DataObject) -> None:
    text, other = data.draw(st.sampled_from(TEXTS)), data.draw(st.sampled_from(TEXTS))
    tokens, others = list(Lexer(text).tokens()), list(Lexer(other).tokens())
    for _ in range(data.draw(st.integers(1, 4))):
        token = data.draw(st.sampled_from(tokens))
        text = (
            text[: token.start] + data.draw(st.sampled_from(["", *(t.text for t in others[:200])])) + text[token.end :]
        )
    _try(Source("tokens", text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_words_in_any_order(words: list[str]) -> None:
    _try(Source("words", " ".join(words)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_an_expression_or_not(text: str) -> None:
    found = parse_expression(text, Span(Source("t", text), 0, len(text)))
    if not isinstance(found, Diagnostic):
        assert all(node.span.source.name == "t" for node in walk(found))


DEEP: dict[str, Callable[[int], str]] = {
    "lists": lambda n: "let a = " + "[" * n + "x" + "]" * n,
    "calls": lambda n: "let a = " + "f(" * n + "x" + ")" * n,
    "signs": lambda n: "let a = " + "-" * n + "x",
    "nots": lambda n: "let a = " + "not " * n + "x",
    "sums": lambda n: "let a = x" + " + x" * n,
    "powers": lambda n: "let a = x" + " ** x" * n,
    "attributes": lambda n: "let a = x" + ".b" * n,
    "indices": lambda n: "let a = x" + "[1]" * n,
    "else ifs": lambda n: "let a = " + "if a then b else " * n + "x",
    "tests": lambda n: "let a = " + "if " * n + "x" + " then b else c" * n,
    "folds": lambda n: "let a = " + "fold x = a for i in b => " * n + "x",
    "pipes": lambda n: "let a = " + "(x |> " * n + "x" + ")" * n,
    "ifs": lambda n: "block A {\n" + "if a {\n" * n + "}\n" * n + "}",
    "else if statements": lambda n: "block A {\nif a { }" + " else if a { }" * n + "\n}",
    "choices": lambda n: "let a = " + "choice {\n => " * n + "x" + "\n}" * n,
    "repeats": lambda n: "let a = " + "repeat 2 { " * n + "x" + "\n}" * n,
    "comprehensions": lambda n: "let a = " + "[" * n + "x" + " for i in y]" * n,
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_refused(kind: str) -> None:
    begun = time.process_time()
    assert [each.code for each in parse(Source("t", DEEP[kind](3_000))).diagnostics] == ["P008"]
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("kind", DEEP)
def test_what_is_not_refused_can_be_printed(kind: str) -> None:
    """Of what nests by one, two or a few nodes, the deepest text that is taken."""
    tried = (parse(Source("t", DEEP[kind](MOST_DEPTH // nodes - 2))) for nodes in (1, 2, 4))
    parsed = next(each for each in tried if not each.diagnostics)
    assert parse(Source("t", format_file(parsed))).file == parsed.file


def test_brackets_around_nothing_new_may_be_as_deep_as_they_like() -> None:
    parsed = parse(Source("t", "let a = " + "(" * 5000 + "x" + ")" * 5000))
    assert parsed.diagnostics == ()
    assert format_file(parsed) == "let a = x\n"


LONG = {
    "open brackets": "(" * 200_000,
    "closing brackets": ")" * 200_000,
    "quotes": '"' * 200_001,
    "lone quotes": 'a "\n' * 50_000,
    "docstrings": '"""\n' * 50_001,
    "newlines": "\n" * 100_000 + "x",
    "blanks": " " * 1_000_000 + "x",
    "comments": "#\n" * 50_000 + "|>",
    "one long comment": "#" * 1_000_000,
    "wrong blocks": "block A ]\n" * 50_000,
    "open blocks": "block A {\n" * 50_000,
    "entries of a list": "let a = [" + "1," * 10_000 + "]",
    "names": "let " + "a, " * 40_000 + "a = 1",
    "a long name": "let " + "a" * 1_000_000 + " = 1",
    "digits": "let a = " + "9" * 1_000_000,
    "points": "." * 200_000,
    "carriage returns": "let a = 1\r\n" * 5_000,
    "strays": "$" * 200_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_long_texts_take_linear_time(kind: str) -> None:
    begun = time.process_time()
    parsed = parse(Source("t", LONG[kind]))
    assert time.process_time() - begun < 3 * SECONDS
    assert len(parsed.diagnostics) <= MOST_ERRORS + 1


def test_a_text_of_too_many_tokens_is_read_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "MOST_TOKENS", 1000)
    parsed = parse(Source("t", "let a = 1\n" * 250_000))
    assert [each.code for each in parsed.diagnostics] == ["P006"]
    assert parsed.file is not None and len(parsed.file.declarations) == 199
