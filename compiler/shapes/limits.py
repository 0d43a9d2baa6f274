"""What is too large to be a size or the formula of one."""

from __future__ import annotations

MOST_BITS = 1 << 12
LARGEST = 1 << MOST_BITS
"""Sizes beyond this are refused."""

MOST_TERMS = 1024
MOST_DEGREE = 64
MOST_NESTED = 64
MOST_ARGUMENTS = 64
"""Formulas with more terms, higher powers, floors within more floors, or minima of more sizes are refused."""

MOST_SHIFTED = 8
"""Polynomials of a higher degree are not counted from the least values of their symbols: that has too many terms."""


class TooLargeError(ArithmeticError):
    """Raised where a size or a formula would outgrow every model that could be built."""
