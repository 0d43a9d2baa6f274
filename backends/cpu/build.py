"""C++ made a shared library by the system's compiler, kept in the user's cache under a hash of its source."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from archc.backends.cpu.emission import Emitted

FLAGS = ("-std=c++17", "-O3", "-march=native", "-fopenmp", "-fPIC", "-shared")


class BuildError(RuntimeError):
    """Raised where no library can be made; the text says why and what helps."""


def library(emitted: Emitted) -> Path:
    """Return the path of the shared library of emitted files, which are compiled unless that was done before.

    The compiler is `$CXX`, else `c++`; `$CXXFLAGS` come after the flags that stand here. Raises BuildError where there
    is none, or it fails.
    """
    command = [*_compiler(), *FLAGS, *shlex.split(os.environ.get("CXXFLAGS", ""))]
    key = hashlib.sha256(repr((command, _machine(), sorted(emitted.files.items()))).encode()).hexdigest()[:32]
    folder = _cache()
    path = folder / f"{emitted.prefix}-{key}.so"
    if not path.exists():
        _compile(command, emitted, folder, path)
    return path


def has_compiler() -> bool:
    """Say whether there is a compiler to make libraries with."""
    return shutil.which(_command()[0]) is not None


def _command() -> list[str]:
    return shlex.split(os.environ.get("CXX", "")) or ["c++"]


def _compiler() -> list[str]:
    command = _command()
    if not has_compiler():
        raise BuildError(f"there is no C++ compiler `{command[0]}`: install one (Debian: g++), or name it in CXX")
    return command


def _machine() -> str:
    """Return what `-march=native` depends on, so that a cache on a shared disk serves several machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return "".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("archc") / "cpu"


def _compile(command: list[str], emitted: Emitted, folder: Path, path: Path) -> None:
    """Compile in a folder of its own, and move the result to its place whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            for name, text in emitted.files.items():
                Path(work, name).write_text(text, encoding="utf-8")
            made = Path(work, "library.so")
            source = f"{emitted.prefix}.cpp"
            done = _run([*command, source, "-o", made.name], work)
            if done.returncode and "omp" in done.stderr:  # a compiler without a library for threads
                done = _run([*(_ALONE.get(flag, flag) for flag in command), source, "-o", made.name], work)
            if done.returncode:
                raise BuildError(f"`{shlex.join(command)}` failed:\n{done.stderr[:2000].strip()}")
            os.replace(made, path)
    except OSError as error:
        raise BuildError(f"cannot build in {folder}: {error.strerror or error}") from error


_ALONE = {"-fopenmp": "-fopenmp-simd"}
"""What stands for a flag where the library runs on one thread."""


def _run(command: list[str], folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)
