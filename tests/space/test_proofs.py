"""Proofs: of spaces in which everything fits, and counterexamples, small ones first, of others."""

from __future__ import annotations

import pytest

import archc.archs
from archc import ArchError, ArchFile
from archc.diagnostics import render_all
from archc.space import Space, load
from archc.space.proofs import Proof

RESIDUAL = "archc 1\n\nblock Residual(inner: block) : x[...S] -> [...S] {\n  return x + (x |> inner: inner)\n}\n\n"
KEEPS = """space M = choice {
  => relu
  => [M, M]
  => Residual(M)
  => conv(8, k=3, pad=1)
}

space Nets : x[B, 8, 4, 4] -> [B, 8, 4, 4] = [repeat 1..5 { M }, maybe(sigmoid)]
"""


def proof_of(text: str) -> Proof:
    return Space(ArchFile.of_text(RESIDUAL + text, "nets.arch")).prove()


def test_a_recursive_space_is_proved() -> None:
    """Its derivations have no end, and all of them fit: what flows is always one tensor."""
    proof = proof_of(KEEPS)
    assert proof.holds and proof.counterexample is None
    assert proof.reached < 40


def test_the_mixers_are_proved() -> None:
    space = load(archc.archs.path("mixers"))
    assert space.prove().holds
    text = archc.archs.path("mixers").read_text().replace("Attend(oneof(2, 4, 8))", "Attend(oneof(2, 4, 5))")
    broken = Space(ArchFile.of_text(text, "mixers.arch")).prove()
    assert not broken.holds
    assert "Attend(5)" in render_all(broken.findings)


@pytest.mark.parametrize(
    ("new", "what", "trail"),
    [
        ("=> conv(8, k=3)", "`conv(8, k=3)` does not take all that can flow into it", ("conv(8, k=3)",) * 2),
        ("=> conv(16)", "`Residual` does not take all that can flow into it", ("conv(16)", "Residual")),
    ],
)
def test_what_does_not_fit_is_named(new: str, what: str, trail: tuple[str, ...]) -> None:
    proof = proof_of(KEEPS.replace("=> conv(8, k=3, pad=1)", new))
    assert what in render_all(proof.findings)
    assert proof.counterexample == trail


def test_a_counterexample_is_a_smallest_one() -> None:
    """Two halvings fit into 4 places, three do not."""
    text = "space M = choice {\n  => [M, M]\n  => maxpool(2, stride=2)\n}\nspace Nets : x[B, 8, 4, 4] -> [...] = M\n"
    assert proof_of(text).counterexample == ("maxpool(2, stride=2)",) * 3


def test_what_has_no_end_is_not_proved() -> None:
    text = "space M = choice {\n  => [M, M]\n  => conv(8, pad=1)\n}\nspace Nets : x[B, 8, 4, 4] -> [...] = M\n"
    proof = proof_of(text)
    assert not proof.holds and not proof.findings
    assert "are reached, and no end" in proof.open


def test_einspace_leaves_out_what_does_not_fit() -> None:
    proof = load(archc.archs.path("einspace")).prove()
    assert proof.counterexample is not None
    assert "`chunk(2, axis=1)` does not take all that can flow into it" in render_all(proof.findings)


def test_a_result_that_is_not_declared() -> None:
    proof = proof_of("space Nets : x[B, 8] -> [B, 8] = choice {\n  => relu\n  => linear(9)\n}\n")
    assert [one.code for one in proof.findings] == ["E232"]
    assert "can return [1, 9]" in proof.findings[0].message


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("space Nets : x[B, 8] -> [B, 8] = [relu, 3]", "something in `Nets` is no module"),
        ("space Nets : x[B, 8] -> [B, 8] = choice {\n  => linear(1 // 0)\n  => relu\n}", "division by zero"),
        ("space M(n) = choice {\n  => [relu, M(n + 1)]\n  => relu\n}\nspace Nets : x[B, 8] -> [B, 8] = M(0)", "no end"),
    ],
)
def test_what_is_wrong_with_a_production_is_said(text: str, what: str) -> None:
    with pytest.raises(ArchError) as error:
        proof_of(f"{text}\n")
    assert what in render_all(error.value.diagnostics)


def test_a_space_without_derivations_is_not_proved() -> None:
    assert not proof_of("space Nets : x[B, 8] -> [B, 8] = Nets\n").holds
