"""Values of Python as text of the language."""

from __future__ import annotations

from archc.space.spelling import spelled


def spelled_value(value: object) -> str:
    """Return a number, a boolean, None, or a list of such as text; text is taken as it is. Raises TypeError."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(spelled_value, value))}]"
    if value is None or isinstance(value, bool | int | float):
        return spelled(value)
    raise TypeError(f"{value!r} is no value of the language: give a number, a boolean, None, a list, or text")
