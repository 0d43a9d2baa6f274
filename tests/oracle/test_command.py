"""`python -m tests.oracle`: engines that are right agree, and one that is wrong is told with a small text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from archc import ArchFile, Architecture
from archc.testing import Engine, Subject
from archc.testing.running import SINGLE, flat
from tests.oracle import __main__ as oracle

Tensors = tuple[torch.Tensor, ...]


def without_biases(subject: Subject, _: Tensors) -> Callable[[Tensors], Tensors]:
    for one in subject.module.modules():
        if isinstance(one, nn.Linear) and one.bias is not None:
            nn.init.zeros_(one.bias)
    return torch.no_grad()(lambda inputs: flat(subject.module(*inputs)))


@pytest.mark.slow
def test_the_cpu_backend_agrees_on_what_is_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keep = ["--keep", str(tmp_path / "kept")]
    assert oracle.main(["--engines", "torch,cpu", "--most", "4", "--first", "2", "--table", *keep]) == 0
    told = capsys.readouterr().out
    assert "seed 0: architectures 2 to 5" in told and "archc, CPU: 4 agree, 0 disagree" in told
    assert "production" in told and "=> Local(oneof(3, 5, 7))" in told
    assert not (tmp_path / "kept").exists()


def test_a_disagreement_is_told_and_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Engine("broken", "float32", SINGLE, without_biases, word="broken")
    monkeypatch.setattr(oracle, "engines", lambda: (broken,))
    given = ["--spaces", "einspace", "--most", "6", "--seed", "1", "--keep", str(tmp_path)]
    assert oracle.main(given) == 1
    told = capsys.readouterr().out
    kept = list(tmp_path.iterdir())
    assert kept and f"--- {kept[0]}: broken: off by" in told
    for one in kept:
        text = one.read_text(encoding="utf-8")
        assert text in told and not ArchFile.of_text(text).check()
        assert "linear" in text


def test_an_engine_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        oracle.main(["--engines", "torch,gpu"])
    assert "no engine gpu is installed; there are torch" in capsys.readouterr().err


def test_what_is_raised_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> nn.Module:
        raise RecursionError("too deep")

    monkeypatch.setattr(Architecture, "module", fails)
    assert oracle.main(["--engines", "torch", "--most", "1", "--spaces", "einspace", "--keep", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "PyTorch, float64: RecursionError: too deep" in told and "PyTorch, float64: 0 agree, 1 disagree" in told
