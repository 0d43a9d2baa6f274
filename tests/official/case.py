"""What is compared: a recording and the architecture that it is of; what is published of one that is not recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from torch import Tensor

import archc
from archc.archs import path


def each(name: str) -> Iterator[Any]:
    """Yield what the files in `systems` hold under a name: `CASES`, `PUBLISHED`, `SMALL`."""
    for file in sorted((Path(__file__).parent / "systems").glob("*.py")):
        yield from getattr(import_module(f"tests.official.systems.{file.stem}"), name, ())


@dataclass(frozen=True)
class Case:
    """A recording and the architecture that it is of.

    `redundant` are multiply-accumulates that the official code does for results that it drops, `unused` parameters
    that it owns and never uses. A `slow` case runs under `--slow` only; a `train` one was recorded with the statistics
    of its batch. `text` stands for the file of the system where the recording is of an operator alone. `integers` gives
    what the official constructor puts into an integer buffer of a shape: recordings hold the shape only.
    """

    recording: str
    arch: str
    variant: str | None = None
    overrides: dict[str, object] = field(default_factory=dict)
    deployed: bool = False
    redundant: int = 0
    unused: int = 0
    slow: bool = False
    train: bool = False
    text: str = ""
    integers: Callable[[list[int]], Tensor] | None = None

    @property
    def architecture(self) -> archc.Architecture:
        system = self.recording.partition("/")[0]
        file = archc.ArchFile.of_text(f"archc 1\n\n{self.text}\n") if self.text else archc.ArchFile.read(path(system))
        architecture = file.architecture(self.arch, self.variant, **self.overrides)
        return architecture.deployed if self.deployed else architecture


@dataclass(frozen=True)
class Published:
    """What the official code counts: parameters, of the deployed form too, and millions of MACs at a size, rounded."""

    system: str
    arch: str
    variant: str
    params: int
    deployed: int | None = None
    macs: str = ""
    size: int = 224
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def architecture(self) -> archc.Architecture:
        return archc.ArchFile.read(path(self.system)).architecture(self.arch, self.variant, **self.overrides)


@dataclass(frozen=True)
class Small:
    """A network with all that its family has, small enough to be traced in a test.

    Images have `channels`, and sizes that are multiples of `step`, from `least` on; a `square` one takes `least` x
    `least` alone. A `slow` one is traced under `--slow` only. One that is not `exported` keeps torch.export busy for
    minutes.
    """

    system: str
    arch: str
    variant: str
    overrides: dict[str, object]
    step: int = 1
    least: int = 64
    square: bool = False
    channels: int = 3
    slow: bool = False
    exported: bool = True

    @property
    def architecture(self) -> archc.Architecture:
        return archc.ArchFile.read(path(self.system)).architecture(self.arch, self.variant, **self.overrides)
