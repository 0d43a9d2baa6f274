"""`pytest` on `.arch` files: what is right passes, what is wrong fails in the words of archc."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.testing import properties
from archc.testing.properties import PropertyError
from tests.testing.nets import RESIDUAL, net

pytest_plugins = ["pytester"]

VARIANTS = "\nvariants Net(classes) {\n  small: 2\n  large: 9\n}\n"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A folder of its own, where `pytest` finds nothing but what a test puts there."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\n")
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run `pytest` in a process of its own: torch cannot be loaded twice in one."""
    return pytester.runpytest_subprocess("-p", "archc.testing.plugin", "-rs", *arguments)


def test_a_right_file_passes(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "net.arch").write_text(RESIDUAL + VARIANTS)
    done = run(pytester, "-v")
    done.assert_outcomes(passed=5)
    done.stdout.fnmatch_lines(["*net.arch::check PASSED*", "*net.arch::Net::small: builds PASSED*"])


FORMS = """block Merged(C) : x[B, c, H, W] -> [B, C, H, W] {
  train {
    return x |> conv: conv(C, bias=false) |> norm: batchnorm
  }
  infer {
    return x |> conv: conv(C)
  }
  check train ~ infer
}

arch Net : x[B, 3, H, W] -> [B, 4, H, W] {
  return x |> one: Merged(4)
}

arch Plain : x[B, 3, H, W] -> [B, 3, H, W] {
  return x |> relu
}
"""


def test_forms_are_merged(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "net.arch").write_text(FORMS)
    done = run(pytester, "-v")
    done.assert_outcomes(passed=6, skipped=1)
    done.stdout.fnmatch_lines(["*net.arch::Net: train ~ infer PASSED*", "*`train ~ infer` says nothing of Plain*"])


SPACE = """space Nets : x[B, 3, 8, 8] -> [B, 4, ...] = [repeat 1..3 { choice {
  => relu
  => conv(oneof(4, 6), k=3)
} }, conv(4)]

space Sized : x[B, 3, H, W] -> [...] = choice {
  => relu
}
"""


def test_spaces_are_drawn_from(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "nets.arch").write_text(SPACE)
    done = run(pytester, "-v")
    done.assert_outcomes(passed=2, skipped=1)
    done.stdout.fnmatch_lines(["*nets.arch::Nets: draws PASSED*", "*to draw from `Sized` takes a value of `H`*"])


def test_a_wrong_file_fails_with_its_diagnostics(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "net.arch").write_text("arch Net : x[B, C] -> [B, C] {\n  return x |> conv(3)\n}\n")
    done = run(pytester)
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*error*", "*net.arch:2:*", "*return x |> conv(3)*"])
    done.stdout.no_fnmatch_line("*Traceback*")


def test_what_is_open_is_skipped(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "net.arch").write_text("arch Net(n) : x[B, n] -> [B, n] {\n  return x\n}\n")
    run(pytester).assert_outcomes(passed=1, skipped=2)


def test_files_are_those_that_are_named(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "net.arch").write_text("let a = 1\n")
    (folder / "more").mkdir()
    (folder / "more/other.arch").write_text("let a = 1\n")
    run(pytester).assert_outcomes(passed=2)
    run(pytester, "-o", "arch_files=more/*.arch").assert_outcomes(passed=1)
    run(pytester, "-o", "arch_files=").assert_outcomes()


@pytest.mark.parametrize(("number", "count"), [(0, "params"), (1, "macs"), (1, "outputs")])
def test_a_wrong_count_is_seen(number: int, count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    architecture, other = net(RESIDUAL), net(RESIDUAL.replace("conv(8, k=4", "conv(9, k=4"), classes=6)
    properties.PROPERTIES[number].check(architecture)
    monkeypatch.setitem(vars(architecture), count, getattr(other, count))
    with pytest.raises(PropertyError, match="the module has"):
        properties.PROPERTIES[number].check(architecture)
