"""Generated source as a live module."""

from __future__ import annotations

import hashlib
import linecache
import sys
from types import ModuleType
from typing import cast

import torch
from torch import nn


def load(source: str, name: str = "") -> ModuleType:
    """Return the source as an imported module, once a text: tracebacks show its lines, and pickle finds its classes.

    The module's name is made of the text's hash where none is given. Nothing is written to disk.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    name = name or f"archc_generated_{digest}"
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__archc_digest__", "") == digest:
        return known
    path = f"<archc {name}>"
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    module = ModuleType(name)
    module.__dict__.update({"__file__": path, "__archc_digest__": digest})
    sys.modules[name] = module
    try:
        exec(compile(source, path, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def build(source: str, factory: str, seed: int = 0, **overrides: object) -> nn.Module:
    """Return what a factory of the source makes, its weights drawn from `seed`; the global generator is left alone."""
    module = load(source)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return cast(nn.Module, getattr(module, factory)(**overrides))
