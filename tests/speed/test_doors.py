"""Doors give every name that they promise, and a command loads only what it uses."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

import archc
import archc.diagnostics
import archc.graph
import archc.space
import archc.syntax
import archc.testing

DOORS = [archc, archc.diagnostics, archc.graph, archc.space, archc.syntax, archc.testing]


@pytest.mark.parametrize("package", DOORS, ids=lambda package: package.__name__)
def test_every_name_comes_in(package: ModuleType) -> None:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if module.name.startswith("archc.") and module.name.count(".") == package.__name__.count(".") + 1:
            importlib.import_module(module.name)
    for name in package.__all__:
        assert not isinstance(getattr(package, name), ModuleType), f"a module has taken the place of `{name}`"
        assert name in dir(package)


def test_an_unknown_name_is_none() -> None:
    with pytest.raises(AttributeError, match=r"module 'archc\.syntax' has no attribute 'prase'"):
        _ = archc.syntax.prase  # type: ignore[attr-defined]


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded when it has run this."""
    code += "; import sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_importing_archc_brings_little() -> None:
    assert not {"sympy", "torch", "hypothesis", "lark", "numpy", "rich", "jinja2"} & loaded_after(
        "import archc; archc.load; archc.ArchFile"
    )


def test_a_good_file_needs_no_formatter_and_no_forms_of_findings() -> None:
    loaded = loaded_after("from archc import ArchFile; assert not ArchFile.of_text('let a = 1').check()")
    assert not {name for name in loaded if name.startswith("archc.syntax.formatter")}
    assert not {"archc.graph.reader", "archc.graph.printer", "archc.diagnostics.rendering"} & loaded
