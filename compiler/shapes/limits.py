"""What is too large to be a size or the formula of one."""

from __future__ import annotations

MOST_BITS = 1 << 12
LARGEST = 1 << MOST_BITS
MOST_TERMS = 1024
MOST_DEGREE = 64
MOST_NESTED = 64
MOST_ARGUMENTS = 64
"""Formulas with more terms, higher powers or floors within more floors are refused: no architecture needs one."""


class TooLargeError(ArithmeticError):
    """Raised where a size or a formula would outgrow every model that could be built."""
