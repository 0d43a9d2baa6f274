"""Verdicts that users will meet, word by word."""

from __future__ import annotations

import pytest

from archc.graph.static import Dim
from archc.shapes import (
    Comparison,
    Conditional,
    Context,
    Proven,
    Refuted,
    Relation,
    Unknown,
    add,
    decide,
    floordiv,
    maximum,
    minimum,
    mod,
    mul,
    power,
    strongest,
    sub,
    symbol,
)

B, C, H, W, M, N, G = map(symbol, "BCHWMNg")
EMPTY = Context()


def _assumed(*relations: Relation) -> Context:
    context = EMPTY
    for relation in relations:
        context = context.assume(relation)
    return context


def relation(left: Dim, kind: str, right: Dim) -> Relation:
    return Relation(Comparison(kind), left, right)


def _halved(size: Dim, times: int) -> Dim:
    """Return what is left of a size after `times` levels of a U, down and up again."""
    for _ in range(times):
        size = floordiv(size, 2)
    return mul(size, 2**times)


AT_MOST_W = _assumed(relation(H, "<=", W))
BY_32 = _assumed(relation(mod(H, 32), "==", 0), relation(mod(W, 32), "==", 0))


@pytest.mark.parametrize(
    ("asked", "context"),
    [
        (relation(_halved(H, 5), "==", H), BY_32),
        (relation(mul(_halved(H, 3), _halved(W, 5)), "==", mul(H, W)), BY_32),
        (relation(mul(2, floordiv(H, 2)), "<=", H), EMPTY),
        (relation(mul(floordiv(H, 2), floordiv(W, 2)), "<=", mul(H, W)), EMPTY),
        (relation(add(floordiv(H, 2), floordiv(add(H, 1), 2)), "==", H), EMPTY),
        (relation(add(maximum(H, W), minimum(H, W)), "==", add(H, W)), EMPTY),
        (relation(floordiv(M, 2), "<=", N), _assumed(relation(M, "<=", N))),
        (relation(M, "<=", mul(2, C)), _assumed(relation(M, "<=", N), relation(N, "<=", mul(2, C)))),
        (relation(M, "<=", mul(B, N)), _assumed(relation(M, "<=", N))),
        (relation(mul(floordiv(H, 4), 4), "==", H), _assumed(relation(W, "==", H), relation(mod(W, 8), "==", 0))),
        (relation(mul(4, floordiv(mul(H, W), 4)), "==", mul(H, W)), _assumed(relation(mod(mul(H, W), 4), "==", 0))),
        (relation(mul(H, H), "<=", 5929), _assumed(relation(H, "<=", 77))),
        (relation(floordiv(mul(H, W), W), "==", H), EMPTY),
        (relation(floordiv(H, floordiv(H, 8)), "==", 8), _assumed(relation(mod(H, 8), "==", 0))),
        (relation(H, "!=", W), _assumed(relation(H, "<", W))),
        (relation(mul(H, W), "<=", 12), _assumed(relation(H, "<=", 3), relation(W, "<=", 4))),
    ],
)
def test_proven(asked: Relation, context: Context) -> None:
    assert decide(asked, context) == Proven()


@pytest.mark.parametrize(
    ("asked", "context", "sizes"),
    [
        (relation(H, "==", add(H, 1)), EMPTY, {"H": 1}),
        (relation(mul(2, H), "==", add(mul(2, W), 1)), EMPTY, {"H": 1, "W": 1}),
        (relation(mod(H, 4), "==", 1), BY_32, {"H": 32}),
        (relation(add(N, 1), "<", M), _assumed(relation(M, "<=", N)), {"M": 1, "N": 1}),
        (relation(mod(mul(H, H), 4), "==", 2), EMPTY, {"H": 1}),
        (relation(3, "==", 4), EMPTY, {}),
    ],
)
def test_refuted(asked: Relation, context: Context, sizes: dict[str, int]) -> None:
    verdict = decide(asked, context)
    assert isinstance(verdict, Refuted)
    assert dict(verdict.counterexample.sizes) == sizes


