"""Counting: as many derivations as there are, each by its number, draws that are uniform, neighbours, and distances."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

import archc.archs
from archc import ArchError, ArchFile
from archc.space import Space, load
from archc.space.distances import Tree, distance

PLAIN = """archc 1

block Residual(inner: block) : x[...S] -> [...S] {
  return x + (x |> inner: inner)
}

space Leaf = choice {
  => relu
  => conv(oneof(8, 16), k=3, pad=1)
}

space M = choice {
  => Leaf
  => [M, M]
  => Residual(M)
}

space Nets : x[B, 8, 4, 4] -> [B, 8, 4, 4] = [repeat 1..3 { M }, maybe(sigmoid)]
"""


def network(module: str) -> str:
    head = PLAIN[: PLAIN.index("space Leaf")]
    return f"{head}arch Net : x[B, 8, 4, 4] -> [B, 8, 4, 4] {{\n  return x |> self: {module}\n}}\n"


@pytest.fixture(scope="module")
def plain() -> Space:
    return Space(ArchFile.of_text(PLAIN, "nets.arch"))


@pytest.fixture(scope="module")
def einspace() -> Space:
    return load(archc.archs.path("einspace"))


def test_counts_are_those_of_all_derivations(plain: Space) -> None:
    """Every number gives another derivation of that size, and each is what its own text is parsed to cost."""
    counts = plain.census.counts(4)
    assert counts == {1: 2, 2: counts[2], 3: counts[3], 4: counts[4]}
    found = list(plain.census.derivations(4))
    assert len(found) == sum(counts.values())
    assert len({one.decisions for one in found}) == len(found)
    assert Counter(one.size for one in found) == counts
    for one in found[::97]:
        architecture = one.architecture()
        assert not architecture.check()
        assert (architecture.params, architecture.macs.subs(B=1)) == (one.params, one.macs)


def test_what_is_drawn_is_among_what_is_counted(plain: Space) -> None:
    known = {one.decisions for one in plain.census.derivations(4)}
    drawn = [one for one in map(plain.sample, range(60)) if one.size <= 4]
    assert len(drawn) > 20
    assert all(one.decisions in known for one in drawn)


def test_a_space_that_is_known_by_hand() -> None:
    space = load(archc.archs.path("mixers"))
    assert space.census.counts(14) == {14: 27 * 27**3}  # three widths a stage, three layers of 9 mixers and 3 ratios
    assert space.census.count(13) == 0


def test_large_counts_are_quick_and_exact(einspace: Space) -> None:
    counts = einspace.census.counts(5)
    assert list(counts) == [2, 3, 4, 5]
    assert counts[2] == len({one.decisions for one in islice(einspace.census.derivations(2), 1000)})
    last = einspace.census.derivation(5, counts[5] - 1)
    assert last.size == 5 and not last.architecture().check()
    with pytest.raises(IndexError):
        einspace.census.derivation(5, counts[5])


def test_draws_by_size_are_uniform(plain: Space) -> None:
    sizes: Counter[int] = Counter()
    small: Counter[object] = Counter()
    for seed in range(400):
        drawn = plain.census.sample(seed, 4)
        sizes[drawn.size] += 1
        small[drawn.decisions] += drawn.size == 1
    assert all(70 <= sizes[size] <= 130 for size in range(1, 5)), sizes
    assert sorted(small.values())[-2] > 30  # there are two of one module
    assert plain.census.sample(3, 4) == plain.census.sample(3, 4)


def test_draws_by_size_keep_to_the_budget(plain: Space) -> None:
    tight = plain.within(params=600)
    assert all(tight.census.sample(seed, 4).params <= 600 for seed in range(30))


def test_what_has_no_end_is_refused() -> None:
    text = "archc 1\nspace S = choice {\n  => relu\n  => [S, maybe(relu)]\n}\nspace Nets : x[B, 8] -> [B, 8] = S\n"
    with pytest.raises(ArchError, match="E231"):
        Space(ArchFile.of_text(text)).census.count(3)


def test_neighbours_are_of_the_space_and_near(plain: Space, einspace: Space) -> None:
    for space, seeds in ((plain.within(operators=8), 5), (einspace.within(operators=20), 3)):
        for seed in range(seeds):
            one = space.sample(seed)
            found = list(islice(space.neighbours(one), 40))
            assert len({other.decisions for other in found} | {one.decisions}) == len(found) + 1
            for other in found[::7]:
                assert not other.architecture().check()
                assert other.architecture().params == other.params


def test_neighbours_repeat_more_and_less(plain: Space) -> None:
    one = plain.parse(
        PLAIN[: PLAIN.index("space Leaf")] + "arch Net : x[B, 8, 4, 4] { return x |> self: [[relu], []] }\n"
    )
    texts = {other.text().split("self: ")[1].split("\n")[0] for other in plain.neighbours(one)}
    assert {"[[relu, relu], []]", "[[relu], sigmoid]", "[[conv(8, k=3, pad=1)], []]"} <= texts


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (Tree("a"), Tree("a"), 0),
        (Tree("a"), Tree("b"), 1),
        (Tree("s", (Tree("a"), Tree("b"))), Tree("s", (Tree("b"),)), 1),
        (Tree("s", (Tree("a"), Tree("b"))), Tree("s", (Tree("b"), Tree("a"))), 2),
        (Tree("s", (Tree("a"), Tree("b"))), Tree("s", (Tree("r", (Tree("a"), Tree("b"))),)), 1),
        # the example of the paper: f(d(a, c(b)), e) and f(c(d(a, b)), e)
        (
            Tree("f", (Tree("d", (Tree("a"), Tree("c", (Tree("b"),)))), Tree("e"))),
            Tree("f", (Tree("c", (Tree("d", (Tree("a"), Tree("b"))),)), Tree("e"))),
            2,
        ),
    ],
)
def test_distances(one: Tree, other: Tree, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart


def test_distances_are_a_metric(plain: Space) -> None:
    drawn = [one for one in map(plain.sample, range(40)) if one.size < 20][:9]
    for one in drawn:
        assert one.distance(one) == 0
        for other in drawn:
            assert one.distance(other) == other.distance(one)
            assert (one.distance(other) == 0) == (one.canonical == other.canonical)
            assert all(one.distance(third) <= one.distance(other) + other.distance(third) for third in drawn)


def test_equal_architectures_have_one_hash(plain: Space) -> None:
    conv = "conv(8, k=3, pad=1)"
    modules = (f"[[[relu, [{conv}, relu]]], []]", f"[[[[relu, {conv}], relu]], []]", f"[[relu, [{conv}, relu]], []]")
    assert len({plain.parse(network(one)).canonical for one in modules}) == 1
    assert plain.parse(network(f"[[relu, [relu, {conv}]], []]")).canonical != plain.parse(network(modules[0])).canonical
