"""Tensors of known sizes, as a draw sees them: one object for equal ones."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from weakref import WeakValueDictionary

from archc.analysis import bytes_of
from archc.graph.ir import TensorType
from archc.graph.static import DType

Sizes = tuple[int, ...]


class Tensor:
    """A tensor of known sizes. Equality is identity: `Tensors` makes one object of equal ones.

    `bytes` are what it takes among the activations: none for a weight or a constant; `outline` is what is known of it
    without its sizes.
    """

    __slots__ = ("__weakref__", "bytes", "dtype", "outline", "shape")

    def __init__(self, shape: Sizes, dtype: DType, size: int) -> None:
        self.shape = shape
        self.dtype = dtype
        self.bytes = size
        self.outline = len(shape), dtype

    def __repr__(self) -> str:
        return f"{self.dtype.value}{list(self.shape)}"


Result = Tensor | None | tuple["Result", ...]
"""What a module makes: a tensor, or a list of results; None stands for an input that is not given."""
Feeds = tuple[Result, ...]
"""What flows into a module."""


class Tensors:
    """Makes tensors, one object for equal ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[Sizes, DType, bool], Tensor] = {}

    def __len__(self) -> int:
        return len(self._known)

    def forget(self) -> None:
        """Keep no tensor that nobody else needs."""
        kept = WeakValueDictionary(self._known)
        self._known.clear()
        self._known.update(kept)

    def of(self, shape: Sizes, dtype: DType = DType.FLOAT, *, stored: bool = False) -> Tensor:
        """Return the tensor of a shape; one that is stored with the model is no activation."""
        key = (shape, dtype, stored)
        found = self._known.get(key)
        if found is None:
            size = 0 if stored else int(bytes_of(TensorType((), dtype))) * prod(shape)
            found = self._known[key] = Tensor(shape, dtype, size)
        return found


def flat(results: Feeds) -> Iterator[Tensor]:
    """Yield the tensors of results in order, lists taken apart."""
    for one in results:
        if isinstance(one, Tensor):
            yield one
        elif one is not None:
            yield from flat(one)


def total_bytes(results: Feeds) -> int:
    """Return the bytes of results."""
    if len(results) == 1 and isinstance(results[0], Tensor):
        return results[0].bytes
    return sum([one.bytes for one in flat(results)])


def only(feeds: Feeds) -> Result:
    """Return what flows in as what flows on: one tensor or list, or several."""
    return feeds[0] if len(feeds) == 1 else feeds
