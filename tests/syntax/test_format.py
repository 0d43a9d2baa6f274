"""The canonical form of texts: what stays of the author's layout, and that nothing else matters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.syntax import Source, format_expression, format_file, format_tree, parse, tree
from archc.syntax.formatter import WIDTH
from archc.syntax.lexer import Lexer
from tests.conftest import Golden
from tests.syntax.strategies import NOWHERE

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.arch"))
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


@cache
def _formatted(text: str) -> str:
    parsed = parse(Source("t", text))
    assert parsed.diagnostics == (), text
    return format_file(parsed)


@each_example
def test_example(path: Path, golden: Golden) -> None:
    assert golden == _formatted(path.read_text(encoding="utf-8"))


@each_example
def test_formatting_changes_layout_only_and_comes_to_rest(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, formatted = parse(Source("t", text)), _formatted(text)
    after = parse(Source("t", formatted))
    assert after.file == before.file
    assert [c.span.text.rstrip() for c in after.comments] == [c.span.text.rstrip() for c in before.comments]
    assert _formatted(formatted) == formatted


@each_example
def test_only_what_cannot_be_broken_is_wide(path: Path) -> None:
    wide = [line for line in _formatted(path.read_text(encoding="utf-8")).splitlines() if len(line) > WIDTH]
    assert all(line.startswith('"""') or "#" in line or line.endswith('"""') for line in wide), wide


@pytest.mark.parametrize("name", ["hornet", "lsnet", "einspace"])
def test_line_ends_and_tabs_do_not_matter(name: str) -> None:
    text = (Path(__file__).parent / "examples" / f"{name}.arch").read_text(encoding="utf-8")
    assert _formatted(text.replace("\n", "\r\n")) == _formatted(text)
    assert _formatted(text.replace("  ", "\t")) == _formatted(text)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_comments_survive_wherever_they_stand(data: st.DataObject) -> None:
    """Comments are put before any tokens of an example; only places where that leaves the tree as it is count."""
    text = data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8")
    starts = [token.start for token in Lexer(text).tokens()]
    for place in sorted(
        data.draw(st.lists(st.sampled_from(starts), min_size=1, max_size=6, unique=True)), reverse=True
    ):
        text = text[:place] + data.draw(st.sampled_from([" # c\n", "\n# c\n", "\n\n # c\n\n"])) + text[place:]
    before = parse(Source("t", text))
    if before.diagnostics:
        return
    formatted = format_file(before)
    after = parse(Source("t", formatted))
    assert after.file == before.file
    assert len(after.comments) == len(before.comments)
    assert format_file(after) == formatted


COMMENTED = '''
# licence

archc 1   # version


# about A
"""Doc."""
block A(C, # width
  k = 3) : x[B, C] -> [B]  where C > 3 { # head
  # first

  # second
  y = x |> a # one
    # before b
    |> b   # two
    |> c # three


  z = f(a, # first argument
     b)
  if a { # then
    b = 1 # b
    # end of then
  } else { # else
    c = 2
  }
  w = [1, 2, # two
   # own
   3
   # last
   ]
  # end of body
}
# before rows
variants A(C) {
  # rows
  a: 1, 20 # a
  bbbb: 10, 2
}

# end
'''


def test_comments(golden: Golden) -> None:
    assert golden == _formatted(COMMENTED)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("let a=b", "let a = b\n"),
        ("let a = ((b))", "let a = b\n"),
        ("let a = (b+c)*d", "let a = (b + c) * d\n"),
        ("let a = b+(c*d)", "let a = b + c * d\n"),
        ("let a = b-(c-d)", "let a = b - (c - d)\n"),
        ("let a = (b**c)**d", "let a = (b ** c) ** d\n"),
        ("let a = (-b)**c", "let a = (-b) ** c\n"),
        ("let a = not (b and c)", "let a = not (b and c)\n"),
        ("let a = b[1 .. , 0..2]", "let a = b[1.., 0..2]\n"),
        ("let a = f( x , k = 3 , ... )", "let a = f(x, k=3, ...)\n"),
        ("let a = f(w = x |> y)", "let a = f(w=(x |> y))\n"),
        ("let a = [ x for y in z , ]", None),
        ("let a = [x , y ,]", "let a = [x, y]\n"),
        ("block A ( ) { }", "block A {}\n"),
        ("block A\n{\n\n\n}", "block A {}\n"),
        ("block A { x = 1\n\n\n\n y = 2 }", "block A {\n  x = 1\n\n  y = 2\n}\n"),
        ("block A { if a { } else { if b { } } }", "block A {\n  if a {} else if b {}\n}\n"),
        ("archc 1\nuse a.b\nuse c", "archc 1\n\nuse a.b\nuse c\n"),
        ("\n\n\nuse a\n\n\n\nuse b\n\n", "use a\n\nuse b\n"),
        ("let a = repeat (2..3) { b }", "let a = repeat 2..3 { b }\n"),
        ("let a = repeat (-b) { c }", "let a = repeat (-b) { c }\n"),
        ("block A(k:{x,y}[3]?=x,...r)", "block A(k: {x, y}[3]? = x, ...r)\n"),
        ('"""  doc\n       more  \n"""\nblock A', '"""doc\nmore"""\nblock A\n'),
        ("let a = x |>\n f", "let a = x\n  |> f\n"),
        ("block A {\n return (x |> f if c), y\n}", "block A {\n  return (x |> f if c), y\n}\n"),
        ("", ""),
        ("# only this", "# only this\n"),
    ],
)
def test_small(written: str, canonical: str | None) -> None:
    if canonical is None:
        assert parse(Source("t", written)).diagnostics
    else:
        assert _formatted(written) == canonical


WIDE = {
    "pipe": "block A { yy = x |> " + " |> ".join(f"step{i}: conv({i}, k=3)" for i in range(9)) + "\n}",
    "call": "let a = some_function(" + ", ".join(f"argument_{i}={i}" for i in range(12)) + ")",
    "far": "let a = " + "b" * 70 + "(" + ", ".join(f"argument_{i}" for i in range(6)) + ")",
    "sum": "let a = " + " + ".join(f"a_rather_long_name_{i}" for i in range(8)),
    "choice": 'space S = choice "title" { 0.5 => a(b)\n => c }',
    "condition": "let a(b) = if b == 1 then " + "x" * 60 + " else " + "y" * 60,
    "chain": "let a(b) = if b == 1 then " + "x" * 60 + " else if b == 2 then " + "y" * 60 + " else z",
    "header": "block A("
    + ", ".join(f"parameter_{i} = {i}" for i in range(8))
    + ") : x[B, C] -> [B, C] where C > 1 { }",
    "where": "op A : x[B, C] -> y[B, C] where " + ", ".join(f"C % {2**i} == 0" for i in range(12)),
    "rule": "rule r: x |> " + "a" * 50 + " |> b ~> x |> " + "c" * 50 + " where d == e",
    "rows": "variants A(a, b, c) {\n x: 1, [1, 22], relu\n long_name: 100, [333, 4], gelu\n y: ...x, a=2\n}",
    "keys": 'checkpoint a for B { "' + "o" * 60 + '" <- "' + "t" * 60 + '" via chunk(3) }',
    "values": "block A { return " + ", ".join(f"some_value_{i} |> step" for i in range(8)) + " }",
    "declare": "block A { (scan a = b for c, d in e => 13119016)[8.475441345379188.f]: conv |> 5: C "
    "for conv, arch in x for rule, n in repeat 3 { archc[4888, y, ...] } if conv }",
    "fold": "block A { y = fold h = x for i in 0..10 => h |> " + " |> ".join(f"a_step_{i}(i)" for i in range(9)) + " }",
}


@pytest.mark.parametrize("case", WIDE)
def test_wide(case: str, golden: Golden) -> None:
    formatted = _formatted(WIDE[case])
    assert golden == formatted
    assert _formatted(formatted) == formatted


def test_a_changed_tree_keeps_the_comments_of_the_rest() -> None:
    parsed = parse(Source("t", "# a\nlet a = 1  # one\n\n# b\nlet b = 2  # two\n"))
    assert parsed.file is not None
    first, second = parsed.file.declarations
    made = tree.Let(NOWHERE, ("c",), None, (tree.Number(NOWHERE, 3, "3"),))
    changed = replace(parsed.file, declarations=(first, made, second))
    assert format_tree(changed, parsed.comments) == "# a\nlet a = 1  # one\n\nlet c = 3\n\n# b\nlet b = 2  # two\n"


def test_a_text_with_errors_comes_back_as_it_is() -> None:
    text = "let  a = ]\n"
    assert format_file(parse(Source("t", text))) == text


def test_an_expression_stands_on_one_line() -> None:
    names = [tree.Name(NOWHERE, "name" * 10) for _ in range(10)]
    assert format_expression(tree.Sequence(NOWHERE, tuple(names))) == "[" + ", ".join(["name" * 10] * 10) + "]"
