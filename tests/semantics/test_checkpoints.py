"""Checkpoint maps: which official key each of our weights comes from."""

from __future__ import annotations

import pytest

import archc
from archc.semantics.checkpoints import KeyTable, checkpoint_of, key_table

KEYS = ("stem.0.weight", "stages.0.0.weight", "stages.0.1.weight", "stages.1.0.weight", "head.bias")


def table(lines: str, keys: tuple[str, ...] = KEYS) -> KeyTable | archc.Diagnostic:
    """Return the map of a network with these weights."""
    text = f"arch Net : x[B, 3] -> [B, 3] {{\n  return x\n}}\n\ncheckpoint theirs for Net {{\n{lines}\n}}\n"
    scope = archc.ArchFile.of_text(text).loaded.scope
    assert scope is not None
    checkpoint = checkpoint_of(scope, "Net")
    assert checkpoint is not None
    return key_table(scope, checkpoint, keys)


def pairs(lines: str, keys: tuple[str, ...] = KEYS) -> dict[str, str]:
    """Return our keys and theirs."""
    found = table(lines, keys)
    assert isinstance(found, KeyTable), found
    return {ours: theirs for r in found.renamings for ours, theirs in zip(r.ours, r.theirs, strict=True)}


def test_the_same_keys() -> None:
    assert pairs('"*" <- "*"') == {key: key for key in KEYS}


def test_the_first_line_that_fits_decides() -> None:
    assert pairs('"head.*" <- "classifier.*"\n"*" <- "*"')["head.bias"] == "classifier.bias"
    assert pairs('"*" <- "*"\n"head.*" <- "classifier.*"')["head.bias"] == "head.bias"


def test_captured_parts() -> None:
    found = pairs('"stages.{s}.{b}.weight" <- "layer{s}.block{b}.w"\n"*" <- "*"')
    assert found["stages.0.1.weight"] == "layer0.block1.w"


def test_computed_parts_on_their_side() -> None:
    found = pairs('"stages.{s}.{b}.*" <- "blocks.{10 * s + 2 * b + 1}.*"\n"*" <- "*"')
    assert found["stages.1.0.weight"] == "blocks.11.weight"


def test_computed_parts_on_our_side_are_solved() -> None:
    found = pairs('"stages.{s}.{2 * i}.*" <- "even.{s}.{i}.*"\n"*" <- "*"', ("stages.3.4.weight", "stages.3.5.weight"))
    assert found == {"stages.3.4.weight": "even.3.2.weight", "stages.3.5.weight": "stages.3.5.weight"}


def test_a_line_for_every_number() -> None:
    found = pairs('"stages.{s}.0.*" <- "first.{s}.*" for s in 1..4\n"*" <- "*"')
    assert found["stages.1.0.weight"] == "first.1.weight"
    assert found["stages.0.0.weight"] == "stages.0.0.weight"


def test_several_of_ours_from_one_of_theirs() -> None:
    found = table(
        '"q.*", "k.*" <- "qk.*" via chunk(2, axis=0)\n"*" <- "*"', ("q.weight", "k.weight", "q.bias", "k.bias")
    )
    assert isinstance(found, KeyTable)
    assert [(r.ours, r.theirs) for r in found.renamings] == [
        (("q.weight", "k.weight"), ("qk.weight",)),
        (("q.bias", "k.bias"), ("qk.bias",)),
    ]


def test_what_may_be_left_over() -> None:
    found = table('root "model"\ndrop "blocks.{i}.mask"\n"*" <- "*"')
    assert isinstance(found, KeyTable)
    assert (found.root, found.drops) == ("model", (r"blocks\.([^.]+)\.mask",))


@pytest.mark.parametrize(("lines", "code"), [('"head.*" <- "*"', "C405"), ('"head.bias" <- "*"\n"*" <- "*"', "C406")])
def test_what_is_wrong(lines: str, code: str) -> None:
    found = table(lines)
    assert isinstance(found, archc.Diagnostic) and found.code == code
