"""Planted mistakes are found in architectures that are drawn, and shown in ones of at most five operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, Phase, find, settings
from torch import nn

from archc import ArchFile, Architecture
from archc.loops.operators.table import LOWERINGS
from archc.merging.rules import RewriteRule, library_rules
from archc.semantics.builtins import BUILTINS
from archc.space import Derivation, load
from archc.syntax import Source, parse, tree
from archc.testing import PROPERTIES, Engine, PropertyError, Subject, architectures, compare, engines
from archc.testing.running import SINGLE, flat

SPACE = Path(__file__).with_name("planted.arch")
QUICK = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink)
)
MOST = 5
"""Operators of an architecture that is to show a mistake."""

Tensors = tuple[torch.Tensor, ...]
Fails = Callable[[Architecture], bool]


def smallest(fails: Fails, *, nodes: int = 16) -> Derivation:
    """Return what Hypothesis finds, and makes small, among architectures of a space that nothing has drawn from yet."""
    known: dict[str, bool] = {}

    def is_wrong(drawn: Derivation) -> bool:
        text = drawn.text()
        if text not in known:
            known[text] = fails(drawn.architecture())
        return known[text]

    return find(architectures(load(SPACE), max_nodes=nodes), is_wrong, settings=QUICK)


def lacks(number: int) -> Fails:
    """Say of an architecture whether it lacks a property."""

    def fails(architecture: Architecture) -> bool:
        held = PROPERTIES[number]
        try:
            if held.applies(architecture):
                held.check(architecture)
        except (PropertyError, RuntimeError):  # a module of wrong shapes may not even run
            return True
        return False

    return fails


def shown(found: Derivation, culprit: str) -> None:
    """Assert that a text shows a mistake: it is small, has what is wrong, and reads as the same architecture again."""
    text = found.text()
    assert found.operators <= MOST and culprit in text, text
    assert ArchFile.of_text(text).architecture().graph.nodes
    assert len(text.split("arch Nets", 1)[1].splitlines()) <= 4, text


@contextmanager
def shape_rule(name: str, wrong: Callable[..., object]) -> Iterator[None]:
    right = BUILTINS[name].function
    object.__setattr__(BUILTINS[name], "function", wrong)
    try:
        yield
    finally:
        object.__setattr__(BUILTINS[name], "function", right)


def test_a_wrong_shape_rule() -> None:
    right = BUILTINS["permuted"].function
    with shape_rule("permuted", lambda shape, order: right(shape, (*order[:2], *reversed(order[2:])))):
        found = smallest(lacks(1))
        shown(found, "permute")


FOLD = """
rule conv_bn: x |> conv(weight=w, bias=b, ...) |> batchnorm(weight=g, bias=beta, running_mean=m, running_var=v, eps=eps)
           ~> x |> conv(weight=mul(w, scale, axis=0), bias=(b - m) * scale + beta, ...)
  where scale == g * rsqrt(v)
"""
"""The library's rule, without the epsilon."""


def test_a_wrong_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = parse(Source("wrong.arch", FOLD)).file
    assert wrong is not None
    (rule,) = (one for one in wrong.declarations if isinstance(one, tree.Rule))
    rules = (RewriteRule(rule, "batchnorm", False), *library_rules())
    monkeypatch.setattr(import_module("archc.merging.merge"), "library_rules", lambda: rules)
    shown(smallest(lacks(2)), "Merged")


def without_biases(subject: Subject, _: Tensors) -> Callable[[Tensors], Tensors]:
    for one in subject.module.modules():
        if isinstance(one, (nn.Linear, nn.Conv2d)) and one.bias is not None:
            nn.init.zeros_(one.bias)
    return torch.no_grad()(lambda inputs: flat(subject.module(*inputs)))


def test_a_dropped_bias() -> None:
    engine = (Engine("without biases", "float32", SINGLE, without_biases),)
    found = smallest(lambda one: not compare(one, among=engine).holds)
    assert "linear" in found.text() or "conv" in found.text()
    shown(found, "")


@pytest.mark.slow
def test_a_wrong_lowering(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cpu = tuple(one for one in engines() if one.word == "cpu")
    if not cpu:
        pytest.skip("there is no C++ compiler")
    monkeypatch.setenv("CXXFLAGS", "-O0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(LOWERINGS, "sigmoid", LOWERINGS["tanh"])  # type: ignore[arg-type]
    shown(smallest(lambda one: not compare(one, among=cpu).holds, nodes=6), "sigmoid")
