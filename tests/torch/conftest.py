"""Generated files that several tests run."""

from __future__ import annotations

from types import ModuleType

import pytest

from archc import ArchFile
from archc.archs import path
from archc.backends.torch import file_source
from archc.backends.torch.live import load


@pytest.fixture(scope="session")
def hornet_source() -> str:
    return file_source(ArchFile.read(path("hornet")))


@pytest.fixture(scope="session")
def convnext_source() -> str:
    return file_source(ArchFile.read(path("convnext")))


@pytest.fixture(scope="session")
def hornet(hornet_source: str) -> ModuleType:
    return load(hornet_source, "generated_hornet")


@pytest.fixture(scope="session")
def convnext(convnext_source: str) -> ModuleType:
    return load(convnext_source, "generated_convnext")
