"""Verdicts, against trying all small sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archc.shapes import (
    Comparison,
    Conditional,
    Context,
    Counterexample,
    Proven,
    Refuted,
    Relation,
    Unknown,
    Verdict,
    decide,
    is_legal,
    mod,
    strongest,
    substitute,
    symbol,
)
from archc.shapes.relation import compile_relation
from tests.shapes.expressions import relations, small_points, trees

B, C, H, W, M, N, G = map(symbol, "BCHWMNg")
EMPTY = Context()
SETTINGS = settings(deadline=None, max_examples=30)


def check(relation: Relation, context: Context, names: tuple[str, ...], last: int) -> Verdict:
    """Fail where the verdict is wrong for any sizes up to `last`; return it."""
    verdict = decide(relation, context)
    legal = _where([compile_relation(part, names) for part in context.assumptions], small_points(len(names), last))
    holds = compile_relation(relation, names)
    failing = [point for point in legal if not holds(point)]
    match verdict:
        case Proven():
            assert not failing
        case Refuted(failure):
            assert len(failing) == len(legal)
            _check_failure(relation, context, failure)
        case Conditional(condition, failure, exact):
            _check_failure(relation, context, failure)
            said = set(_where([compile_relation(part, names) for part in condition], legal))
            assert said.isdisjoint(failing)
            assert not exact or len(said) + len(failing) == len(legal)
            sizes = dict(failure.sizes)
            there = [point for point in legal if all(sizes.get(n, x) == x for n, x in zip(names, point, strict=True))]
            assert not there or sum(there[0]) <= min(map(sum, failing), default=sum(there[0]))
        case Unknown():
            pass
    return verdict


Point = tuple[int, ...]


def _where(tests: list[Callable[[Sequence[int]], bool]], points: Iterable[Point]) -> list[Point]:
    return [point for point in points if all(test(point) for test in tests)]


def _check_failure(relation: Relation, context: Context, failure: Counterexample) -> None:
    sizes = dict(failure.sizes)
    assert is_legal(context, sizes)
    assert not relation.holds(sizes)
    assert (failure.left, failure.right) == (substitute(relation.left, sizes), substitute(relation.right, sizes))


@st.composite
def contexts(draw: st.DrawFn, names: str) -> Context:
    """Contexts of divisibilities, bounds, and relations between formulas."""
    context = EMPTY
    for _ in range(draw(st.integers(0, 3))):
        size = symbol(draw(st.sampled_from(names)))
        modulus = draw(st.integers(2, 6))
        relation = draw(
            st.sampled_from(
                [
                    Relation(Comparison.EQ, mod(size, modulus), modulus // 2),
                    Relation(Comparison.EQ, mod(size, modulus), 0),
                    Relation(Comparison.NE, mod(size, modulus), 1),
                    Relation(Comparison.GE, size, modulus),
                    Relation(Comparison.LE, size, 3 * modulus),
                ]
            )
            | relations(trees(names, extremes=False, size=3, divisors=(2, 3)))
        )
        context = context.assume(relation)
    return context


ONE_SIZE = trees("H", size=6, divisors=(2, 3, 4))
TWO_SIZES = trees("HW", size=6, divisors=(2, 3))


@SETTINGS
@given(relations(ONE_SIZE), contexts("H"))
def test_one_size_is_always_decided(relation: Relation, context: Context) -> None:
    assume(context.contradiction is None)
    assert not isinstance(check(relation, context, ("H",), 130), Unknown)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "size", "divisors", "last"),
    [("H", 8, (2, 3, 4, 5), 150), ("HW", 8, (2, 3, 4, "H"), 16), ("HWg", 6, (2, 3, "g"), 7)],
)
@settings(SETTINGS, max_examples=250)
@given(data=st.data())
def test_at_length(names: str, size: int, divisors: tuple[int | str, ...], last: int, data: st.DataObject) -> None:
    relation = data.draw(relations(trees(names, size=size, divisors=divisors)))
    context = data.draw(contexts(names))
    assume(context.contradiction is None)
    check(relation, context, tuple(names), last)


@SETTINGS
@given(relations(TWO_SIZES), contexts("HW"))
def test_two_sizes(relation: Relation, context: Context) -> None:
    assume(context.contradiction is None)
    check(relation, context, ("H", "W"), 14)


@SETTINGS
@given(relations(trees("HWg", size=5, divisors=(2,))), contexts("HWg"))
def test_three_sizes(relation: Relation, context: Context) -> None:
    assume(context.contradiction is None)
    check(relation, context, ("H", "W", "g"), 7)


@SETTINGS
@given(relations(TWO_SIZES), contexts("HW"))
def test_a_contradiction_leaves_no_legal_sizes(relation: Relation, context: Context) -> None:
    context = context.assume(relation)
    assume(context.contradiction is not None)
    tests = [compile_relation(part, ("H", "W")) for part in context.assumptions]
    assert not _where(tests, small_points(2, 14))


@SETTINGS
@given(relations(trees("HWg", extremes=False, size=5, divisors=(2, "g"))), contexts("HWg"))
def test_a_size_as_divisor(relation: Relation, context: Context) -> None:
    assume(context.contradiction is None)
    check(relation, context, ("H", "W", "g"), 7)


@SETTINGS
@given(st.lists(relations(trees("HW", size=3, extremes=False, divisors=(2, 3))), max_size=4))
def test_the_strongest_relations_say_the_same(given_relations: list[Relation]) -> None:
    merged = strongest(tuple(given_relations))
    before = [compile_relation(relation, ("H", "W")) for relation in given_relations]
    after = [compile_relation(relation, ("H", "W")) for relation in merged]
    assert _where(before, small_points(2, 14)) == _where(after, small_points(2, 14))
