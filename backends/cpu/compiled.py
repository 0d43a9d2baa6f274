"""A compiled architecture that takes and returns NumPy arrays or PyTorch tensors."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from archc.backends.cpu.build import library
from archc.backends.cpu.emission import Emitted
from archc.backends.cpu.plan import ALIGNMENT
from archc.graph.static import DType
from archc.loops.nest import Buffer

Array = np.ndarray[Any, Any]

TYPES: Mapping[DType, Any] = {
    DType.FLOAT: np.float32,
    DType.F32: np.float32,
    DType.F64: np.float64,
    DType.COMPLEX: np.complex64,
    DType.I8: np.int8,
    DType.I32: np.int32,
    DType.I64: np.int64,
    DType.BOOL: np.bool_,
}


class _Weight(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("size", ctypes.c_size_t))


class CompiledModule:
    """A network on the CPU. Calling it runs it; several threads may do so at once.

    `weights` are by their names in the state dict: NumPy arrays or tensors of the declared shapes. Without `threads` a
    run takes all cores. Raises ValueError where a weight is missing or has another shape, or `threads` is less than 1,
    TypeError where a weight has another type, BuildError without a compiler.
    """

    def __init__(self, emitted: Emitted, weights: Mapping[str, Any], threads: int | None = None) -> None:
        self.emitted = emitted
        self.threads = _cores() if threads is None else threads
        if self.threads < 1:
            raise ValueError(f"a network runs on at least 1 thread, and {self.threads} are asked for")
        self._library = _opened(emitted)
        self._model = ctypes.c_void_p()
        kept = [(path, _array(weights, path, buffer)) for path, buffer in emitted.program.weights]
        given = (_Weight * len(kept))(*(_Weight(path.encode(), one.ctypes.data, one.nbytes) for path, one in kept))
        code = self._function("create")(ctypes.byref(self._model), given, ctypes.c_size_t(len(kept)))
        self._require(code)

    def __call__(self, *inputs: Any) -> Any:
        """Return the outputs, one by itself and several as a tuple; tensors where the first input is one.

        Raises TypeError for another type, ValueError for another number or shape of inputs or another device.
        """
        wanted = self.emitted.program.inputs
        if len(inputs) != len(wanted):
            raise ValueError(f"{self.emitted.program.name} takes {len(wanted)} inputs, and {len(inputs)} are given")
        names = [buffer.name or f"input {at}" for at, buffer in enumerate(wanted)]
        arrays = [_dense(one, name, buffer) for one, name, buffer in zip(inputs, names, wanted, strict=True)]
        outputs = [np.empty(one.shape, TYPES[one.dtype]) for one in self.emitted.program.outputs]
        size = self.emitted.plan.needed(self.threads)
        memory = np.empty(size + ALIGNMENT, np.uint8)
        start = memory.ctypes.data + -memory.ctypes.data % ALIGNMENT
        code = self._function("run")(
            self._model, _pointers(arrays), _pointers(outputs), ctypes.c_void_p(start), self.threads
        )
        self._require(code)
        results = tuple(_like(inputs[0], one) for one in outputs) if inputs else tuple(outputs)
        return results[0] if len(results) == 1 else results

    def __del__(self) -> None:
        if getattr(self, "_model", None):
            self._function("destroy")(self._model)

    def _function(self, name: str) -> Any:
        return getattr(self._library, f"{self.emitted.prefix}_{name}")

    def _require(self, code: int) -> None:
        if code:
            raise RuntimeError(cast(bytes, self._function("error")(code)).decode())


def _cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _opened(emitted: Emitted) -> ctypes.CDLL:
    opened = ctypes.CDLL(str(library(emitted)))
    getattr(opened, f"{emitted.prefix}_error").restype = ctypes.c_char_p
    getattr(opened, f"{emitted.prefix}_destroy").restype = None
    getattr(opened, f"{emitted.prefix}_destroy").argtypes = (ctypes.c_void_p,)
    return opened


def _pointers(arrays: list[Array]) -> ctypes.Array[ctypes.c_void_p]:
    # an empty array may have no memory, and the callee wants none to be null
    return (ctypes.c_void_p * len(arrays))(*(one.ctypes.data or ALIGNMENT for one in arrays))


def _array(weights: Mapping[str, Any], path: str, buffer: Buffer) -> Array:
    if path not in weights:
        raise ValueError(f"the weight `{path}` is missing")
    return _dense(weights[path], f"the weight `{path}`", buffer)


def _dense(given: Any, name: str, buffer: Buffer) -> Array:
    """Return what was given as a dense array of the shape and type wanted; strides may be any, and are copied away."""
    if not isinstance(given, np.ndarray):
        given = _from_tensor(given, name)
    wanted = np.dtype(TYPES[buffer.dtype])
    if given.dtype != wanted:
        raise TypeError(f"{name} has to be {wanted}, and is {given.dtype}")
    if given.shape != buffer.shape:
        raise ValueError(f"{name} has to have the shape {list(buffer.shape)}, and has {list(given.shape)}")
    return np.ascontiguousarray(given).reshape(buffer.shape)


def _from_tensor(given: Any, name: str) -> Array:
    device = getattr(given, "device", None)
    if device is None:
        raise TypeError(f"{name} has to be a NumPy array or a PyTorch tensor, and is a {type(given).__name__}")
    if device.type != "cpu":
        raise ValueError(f"{name} has to be on the CPU, and is on {device}")
    return cast(Array, given.detach().numpy())


def _like(first: Any, result: Array) -> Any:
    if isinstance(first, np.ndarray):
        return result
    import torch

    return torch.from_numpy(result)
