"""Backends: each lowers a graph, plans, and prints through its templates. One is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.graph.ir import Graph


class Door(Protocol):
    """What every backend offers. `holds_one` says that a source holds one architecture, and not all of a file."""

    holds_one: bool

    def source(self, architecture: Architecture) -> str:
        """Return the source of one architecture at its arguments; raises ArchError where it cannot be compiled."""
        ...

    def file_source(self, file: ArchFile, arch: str | None = None) -> str:
        """Return the source of an architecture of a file in all its variants, or of all its architectures; of the first
        one where a source holds one alone."""
        ...

    def project(self, architecture: Architecture) -> Mapping[str, str]:
        """Return the files of one architecture by name, none where its source is all that there is."""
        ...

    def passes(self) -> tuple[str, ...]:
        """Return the names of the passes over a graph, in order."""
        ...

    def after(self, graph: Graph, name: str) -> Graph:
        """Return a graph as it is after the pass of a name; raises ArchError where it cannot be compiled."""
        ...

    def explanation(self, architecture: Architecture) -> tuple[str, ...]:
        """Return as lines what was fused and what was not, and why; none where the backend fuses nothing itself."""
        ...


BACKENDS = {"torch": "archc.backends.torch", "cpu": "archc.backends.cpu"}
"""The modules of the backends, by the names that users know."""


def backend(name: str) -> Door:
    """Return a backend; raises ValueError, which names those that there are, for an unknown one."""
    if name not in BACKENDS:
        raise ValueError(f"there is no backend `{name}`; there are {', '.join(BACKENDS)}")
    return cast(Door, import_module(BACKENDS[name]))


__all__ = ["BACKENDS", "Door", "backend"]
