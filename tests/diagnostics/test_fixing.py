"""Fixes made by machine: what is chosen, and what the text becomes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archc.diagnostics import Diagnostic, Edit, Fix, apply_fixes, chosen_fixes
from archc.syntax.source import Source, Span

SOURCE = Source("a.arch", "0123456789")


def finding(start: int, *fixes: tuple[tuple[int, int, str], ...]) -> Diagnostic:
    made = tuple(Fix("f", tuple(Edit(Span(SOURCE, low, high), text) for low, high, text in fix)) for fix in fixes)
    return Diagnostic("P1", f"at {start}", Span(SOURCE, start, start + 1), fixes=made)


def test_all_edits_of_a_fix_are_made() -> None:
    assert apply_fixes(SOURCE, [finding(0, ((1, 3, "ab"), (5, 5, "-"), (9, 10, "")))]) == "0ab34-5678"


def test_fixes_of_several_diagnostics_are_made_in_any_order() -> None:
    found = [finding(5, ((5, 6, "y"),)), finding(1, ((1, 2, "x"),))]
    assert apply_fixes(SOURCE, found) == apply_fixes(SOURCE, found[::-1]) == "0x234y6789"


def test_the_first_of_two_that_overlap_wins_whole() -> None:
    found = [finding(1, ((1, 4, "x"),)), finding(2, ((3, 5, "y"), (8, 9, "z")))]
    assert apply_fixes(SOURCE, found) == "0x456789"
    assert chosen_fixes(SOURCE, found) == found[0].fixes


def test_two_insertions_at_one_place_are_not_both_made_unless_equal() -> None:
    assert apply_fixes(SOURCE, [finding(1, ((1, 1, "a"),)), finding(2, ((1, 1, "b"),))]) == "0a123456789"
    assert apply_fixes(SOURCE, [finding(1, ((1, 1, "a"),)), finding(2, ((1, 1, "a"), (3, 4, "x")))]) == "0a12x456789"


def test_edits_that_touch_are_both_made() -> None:
    assert apply_fixes(SOURCE, [finding(1, ((1, 3, "a"),)), finding(2, ((3, 5, "b"), (1, 1, "(")))]) == "0(ab56789"


def test_of_several_fixes_the_first_with_edits_is_made() -> None:
    assert apply_fixes(SOURCE, [finding(1, (), ((1, 2, "a"),), ((2, 3, "b"),))]) == "0a23456789"


def test_a_fix_that_edits_another_file_is_left_alone() -> None:
    other = Source("b.arch", SOURCE.text)
    fix = Fix("f", (Edit(Span(other, 0, 1), "x"),))
    assert apply_fixes(SOURCE, [Diagnostic("P1", "m", Span(SOURCE, 0, 1), fixes=(fix,))]) == SOURCE.text


EDITS = st.builds(
    lambda ends, text: (min(ends), max(ends), text), st.tuples(*[st.integers(0, 10)] * 2), st.sampled_from("ab")
)


@given(st.lists(st.lists(EDITS, max_size=3, unique=True), max_size=6))
def test_what_no_chosen_edit_covers_stays(fixes: list[list[tuple[int, int, str]]]) -> None:
    found = [finding(number % 9, tuple(fix)) for number, fix in enumerate(fixes)]
    edits = {edit for fix in chosen_fixes(SOURCE, found) for edit in fix.edits}
    gone = {index for edit in edits for index in range(edit.span.start, edit.span.end)}
    kept = [char for char in apply_fixes(SOURCE, found) if char.isdigit()]
    assert kept == [char for index, char in enumerate(SOURCE.text) if index not in gone]


def test_a_guess_is_left_to_the_author() -> None:
    guess = Fix("did you mean `floor`?", (Edit(Span(SOURCE, 0, 2), "floor"),), is_guess=True)
    assert chosen_fixes(SOURCE, [Diagnostic("N101", "", Span(SOURCE, 0, 2), fixes=(guess,))]) == ()