@pytest.mark.parametrize(
    ("asked", "context", "condition", "sizes"),
    [
        (relation(H, "==", mul(2, floordiv(H, 2))), EMPTY, "H % 2 == 0", {"H": 1}),
        (relation(_halved(H, 5), "==", H), EMPTY, "H % 32 == 0", {"H": 1}),
        (relation(_halved(H, 6), "==", H), BY_32, "H % 64 == 0", {"H": 32}),
        (
            relation(mul(_halved(H, 1), _halved(W, 1)), "==", mul(H, W)),
            EMPTY,
            "H % 2 == 0 and W % 2 == 0",
            {"H": 1, "W": 1},
        ),
        (
            relation(add(_halved(H, 1), _halved(W, 2)), "==", add(H, W)),
            EMPTY,
            "H % 2 == 0 and W % 4 == 0",
            {"H": 1, "W": 1},
        ),
        (
            relation(mul(C, mul(_halved(H, 3), W)), "==", mul(C, mul(H, W))),
            EMPTY,
            "H % 8 == 0",
            {"C": 1, "H": 1, "W": 1},
        ),
        (relation(mul(4, floordiv(mul(H, W), 4)), "==", mul(H, W)), EMPTY, "H * W % 4 == 0", {"H": 1, "W": 1}),
        (
            relation(add(mod(add(H, W), 2), mod(add(H, mul(2, W)), 3)), "==", 0),
            EMPTY,
            "(H + 2 * W) % 3 == 0 and (H + W) % 2 == 0",
            {"H": 1, "W": 2},
        ),
        (relation(mul(sub(H, 1), sub(W, 1)), "==", 0), EMPTY, "H * W + 1 == H + W", {"H": 2, "W": 2}),
        (relation(mul(2, floordiv(mul(H, W), 2)), "==", mul(H, W)), AT_MOST_W, "H * W % 2 == 0", {"H": 1, "W": 1}),
        (relation(mod(add(H, W), 2), "==", 0), EMPTY, "(H + W) % 2 == 0", {"H": 1, "W": 2}),
        (relation(mul(G, floordiv(H, G)), "==", H), EMPTY, "H % g == 0", {"H": 1, "g": 2}),
        (relation(H, "==", W), EMPTY, "H == W", {"H": 1, "W": 2}),
        (relation(M, "<=", N), EMPTY, "M <= N", {"M": 2, "N": 1}),
        (relation(M, "<", N), EMPTY, "M < N", {"M": 1, "N": 1}),
        (relation(floordiv(sub(add(H, 2), 7), 4), ">=", 0), EMPTY, "H >= 5", {"H": 1}),
        (relation(H, "<=", 10**6), EMPTY, "H <= 1000000", {"H": 10**6 + 1}),
        (relation(minimum(H, 7), "==", 7), EMPTY, "H >= 7", {"H": 1}),
        (relation(mul(H, floordiv(H, 2)), "<=", 100), EMPTY, "H <= 14", {"H": 15}),
        (relation(mul(H, mul(2, floordiv(H, 2))), "==", mul(H, H)), EMPTY, "H % 2 == 0", {"H": 1}),
        (relation(mod(mul(3, floordiv(H, 2)), 4), "==", 0), EMPTY, "H % 8 <= 1", {"H": 2}),
        (relation(H, "!=", 5), EMPTY, "H != 5", {"H": 5}),
        (relation(H, "==", 224), BY_32, "H == 224", {"H": 32}),
        (relation(mod(H, 6), "<=", 2), EMPTY, "H % 6 <= 2", {"H": 3}),
        (relation(mod(H, 6), ">=", 2), EMPTY, "H % 6 >= 2", {"H": 1}),
        (relation(mod(add(H, 2), 6), ">=", 3), EMPTY, "(H + 5) % 6 <= 2", {"H": 4}),
        (relation(mod(H, 3), "!=", 1), EMPTY, "H % 3 != 1", {"H": 1}),
        (relation(mod(mul(mod(H, 2), add(H, 1)), 6), "==", 2), EMPTY, "H % 6 == 1", {"H": 2}),
        (relation(mul(H, H), ">", add(mul(4, H), 12)), EMPTY, "H >= 7", {"H": 1}),
        (relation(mod(H, 16), "==", 11), _assumed(relation(mod(H, 8), "==", 3)), "H % 16 == 11", {"H": 3}),
        (relation(mul(1000, floordiv(H, 1000)), "==", H), EMPTY, "H % 1000 == 0", {"H": 1}),
        (
            relation(_halved(symbol("T"), 1), "==", symbol("T")),
            _assumed(relation(symbol("T"), "==", mul(3, H))),
            "H % 2 == 0",
            {"T": 3},
        ),
    ],
)
def test_exact_conditions(asked: Relation, context: Context, condition: str, sizes: dict[str, int]) -> None:
    verdict = decide(asked, context)
    assert isinstance(verdict, Conditional)
    assert " and ".join(map(context.show_relation, verdict.condition)) == condition
    assert verdict.exact
    assert dict(verdict.counterexample.sizes) == sizes


