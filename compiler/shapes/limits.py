"""What is too large to be a size."""

from __future__ import annotations


class TooLargeError(ArithmeticError):
    """Raised where a size or a formula would outgrow every model that could be built."""
