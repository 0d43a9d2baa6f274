"""Recordings of NASNet-A."""

from tests.official.case import Case, Small


def _dropped(width: int, size: int) -> int:
    """Return the MACs of a row and a column of a reduction cell's first separable convolutions.

    The recorded port of the mobile variant puts zeros before a map and drops the first row and column of what comes
    out; here the windows begin one place later, so that there is nothing to drop.
    """
    return ((size + 1) ** 2 - size**2) * sum(width * k * k + width**2 for k in (5, 7, 7, 5, 3))


CASES = (
    Case("nasnet/nasnetalarge", "NASNet", "large", slow=True),
    Case("nasnet/nasnetamobile", "NASNet", "mobile", redundant=_dropped(22, 28) + _dropped(88, 14) + _dropped(176, 7)),
)

SMALL = (Small("nasnet", "NASNet", "large", {"stem": 4, "F": 4, "N": 1, "classes": 5, "drop": 0.5}, slow=True),)
