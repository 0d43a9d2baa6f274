"""What code is made for: how long vectors are, how many registers hold them, how much the caches take."""

from __future__ import annotations

from math import ceil
from pathlib import Path

from archc.records import record


@record
class Block:
    """How much of a product of matrices is in registers: `rows` times `vectors` vectors of columns."""

    rows: int
    vectors: int


@record
class Target:
    """`vector` is how many float32 numbers a vector has, `registers` how many vectors, `cache` the bytes of the
    second-level cache of a core."""

    name: str
    vector: int
    registers: int
    cache: int = 512 * 1024

    def block(self, rows: int, columns: int) -> Block:
        """Return the block with which a product of so many rows and columns takes least time."""
        width = ceil(columns / self.vector)
        blocks = (
            Block(height, vectors)
            for height in range(1, min(rows, 14) + 1)
            for vectors in range(1, min(width, 8) + 1)
            if _registers(height, vectors) <= self.registers
        )
        return min(blocks, key=lambda block: (self._time(block, rows, width), -block.rows * block.vectors))

    def _time(self, block: Block, rows: int, width: int) -> float:
        """Return the cycles that all blocks take for each term of the sums. Two products start in a cycle and take
        four; two loads start in a cycle. The last block of rows works some of them a second time."""
        whole, rest = divmod(width, block.vectors)
        across = whole * _cycles(block.rows, block.vectors) + (_cycles(block.rows, rest) if rest else 0)
        return ceil(rows / block.rows) * across


def _registers(rows: int, vectors: int) -> int:
    """Return how many registers a block takes; a vector that is used once needs none of its own."""
    return rows * vectors + 1 + (vectors if rows > 1 else 0)


def _cycles(rows: int, vectors: int) -> float:
    return max(rows * vectors / 2, (rows + vectors) / 2, vectors * STREAM, LATENCY) + LOOP


LATENCY = 4
STREAM = 1.6
"""Cycles until a vector of the second operand has come from the second-level cache."""

LOOP = 0.25
"""What a step of the loop costs besides, in cycles: it favours large blocks."""

NEON = Target("neon", 4, 32)
AVX2 = Target("avx2", 8, 16)
AVX512 = Target("avx512", 16, 32, 1024 * 1024)


def native() -> Target:
    """Return the best target for this machine; one of vectors of eight where nothing is known."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return AVX2
    if "avx512f" in words:
        return AVX512
    return NEON if "asimd" in words else AVX2
