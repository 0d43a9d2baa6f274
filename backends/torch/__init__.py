"""Graphs as PyTorch: one readable module that imports torch and never archc."""

from __future__ import annotations

from archc.backends.torch.emission import emit
from archc.backends.torch.program import Checkpoint, Program, VariantGraphs

__all__ = ["Checkpoint", "Program", "VariantGraphs", "emit"]
