"""How long shapes take: a U-Net of 400 nodes with free sizes, from nothing and again; and what is loaded for it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _fresh(code: str) -> list[str]:
    """Return the lines that a new process prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.split()


def _first_and_second(context: str) -> tuple[float, float, int, int]:
    code = f"""
        import time
        from tests.shapes import unet
        context = unet.{context}
        marks = [time.process_time()]
        for _ in range(2):
            nodes, opened = unet.run(context)
            marks.append(time.process_time())
        print(1e3 * (marks[1] - marks[0]), 1e3 * (marks[2] - marks[1]), nodes, opened)
    """
    first, second, nodes, opened = _fresh(code)
    return float(first), float(second), int(nodes), int(opened)


def test_a_unet_with_witnesses() -> None:
    first, second, nodes, opened = min(_first_and_second("DIVISIBLE") for _ in range(3))
    assert nodes >= 400
    assert opened == 0
    assert first <= 55
    assert second <= 20


def test_a_unet_with_free_sizes() -> None:
    first, _, nodes, opened = min(_first_and_second("FREE") for _ in range(3))
    assert nodes >= 400
    assert opened == 8
    assert first <= 100
