"""Recordings of SReT."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("sret/SReT_T", "SReT", "t"),
    Case("sret/SReT_LT", "SReT", "lt"),
)

PUBLISHED = (
    Published("sret", "SReT", "s", 20_899_692, macs="4173"),
    Published("sret", "SReT", "t_wo_slice", 4_755_979, macs="1366"),
    Published("sret", "SReT", "lt_16_14", 4_988_024),
)

TINY: dict[str, object] = {"base": 8, "layers": [1, 1, 1], "size": 64, "classes": 5, "drop_path": 0.5}
SMALL = (Small("sret", "SReT", "t", TINY, square=True),)
