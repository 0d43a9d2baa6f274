"""Small architectures as text, compiled."""

from __future__ import annotations

from types import ModuleType

import torch
from torch import nn

from archc import ArchFile, Architecture
from archc.backends.torch import build, emit, factory_name, program_of
from archc.backends.torch.live import load


def architecture(text: str, variant: str | None = None, **overrides: object) -> Architecture:
    """Return the first architecture of a text, which is free of errors."""
    found = ArchFile.of_text(f"archc 1\n\n{text}\n").architecture(None, variant, **overrides)
    assert not found.check(), found.check()
    return found


def source(text: str) -> str:
    """Return the generated source of all variants of a text."""
    return emit(ArchFile.of_text(f"archc 1\n\n{text}\n").program())


def module(text: str, **overrides: object) -> nn.Module:
    """Return the generated module of a text, in float64 and inference mode."""
    program = program_of(architecture(text, **overrides))
    return build(emit(program), factory_name(program, program.configurations[0])).to(torch.float64).eval()


def loaded(text: str) -> ModuleType:
    """Return the generated source of a text, imported."""
    return load(source(text))
