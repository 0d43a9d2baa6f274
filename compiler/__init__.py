"""archc: a language for neural-network architectures, and its compiler.

The names below are brought in at their first use: what needs no algebra, such as the formatter, does not wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture, Tensor
    from archc.diagnostics import ArchError, Diagnostic
    from archc.formula import Formula
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "ArchError": "diagnostics",
            "ArchFile": "archfile",
            "Architecture": "architecture",
            "Diagnostic": "diagnostics",
            "Formula": "formula",
            "Tensor": "architecture",
        },
    )


def load(path: str | Path, arch: str | None = None, *, variant: str | None = None, **overrides: object) -> Architecture:
    """Return an architecture of an `.arch` file: the first one, or the one called `arch`, in a variant.

    `hornet` alone names a packaged file. Without a variant the defaults of the parameters count, or the first variant
    where some have none.
    `overrides` give parameters other values (`classes=10`) and fix free sizes (`H=224`). Raises ArchError where the
    text, a name or a value does not fit; its `diagnostics` say what and where.
    """
    from archc.archfile import ArchFile

    return ArchFile.read(path).architecture(arch, variant, **overrides)


__all__ = ["ArchError", "ArchFile", "Architecture", "Diagnostic", "Formula", "Tensor", "load"]
