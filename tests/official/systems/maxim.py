"""Recordings of MAXIM."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("maxim/maxim_s1_sc1_256", "MAXIM", "s1", {"sc": 1}, slow=True),
    Case("maxim/maxim_s2_sc3_256", "MAXIM", "s2", slow=True),
    Case("maxim/maxim_s3_sc3_64", "MAXIM", "s3"),
)

PUBLISHED = (
    Published("maxim", "MAXIM", "m2", 43_227_986),
    Published("maxim", "MAXIM", "s2", 13_353_830, overrides={"sc": 1}),
    Published("maxim", "MAXIM", "s3", 20_599_145, overrides={"sc": 1}),
)

SMALL = (Small("maxim", "MAXIM", "s2", {"F": 4, "sc": 2}, step=64, slow=True, exported=False),)
