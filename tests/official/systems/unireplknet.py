"""Recordings of UniRepLKNet."""

from tests.official.case import Case, Published, Small

CUSTOM: dict[str, object] = {
    "depths": [2, 2, 3, 2],
    "dims": [16, 24, 32, 48],
    "kernels": [[7, 5], [9, 11], [15, 17, 0], [13, 13]],
    "classes": 11,
}

CASES = (
    Case("unireplknet/unireplknet_a_in160x192_train", "UniRepLKNet", "a"),
    Case("unireplknet/unireplknet_a_in160x192_deploy", "UniRepLKNet", "a", deployed=True),
    *(Case(f"unireplknet/unireplknet_{v}_train", "UniRepLKNet", v, slow=True) for v in "afpt"),
    *(Case(f"unireplknet/unireplknet_{v}_deploy", "UniRepLKNet", v, deployed=True, slow=v != "t") for v in "afpt"),
    Case("unireplknet/unireplknet_a_features_train", "UniRepLKNet", "a_features"),
    Case("unireplknet/op_block_c12_k13_train", "Block", None, {"C": 12, "k": 13}),
)

PUBLISHED = (
    Published("unireplknet", "UniRepLKNet", "n", 18_818_880, deployed=18_318_560, macs="2849"),
    Published("unireplknet", "UniRepLKNet", "a", 173_535, deployed=147_735, overrides=CUSTOM),
)

TINY: dict[str, object] = {
    "depths": [1, 1, 2, 1],
    "dims": [8, 8, 16, 16],
    "kernels": [[3], [13], [13, 3], [0]],
    "classes": 5,
    "drop_path": 0.5,
}
SMALL = (Small("unireplknet", "UniRepLKNet", "a", TINY, slow=True),)
