"""Prints how long our files are beside the official model code: `python -m tests.official.lines`.

Lines are counted alike on both sides: without blank lines, comments and docstrings.
"""

from __future__ import annotations

import re

from archc.archs import path

OFFICIAL = {
    "convit": 313,
    "convnext": 247,
    "hadamard": 111 + 247 + 471 + 118,
    "hornet": 311,
    "lsnet": 465,
    "maxim": 693,
    "nasnet": 653,
    "sret": 392,
    "unireplknet": 642,
    "vit_resnas": 1122,
    "wavemix": 414 + 53 + 41 + 95,
}
"""Lines of official code: NASNet's is timm's; `hadamard` is StarNet, DemoNet, the trunk and the generator of Pi-Nets,
`wavemix` the blocks, the classifier, the segmentation network and version 3."""

_APART = re.compile(r'"""[\s\S]*?"""|#.*')


def lines(name: str) -> int:
    """Return the lines of a packaged file that hold code."""
    code = _APART.sub("", path(name).read_text(encoding="utf-8"))
    return sum(bool(line.strip()) for line in code.splitlines())


def main() -> None:
    """Print the table."""
    print(f"{'system':12} {'ours':>5} {'official':>9} {'share':>6}")
    for name, official in OFFICIAL.items():
        print(f"{name:12} {lines(name):5} {official:9} {lines(name) / official:6.2f}")


if __name__ == "__main__":
    main()
