"""Whatever is asked, the answer comes soon and as a value."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from archc.shapes import (
    Comparison,
    Context,
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
    product,
    sub,
    symbol,
    total,
)

MANY = [symbol(f"n{place}") for place in range(60)]
H, W, C = map(symbol, "HWC")
EMPTY = Context()
SECONDS = 1.0


def _nested() -> Relation:
    size = H
    for place in range(9):
        size = add(floordiv(add(mul(3, size), W), 4), mul(size, place % 2))
    return Relation(Comparison.GE, size, 1)


QUESTIONS: list[Callable[[], Relation]] = [
    lambda: Relation(Comparison.EQ, total(MANY[:30]), total(MANY[30:])),
    lambda: Relation(Comparison.LE, product(MANY[:30]), product(MANY[30:])),
    lambda: Relation(Comparison.EQ, total(floordiv(H, k) for k in range(2, 40)), mul(3, H)),
    lambda: Relation(Comparison.EQ, total(floordiv(H, k) for k in (97, 101, 103)), W),
    lambda: Relation(Comparison.EQ, mul(1997, floordiv(H, 1997)), H),
    lambda: Relation(Comparison.EQ, mul(mul(64, floordiv(H, 64)), mul(64, floordiv(W, 64))), mul(H, W)),
    lambda: Relation(Comparison.GE, maximum(*MANY[:10]), minimum(*MANY[:10])),
    lambda: Relation(Comparison.GE, total(maximum(a, b) for a, b in pairwise(MANY[:11])), H),
    lambda: Relation(Comparison.GE, maximum(*[sub(mul(k, H), k * k) for k in range(30)]), H),
    lambda: Relation(Comparison.EQ, power(add(H, W), 20), power(add(H, C), 20)),
    lambda: Relation(Comparison.LE, power(2, H), power(3, W)),
    lambda: Relation(Comparison.LE, mul(H, W), 1 << 4000),
    lambda: Relation(Comparison.EQ, mul(1 << 4000, floordiv(H, 1 << 4000)), H),
    lambda: Relation(Comparison.EQ, floordiv(mul(H, W), add(C, floordiv(MANY[0], 3))), floordiv(H, add(C, 1))),
    lambda: Relation(
        Comparison.EQ, mul(total(MANY[:25]), total(MANY[25:50])), mul(total(MANY[:24]), total(MANY[26:50]))
    ),
    _nested,
]


@pytest.fixture(autouse=True)
def only_its_own_garbage() -> Iterator[None]:
    """Leave what other tests have made out of the search for garbage: in a full process that takes longer."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_verdict_takes_a_second_at_most(question: Callable[[], Relation]) -> None:
    relation = question()
    start = time.process_time()
    decide(relation, EMPTY)
    assert time.process_time() - start < SECONDS


def test_many_assumptions() -> None:
    start = time.process_time()
    context = EMPTY
    for small, large in pairwise(MANY[:40]):
        context = context.assume(Relation(Comparison.LE, small, large))
    for modulus in (2, 3, 5, 7, 11, 13, 17, 19, 23):
        context = context.assume(Relation(Comparison.NE, mod(H, modulus), 1))
    for size in MANY[40:]:
        context = context.assume(Relation(Comparison.EQ, mod(size, 720720), 0))
    context.show(context.to_witness(product(MANY[40:])))
    decide(Relation(Comparison.LE, MANY[0], MANY[39]), context)
    assert time.process_time() - start < 2 * SECONDS


def test_a_division_by_zero_is_no_exception() -> None:
    quotient = floordiv(W, sub(H, 3))
    three = EMPTY.assume(Relation(Comparison.EQ, H, 3))
    impossible = Relation(Comparison.EQ, quotient, 1)
    assert decide(impossible, three) == Unknown(0)
    assert three.assume(impossible).contradiction == impossible
    assert not isinstance(decide(Relation(Comparison.GE, quotient, -100), EMPTY), BaseException)
