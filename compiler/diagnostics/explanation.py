"""The page of every code: what it means, a program that shows it, and the same program mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def codes() -> tuple[str, ...]:
    """Return every code that has a page, sorted."""
    names = (entry.name for entry in _pages().iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))


def page(code: str) -> str | None:
    """Return the page of a code as Markdown, None where there is no such code. Upper and lower case are the same."""
    if code.upper() not in codes():
        return None
    return _pages().joinpath(f"{code.upper()}.md").read_text(encoding="utf-8")


def title(code: str) -> str | None:
    """Return the one line that says what a code means, None where there is no such code."""
    text = page(code)
    return text and text.splitlines()[0].removeprefix(f"# {code.upper()}: ")


def _pages() -> Traversable:
    from importlib.resources import files  # takes 10 ms, and a check needs no page

    return files("archc.diagnostics").joinpath("pages")
