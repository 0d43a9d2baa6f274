"""Spaces: architectures drawn from a grammar whose modules carry shapes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.space.budgets import Budget
    from archc.space.derivations import Derivation
    from archc.space.spaces import Space, load, spaces_of
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {"Budget": "budgets", "Derivation": "derivations", "Space": "spaces", "load": "spaces", "spaces_of": "spaces"},
    )

__all__ = ["Budget", "Derivation", "Space", "load", "spaces_of"]
