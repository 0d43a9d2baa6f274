"""What is compared: a recording and the architecture that it is of; what is published of one that is not recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

import archc
from archc.archs import path


@dataclass(frozen=True)
class Case:
    """A recording and the architecture that it is of.

    `redundant` are multiply-accumulates that the official code does for results that it drops. A `slow` case runs
    under `--slow` only. `text` stands for the file of the system where the recording is of an operator alone.
    `integers` gives what the official constructor puts into an integer buffer of a shape: recordings hold the shape
    only.
    """

    recording: str
    arch: str
    variant: str | None = None
    overrides: dict[str, object] = field(default_factory=dict)
    deployed: bool = False
    redundant: int = 0
    slow: bool = False
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
