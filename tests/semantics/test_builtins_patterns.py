"""einops patterns and einsum: shapes, costs, and what is refused."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.graph.static import Row, Static
from archc.semantics.builtins import StaticError
from archc.shapes import substitute, symbol
from tests.semantics.obligations import call, imposed

H, W = symbol("H"), symbol("W")


def sizes(**named: Static) -> Static:
    return tuple(Row((name, value)) for name, value in named.items())


@pytest.mark.parametrize(
    ("pattern", "shape", "given_", "expected"),
    [
        ("b c h w -> b (h w) c", (2, 3, 4, 5), {}, (2, 20, 3)),
        ("b (h d) t -> b h t d", (2, 12, 7), {"h": 4}, (2, 4, 7, 3)),
        ("b c (h p) (w q) -> b (h w) (p q c)", (2, 3, 8, 6), {"p": 4, "q": 2}, (2, 6, 24)),
        ("... c -> c ...", (2, 3, 4), {}, (4, 2, 3)),
        ("b ... -> b (...)", (2, 3, 4), {}, (2, 12)),
        ("o i 1 -> o i", (2, 3, 1), {}, (2, 3)),
        ("o i -> o i 1 1", (2, 3), {}, (2, 3, 1, 1)),
        ("a () b -> (a b)", (2, 1, 3), {}, (6,)),
        ("b c h w -> b (h w) c", (2, 3, H, W), {}, (2, H * W, 3)),
    ],
)
def test_shapes(pattern: str, shape: Static, given_: dict[str, Static], expected: Static) -> None:
    value, equalities = imposed("einops_shape", pattern, shape, sizes(**given_))
    assert value == expected
    assert all(left == right for left, right in equalities)


@given(st.permutations(range(3)), st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_splitting_ordering_and_joining_is_the_rearrangement(order: list[int], dims: list[int]) -> None:
    a, b, c, d = dims
    names = ["a", "b", "(d c)"]
    pattern = f"a (b c) d -> {' '.join(names[i] for i in order)}"
    x = numpy.arange(a * b * c * d).reshape(a, b * c, d)
    steps = [imposed(f"einops_{step}", pattern, x.shape, sizes(c=c))[0] for step in ("split", "order", "shape")]
    split, axes, shape = steps
    found = x.reshape(split).transpose(axes).reshape(shape)  # type: ignore[call-overload, arg-type]
    parts = x.reshape(a, b, c, d)
    for index in numpy.ndindex(a, b, c, d):
        places = [index[0], index[1], index[3] * c + index[2]]
        assert found[tuple(places[i] for i in order)] == parts[index]


def test_a_split_imposes_that_the_size_divides() -> None:
    _, [(left, right)] = imposed("einops_shape", "(h p) -> h p", (H,), sizes(p=4))
    assert left == H and [substitute(right, {"H": n}) for n in (7, 8)] == [4, 8]
    assert imposed("einops_shape", "(h p) -> h p", (10,), sizes(p=4))[1] == [(10, 8)]
    assert imposed("einops_shape", "(h p) -> h p", (8,), sizes(h=2, p=3))[1] == [(8, 6)]


def test_reductions_leave_axes_out() -> None:
    pattern, shape, given_ = "b c (h p) -> h (b c)", (2, 3, 8), sizes(p=4)
    assert imposed("einops_reduced", pattern, shape, given_)[0] == (2, 6)
    assert imposed("einops_gone", pattern, shape, given_)[0] == (3,)
    assert imposed("einops_order", pattern, shape, given_)[0] == (2, 0, 1)
    assert imposed("einops_reduced", "b c -> b 1", (2, 3))[0] == (2, 1)


@pytest.mark.parametrize(
    ("pattern", "given_", "message"),
    [
        ("a b", {}, 'the pattern "a b" has no `->`'),
        ("a b c -> a b c", {}, '3 axes stand on the left and the tensor has 2, in the pattern "a b c -> a b c"'),
        ("a ... b c -> a", {}, '4 axes stand on the left and the tensor has 2, in the pattern "a ... b c -> a"'),
        ("a a -> a", {}, '`a` stands twice on the left in the pattern "a a -> a"'),
        ("a b -> a b b", {}, '`b` stands twice on the right in the pattern "a b -> a b b"'),
        ("a b -> a b c", {}, '`c` is missing on the left in the pattern "a b -> a b c"'),
        ("a b -> a", {}, '`b` is missing on the right in the pattern "a b -> a"'),
        ("a b -> a b", {"c": 1}, 'there is no axis `c` on the left in the pattern "a b -> a b"'),
        ("(a c) b -> a b c", {}, 'the sizes of `a` and `c` are open in the pattern "(a c) b -> a b c"'),
        ("(a b -> a b", {}, '`(` is never closed in the pattern "(a b -> a b"'),
        ("a) b -> a b", {}, '`)` has no place in the pattern "a) b -> a b"'),
        ("((a) b) -> a b", {}, '`(` has no place in the pattern "((a) b) -> a b"'),
        ("a b -> a 2", {}, '`2` has no place in the pattern "a b -> a 2"'),
        ("a; b -> a b", {}, '`;` has no place in the pattern "a; b -> a b"'),
    ],
)
def test_wrong_patterns(pattern: str, given_: dict[str, Static], message: str) -> None:
    with pytest.raises(StaticError) as caught:
        imposed("einops_shape", pattern, (2, 3), sizes(**given_))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("pattern", "operands", "shape", "macs"),
    [
        ("ij,jk->ik", ((2, 3), (3, 4)), (2, 4), 24),
        ("b h i d, b h j d -> b h i j", ((2, 3, 4, 5), (2, 3, 6, 5)), (2, 3, 4, 6), 720),
        ("ij->ji", ((2, 3),), (3, 2), 0),
        ("i,j->ij", ((2,), (3,)), (2, 3), 6),
        ("ij,k->ik", ((2, 3), (4,)), (2, 4), 8),
        ("ab,bc,cd->ad", ((2, 3), (3, 4), (4, 5)), (2, 5), 24 + 40),
        ("b n d, b m d -> b n m", ((2, H, 8), (2, W, 8)), (2, H, W), 16 * H * W),
    ],
)
def test_einsums(pattern: str, operands: Static, shape: Static, macs: Static) -> None:
    assert call("einsum_shape", pattern, operands) == shape
    assert call("einsum_macs", pattern, operands) == macs


def test_equal_names_are_equal_sizes() -> None:
    assert imposed("einsum_shape", "ij,jk->ik", ((2, H), (W, 4)))[1] == [(H, W)]
    assert imposed("einsum_shape", "ii->i", ((2, 3),))[1] == [(2, 3)]


@pytest.mark.parametrize(
    ("pattern", "operands"),
    [
        ("ij,jk", ((2, 3), (3, 4))),
        ("ij,jk->ik", ((2, 3),)),
        ("ij->ik", ((2, 3),)),
        ("ij->ii", ((2, 3),)),
        ("ijk->ij", ((2, 3),)),
        ("i...->i", ((2, 3),)),
        ("->", ()),
    ],
)
def test_wrong_einsums(pattern: str, operands: Static) -> None:
    with pytest.raises(StaticError):
        call("einsum_shape", pattern, operands)
