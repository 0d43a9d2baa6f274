"""Values given on the command line: `-D name=value`, where the value is text of the language."""

from __future__ import annotations

from collections.abc import Iterable

from archc.cli.command import UsageError
from archc.semantics.outside import OptionText


def overrides(given: Iterable[str]) -> dict[str, OptionText]:
    """Return the values by name, the last where one is given twice. Raises UsageError for what is no `name=value`."""
    return dict(map(_override, given))


def _override(text: str) -> tuple[str, OptionText]:
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name.isidentifier() or not value:
        raise UsageError(f"-D takes name=value, and `{text}` is not that")
    return name, OptionText(value)
