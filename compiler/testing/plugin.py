"""`pytest archs/`: every `.arch` file is a test of itself.

A file is checked, and each variant of each architecture in it is built and run at two legal sizes, and compared with
what archc says of it. From each space with inputs some architectures are drawn, and built and run likewise. The ini
option `arch_files` says which files are taken, as patterns of names or of paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archc.syntax import tree

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.testing.properties import Property

MEMORY = 1 << 24
"""Bytes of activations that an architecture which is drawn may take."""
DRAWN = 5
"""Architectures that are drawn from a space."""
OPEN = frozenset({"E203", "E216"})
"""Findings which say that an architecture has a parameter without a value, or a choice that nothing made."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option `arch_files`."""
    parser.addini("arch_files", "which .arch files are tests: patterns of names or paths", "args", ["*.arch"])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file if it is one of those that `arch_files` names."""
    if file_path.suffix != ".arch":
        return None
    root = parent.config.rootpath
    path = file_path.relative_to(root).as_posix() if file_path.is_relative_to(root) else str(file_path)
    patterns: list[str] = parent.config.getini("arch_files")
    if not any(fnmatch(file_path.name, pattern) or fnmatch(path, pattern) for pattern in patterns):
        return None
    return ArchTests.from_parent(parent, path=file_path)


class ArchTests(pytest.File):
    """The tests of one file."""

    def collect(self) -> Iterator[pytest.Item]:
        from archc import ArchFile

        file = ArchFile.read(self.path)
        yield CheckTest.from_parent(self, name="check", file=file)
        if not file.problems():
            yield from self._properties(file)
            yield from self._spaces(file)

    def _spaces(self, file: ArchFile) -> Iterator[pytest.Item]:
        for one in file.loaded.parsed.file.declarations if file.loaded.parsed and file.loaded.parsed.file else ():
            if isinstance(one, tree.Space) and one.signature is not None and one.signature.outputs:
                yield SpaceTest.from_parent(self, name=f"{one.name}: draws", file=file, space=one.name)

    def _properties(self, file: ArchFile) -> Iterator[pytest.Item]:
        from archc.testing.properties import PROPERTIES

        held = [one for one in PROPERTIES if one.concerns(file)]
        for arch in file.architectures:
            for variant in file.variants(arch) or (None,):
                place = f"{arch}.{variant}" if variant else arch
                for one in held:
                    yield PropertyTest.from_parent(
                        self, name=f"{place}: {one.name}", file=file, arch=arch, variant=variant, held=one
                    )


class _ArchTest(pytest.Item):
    """A test of a file; `file` has been read."""

    def __init__(self, *, file: ArchFile, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.file = file

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Return what is wrong in the words of archc, the traceback of anything else."""
        from archc import ArchError

        if isinstance(excinfo.value, (ArchError, AssertionError)):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


class CheckTest(_ArchTest):
    """A file has no errors."""

    def runtest(self) -> None:
        from archc import ArchError
        from archc.diagnostics.diagnostic import Severity

        found = self.file.check()
        if any(one.severity is Severity.ERROR for one in found):
            raise ArchError(found)


class PropertyTest(_ArchTest):
    """One variant of an architecture has one property."""

    def __init__(self, *, arch: str, variant: str | None, held: Property, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.arch = arch
        self.variant = variant
        self.held = held

    def runtest(self) -> None:
        architecture = self._architecture()
        if not self.held.applies(architecture):
            pytest.skip(f"`{self.held.name}` says nothing of {self.arch}")
        self.held.check(architecture)

    def _architecture(self) -> Architecture:
        from archc import ArchError

        architecture = self.file.architecture(self.arch, self.variant)
        found = architecture.check()
        if found and {one.code for one in found} <= OPEN:
            pytest.skip(found[0].message)
        if found:
            raise ArchError(found)
        return architecture


class SpaceTest(_ArchTest):
    """Architectures that are drawn from a space have every property."""

    def __init__(self, *, space: str, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.space = space

    def runtest(self) -> None:
        from archc import ArchError
        from archc.space import Space
        from archc.testing.properties import PROPERTIES, PropertyError

        for seed in range(DRAWN):
            try:
                drawn = Space(self.file, self.space).within(memory=MEMORY).sample(seed)
            except ArchError as error:
                if {one.code for one in error.diagnostics} <= OPEN:
                    pytest.skip(error.diagnostics[0].message)
                raise
            architecture = drawn.architecture()
            for held in PROPERTIES:
                try:
                    if held.applies(architecture):
                        held.check(architecture)
                except (ArchError, PropertyError) as error:
                    raise PropertyError(f"seed {seed}, {held.name}: {error}\n{drawn.text()}") from None