def test_a_failure_at_large_sizes_is_found() -> None:
    verdict = decide(relation(mul(H, W), "<=", 10**9), EMPTY)
    assert isinstance(verdict, Conditional)
    height, width = (size for _, size in verdict.counterexample.sizes)
    assert (height - 1) * width <= 10**9 < height * width


def test_one_of_several_ways_is_only_sufficient() -> None:
    verdict = decide(relation(mul(mod(H, 2), mod(W, 2)), "==", 0), EMPTY)
    assert isinstance(verdict, Conditional)
    assert not verdict.exact
    assert list(map(EMPTY.show_relation, verdict.condition)) == ["W % 2 == 0"]


def test_what_is_only_sufficient_says_so() -> None:
    scattered = mul(mod(H, 7), mod(add(H, 3), 5))
    verdict = decide(relation(mod(scattered, 11), "==", 1), EMPTY)
    assert isinstance(verdict, Conditional)
    assert not verdict.exact
    assert len(verdict.condition) == 1


def test_what_is_not_proved_says_so() -> None:
    cubes = add(power(H, 3), power(W, 3))
    verdict = decide(relation(cubes, "!=", power(G, 3)), EMPTY)
    assert isinstance(verdict, Unknown)
    assert verdict.tested > 1000


def test_everything_follows_from_a_contradiction() -> None:
    context = _assumed(relation(mod(H, 2), "==", 0), relation(mod(H, 4), "==", 1))
    assert context.contradiction == relation(mod(H, 4), "==", 1)
    assert decide(relation(1, "==", 2), context) == decide(relation(H, "==", W), context) == Proven()


@pytest.mark.parametrize(
    ("given_relations", "merged"),
    [
        ([relation(mod(H, 2), "==", 0), relation(mod(H, 4), "==", 0)], "H % 4 == 0"),
        (
            [relation(mod(H, 4), "==", 0), relation(mod(W, 2), "==", 0), relation(mod(H, 6), "==", 0)],
            "H % 12 == 0, W % 2 == 0",
        ),
        ([relation(H, ">=", 7), relation(H, ">=", 9), relation(H, "<=", 77)], "H >= 9, H <= 77"),
        ([relation(mod(H, 4), "==", 0), relation(H, ">=", 7)], "H % 4 == 0, H >= 8"),
        ([relation(M, "<=", N), relation(M, "<=", N)], "M <= N"),
        ([relation(symbol("T"), "==", mul(H, W)), relation(mod(H, 2), "==", 0)], "H % 2 == 0, T == H * W"),
        ([relation(mul(2, H), ">=", 7)], "H >= 4"),
        ([relation(H, "==", 7)], "H == 7"),
        ([relation(H, "==", W)], "H == W"),
        ([relation(mod(H, 4), "==", 3)], "H % 4 == 3"),
        ([relation(mod(H, 2), "==", 0), relation(mod(H, 2), "==", 1)], "H % 2 == 0, H % 2 == 1"),
        ([], ""),
    ],
)
def test_strongest(given_relations: list[Relation], merged: str) -> None:
    assert ", ".join(map(EMPTY.show_relation, strongest(tuple(given_relations)))) == merged
