"""The package list in pyproject.toml is kept by hand, since folders are renamed: it has to say what the tree says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"compiler": "archc", "backends": "archc.backends", "grammar": "archc.grammar", "archs": "archc.archs"}


@pytest.fixture
def settings() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_of_the_tree_is_listed(settings: dict[str, object]) -> None:
    inits = [(folder, path.parent) for folder in FOLDERS for path in (ROOT / folder).rglob("__init__.py")]
    found = [".".join([FOLDERS[folder], *path.relative_to(ROOT / folder).parts]) for folder, path in inits]
    assert settings["packages"] == sorted(found)


def test_the_folders_are_mapped_to_their_names(settings: dict[str, object]) -> None:
    assert settings["package-dir"] == {name: folder for folder, name in FOLDERS.items()}


def test_every_file_that_is_no_module_is_package_data(settings: dict[str, dict[str, list[str]]]) -> None:
    left_out = []
    for folder, name in FOLDERS.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                package, inside = _package_of(path, ROOT / folder, name)
                if not any(_covers(pattern, inside) for pattern in settings["package-data"].get(package, [])):
                    left_out.append(str(path.relative_to(ROOT)))
    assert left_out == []


def _covers(pattern: str, path: Path) -> bool:
    """Tell whether setuptools takes a file by a pattern: `**/` stands for any folders, or for none."""
    if pattern.startswith("**/"):
        return path.match(pattern.removeprefix("**/"))
    return len(path.parts) == pattern.count("/") + 1 and path.match(pattern)


def _package_of(path: Path, folder: Path, name: str) -> tuple[str, Path]:
    """Return the innermost package around a file, and the file's path in it."""
    at = path.parent
    while not (at / "__init__.py").exists():
        at = at.parent
    return ".".join([name, *at.relative_to(folder).parts]), path.relative_to(at)


def test_import_brings_neither_torch_nor_hypothesis() -> None:
    program = (
        "import sys, archc, archc.cli; print(*{'torch', 'hypothesis', 'rich', 'jinja2', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
