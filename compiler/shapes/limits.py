"""What is too large to be a size or the formula of one."""

from __future__ import annotations

MOST_BITS = 1 << 12
LARGEST = 1 << MOST_BITS
MOST_TERMS = 4096
"""A polynomial with more terms is refused: no architecture needs one, and products of them would not end."""


class TooLargeError(ArithmeticError):
    """Raised where a size or a formula would outgrow every model that could be built."""
