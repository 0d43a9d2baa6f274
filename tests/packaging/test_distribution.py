"""The built wheel: what is in it, and that it works where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="builds from a checkout, and this is none"),
]
INSIDE = ["grammar/arch.lark", "grammar/std/nn.arch", "archs/hornet.arch", "diagnostics/pages/S104.md", "py.typed"]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an sdist, and of the wheel made from it, built from a copy of the tracked and new files."""
    copy = tmp_path_factory.mktemp("build") / "archc"
    listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    _run("git", "init", "-q", ".", cwd=copy)
    _run("git", "add", "-A", cwd=copy)
    _run("git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qm", "copy", cwd=copy)
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(copy / "dist"), cwd=copy)
    return copy / "dist"


@pytest.fixture(scope="module")
def python(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that has the wheel, and sees the dependencies but not the checkout."""
    folder = tmp_path_factory.mktemp("fresh")
    _run(sys.executable, "-m", "venv", str(folder), cwd=folder)
    python = folder / "bin" / "python"
    [wheel] = dist.glob("*.whl")
    _run(str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel), cwd=folder)
    [site] = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_sdist_has_the_tests_and_their_goldens(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"tests/conftest.py", "tests/goldens/test_render/test_colour.txt", "Makefile", "constraints.txt"} <= names


def test_the_wheel_has_the_language(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"archc/{name}" for name in INSIDE} - names == set()
    assert [name for name in names if name.endswith(".jinja")]
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"archc"}


def test_the_tests_pass_on_the_installed_wheel(python: Path, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "diagnostics", "cli", "goldens"):
        source = ROOT / "tests" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "tests" / name)
    where = _run(str(python), "-c", "import archc; print(archc.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parents[1])
    tests = ["-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "tests"]
    _run(str(python), *tests, cwd=tmp_path)


def test_the_installed_command_works_outside_a_checkout(python: Path, tmp_path: Path) -> None:
    archc = str(python.with_name("archc"))
    _run(archc, "new", "net.arch", cwd=tmp_path)
    _run(archc, "check", "net.arch", cwd=tmp_path)
    _run(archc, "compile", "hornet", "-o", "out", cwd=tmp_path)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["hornet.py"]


def _run(*command: str, cwd: Path) -> str:
    """Run a command that has to succeed, without the paths of this interpreter, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
