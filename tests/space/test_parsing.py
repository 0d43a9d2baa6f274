"""Parsing: what was drawn is found again, published networks are derivations, what is none is told where it strays."""

from __future__ import annotations

import pytest

import archc.archs
from archc import ArchError, ArchFile
from archc.diagnostics import render_all
from archc.space import Space, load
from tests.space.recorded import NAMES, architecture_of, record_of, space_for

PLAIN = """archc 1

block Residual(inner: block) : x[...S] -> [...S] {
  return x + (x |> inner: inner)
}

space Leaf = choice {
  => relu
  => conv(oneof(8, 16), k=3, pad=1)
}

space Nets : x[B, 8, 4, 4] -> [B, 8, 4, 4] = [repeat 1..3 { Leaf }, Residual(Leaf)] where params <= 2000
"""


def message(error: pytest.ExceptionInfo[ArchError]) -> str:
    return render_all(error.value.diagnostics)


def test_what_was_drawn_is_found_again() -> None:
    space = load(archc.archs.path("einspace")).within(operators=60)
    for seed in range(100):
        drawn = space.sample(seed)
        found = space.parse(drawn.text())
        assert found.text() == drawn.text()
        assert (found.params, found.macs, found.operators) == (drawn.params, drawn.macs, drawn.operators)


@pytest.mark.parametrize("name", NAMES)
def test_a_published_network_is_a_derivation(name: str) -> None:
    record = record_of(name)
    found = space_for(record).parse(architecture_of(record))
    assert found.params == record["params"]
    assert list(found.root.results.shape[1:]) == record["outputs"][0]["shape"][1:]  # type: ignore[union-attr]
    assert not found.architecture().check()


@pytest.fixture(scope="module")
def plain() -> Space:
    return Space(ArchFile.of_text(PLAIN, "nets.arch"))


def network(module: str) -> str:
    head = PLAIN[: PLAIN.index("space Leaf")]
    return f"{head}\narch Net : x[B, 8, 4, 4] -> [B, 8, 4, 4] {{\n  return x |> self: {module}\n}}\n"


def test_arguments_may_stand_in_any_order(plain: Space) -> None:
    assert plain.parse(network("[[relu, conv(pad=1, k=3, C=8)], Residual(relu)]")).params == 584


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("[[relu, sigmoid], Residual(relu)]", "gives no `sigmoid`"),
        ("[[relu], Residual(conv(8))]", "gives no `conv(8)`"),
        ("[[relu, relu, relu, relu], Residual(relu)]", "gives no `[relu, relu, relu, relu]`"),
        ("[[conv(16, k=3, pad=1), conv(16, k=3, pad=1)], Residual(relu)]", "beyond the budget"),
    ],
)
def test_where_it_strays(plain: Space, module: str, what: str) -> None:
    with pytest.raises(ArchError) as error:
        plain.parse(network(module))
    assert what in message(error)


def test_a_text_that_is_no_module_is_refused(plain: Space) -> None:
    with pytest.raises(ArchError) as error:
        plain.parse("archc 1\narch Net : x[B, 8] -> [B, 8] {\n  y = x |> relu\n  return y\n}\n")
    assert "E222" in message(error)
    with pytest.raises(ArchError):
        plain.parse("archc 1\narch Net : x[B, 8] -> [B, 8] {\n")
