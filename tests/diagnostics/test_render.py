"""Diagnostics as people read them. Most of it is in the goldens: read them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from archc.diagnostics import Diagnostic, Fix, Label, Note, Severity, render, render_all, summary
from archc.diagnostics.glyphs import width
from archc.syntax.source import Source, Span

UNET = Source(
    "unet.arch",
    """\
arch UNet(classes = 2) : image[B, 3, H, W] -> [B, classes, H, W] {
  skip = image |> enc: DoubleConv(64)
  up = skip |> maxpool(2) |> inner: DoubleConv(128) |> up: convT(64, k=2, stride=2)
  return concat([skip, up], axis=1) |> head: conv(classes, k=1)
}
""",
)


def at(text: str, source: Source = UNET, after: str = "") -> Span:
    start = source.text.index(text, source.text.index(after))
    return Span(source, start, start + len(text))


def test_the_error_a_user_should_love(golden: object) -> None:
    diagnostic = Diagnostic(
        "S104",
        "concat along axis 1 needs every other axis equal; axis 2 differs",
        at("up", after="[skip, up"),
        "[B, 64, 2*(H//2), 2*(W//2)]",
        (Label(at("skip", after="[skip"), "[B, 64, H, W]"), Label(at("maxpool(2)"), "H becomes H//2 here")),
        (
            Note("proof", "equal exactly when H % 2 == 0 and W % 2 == 0"),
            Note("counterexample", "H = 7:  7 != 2*(7//2) = 6"),
        ),
        (
            Fix("declare it:  -> … where H % 2 == 0, W % 2 == 0", ()),
            Fix("or pad:  concat([skip, up |> pad_to(skip)], axis=1)", ()),
        ),
    )
    assert golden == render(diagnostic)


def test_colour(golden: object) -> None:
    labels = (Label(at("64", after="convT"), "64 here"),)
    warning = Diagnostic("N201", "unused", at("skip"), "never read", labels, severity=Severity.WARNING)
    text = render(warning, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == render(warning)
    assert golden == text.replace("\x1b", "ESC")


def test_three_texts_on_one_line(golden: object) -> None:
    labels = (Label(at("image", after="skip ="), "first\nof two lines"), Label(at("enc"), "second"))
    assert golden == render(Diagnostic("N101", "three", at("DoubleConv(64)"), "last\nof two lines", labels))


def test_one_place_within_another(golden: object) -> None:
    labels = (Label(at("image |> enc: DoubleConv(64)"), "the whole"),)
    assert golden == render(Diagnostic("N101", "nested", at("enc"), "the part", labels))


def test_two_texts_at_one_place(golden: object) -> None:
    assert golden == render(Diagnostic("N101", "twice", at("enc"), "one", (Label(at("enc"), "other"),)))


def test_a_span_of_several_lines(golden: object) -> None:
    span = at(UNET.text[UNET.text.index("{") : -1])
    assert golden == render(Diagnostic("P101", "from the middle of a line", span, "up to here"))


def test_a_whole_declaration_with_marks_inside(golden: object) -> None:
    span = Span(UNET, 0, len(UNET.text))
    labels = (Label(at("enc"), "a"), Label(at("inner: DoubleConv(128) |> up: convT(64, k=2, stride=2)\n  return"), "b"))
    assert golden == render(Diagnostic("P101", "everything", span, "all of it", labels))


def test_a_long_span_has_a_gap(golden: object) -> None:
    source = Source("long.arch", "block A {\n" + "  x = x\n" * 120 + "}\n")
    span = Span(source, 0, len(source.text))
    assert golden == render(Diagnostic("P101", "long", span, "here", (Label(Span(source, 510, 511), "x"),)))


def test_labels_in_other_files(golden: object) -> None:
    other = Source("std/nn.arch", "\n" * 119 + "op conv(C) : x[B, c, ...S] -> y[B, C, ...S]\n")
    labels = (Label(at("c,", other), "c is bound here"), Label(at("head"), "called here"))
    assert golden == render(Diagnostic("S101", "other files", at("conv", after="head"), "conv", labels))


def test_lines_left_out_and_one_line_shown_instead(golden: object) -> None:
    source = Source("gap.arch", "".join(f"line {number}\n" for number in range(1, 13)))
    labels = (Label(at("line 3", source), ""), Label(at("line 10", source), "b"))
    assert golden == render(Diagnostic("N101", "gaps", at("line 1", source), "a", labels))


def test_tabs_and_wide_characters(golden: object) -> None:
    source = Source("wide.arch", "\tx = 漢字 |> e\u0301 +\tb\n")
    labels = (Label(at("e\u0301", source), "combining"), Label(at("b", source), "after a tab"))
    assert golden == render(Diagnostic("P102", "wide", at("漢字", source), "two columns each", labels))


def test_a_long_line_is_cut_around_its_marks(golden: object) -> None:
    source = Source("wide.arch", "a + " * 100 + "BAD" + " + c" * 100)
    labels = (Label(at("c", source), "near"),)
    assert golden == render(Diagnostic("P102", "long line", at("BAD", source), "here", labels))


def test_marks_further_apart_than_a_line_may_be(golden: object) -> None:
    source = Source("wide.arch", "start" + " + c" * 10_000 + " end")
    labels = (Label(at("end", source), "far away"),)
    assert golden == render(Diagnostic("P102", "far apart", at("start", source), "here", labels))


def test_the_end_of_a_file(golden: object) -> None:
    end = len(UNET.text)
    assert golden == render(Diagnostic("P103", "at the end", Span(UNET, end, end), "expected `}`"))


def test_a_file_that_is_empty_or_could_not_be_read_is_only_named() -> None:
    nothing = Diagnostic("P001", "no such file", Span(Source("none.arch", ""), 0, 0), notes=(Note("help", "look"),))
    assert render(nothing) == "error[P001]: no such file\n --> none.arch\n  = help: look"


def test_a_span_that_ends_in_its_newline_has_one_line() -> None:
    source = Source("a.arch", "one\r\ntwo\r\n")
    assert render(Diagnostic("P1", "m", Span(source, 0, 5))).splitlines()[-1] == "  | ^^^"


def test_notes_of_several_lines(golden: object) -> None:
    notes = (Note("note", "one\ntwo"), Note("help", ""))
    assert golden == render(Diagnostic("N101", "several\nlines", at("enc"), notes=notes))


def test_nothing_steers_the_terminal() -> None:
    evil = "a\x1b[31m\x07\u202e\u2066\x9b\x00\x7f\rb"
    source = Source(evil, evil)
    diagnostic = Diagnostic(
        "N1", evil, Span(source, 0, 3), evil, (Label(Span(source, 2, 4), evil),), (Note(evil, evil),)
    )
    text = render(diagnostic)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "␛[31m␇" in text


def test_the_order_is_by_file_and_place_and_nothing_is_said_twice() -> None:
    other = Source("b.arch", "x\n")
    late = Diagnostic("N2", "late", at("up"), labels=(Label(at("enc"), "kept"),))
    found = [late, Diagnostic("N1", "other", Span(other, 0, 1)), Diagnostic("N1", "early", at("arch")), late]
    found.append(Diagnostic("N2", "late", at("up")))
    heads = [line for line in render_all(found).splitlines() if line.startswith("error")]
    assert heads == ["error[N1]: early", "error[N2]: late", "error[N1]: other"]
    assert "kept" in render_all(found)


def test_summary() -> None:
    error, second = Diagnostic("N1", "a", at("up")), Diagnostic("N1", "b", at("up"))
    warning = Diagnostic("N1", "c", at("up"), severity=Severity.WARNING)
    assert [summary(s) for s in ([], [error], [error, second, error, warning])] == [
        "",
        "1 error",
        "2 errors, 1 warning",
    ]


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    sources = [Source(name, draw(st.text(st.sampled_from("ab {\n\r\t漢\u0301\x1b"), max_size=300))) for name in "xy"]

    def span() -> Span:
        source = draw(st.sampled_from(sources))
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(source.text) + 2)] * 2)))
        return Span(source, start, end)

    texts = st.sampled_from(["", "short", "two\nlines", "漢字"])
    labels = tuple(Label(span(), draw(texts)) for _ in range(draw(st.integers(0, 4))))
    return Diagnostic("P1", "m", span(), draw(texts), labels)


@given(diagnostics())
def test_every_text_is_shown_and_no_line_is_a_mess(diagnostic: Diagnostic) -> None:
    rendered = render(diagnostic)
    assert all(line == line.rstrip() and width(line) < 200 for line in rendered.split("\n"))
    said = [(diagnostic.span, diagnostic.text), *((label.span, label.text) for label in diagnostic.labels)]
    for span, text in said:
        assert not span.source.text or all(part in rendered for part in text.split("\n"))
    assert re.sub(r"\x1b\[[0-9;]*m", "", render(diagnostic, colour=True)) == rendered
