"""What is compared: a recording and the architecture that it is of."""

from __future__ import annotations

from dataclasses import dataclass, field

import archc
from archc.archs import path


@dataclass(frozen=True)
class Case:
    """A recording and the architecture that it is of.

    `redundant` are multiply-accumulates that the official code does for results that it drops. A `slow` case runs
    under `--slow` only.
    """

    recording: str
    arch: str
    variant: str | None = None
    overrides: dict[str, object] = field(default_factory=dict)
    deployed: bool = False
    redundant: int = 0
    slow: bool = False

    @property
    def architecture(self) -> archc.Architecture:
        file = archc.ArchFile.read(path(self.recording.partition("/")[0]))
        architecture = file.architecture(self.arch, self.variant, **self.overrides)
        return architecture.deployed if self.deployed else architecture
