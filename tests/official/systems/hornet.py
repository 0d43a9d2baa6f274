"""Recordings of HorNet."""

from tests.official.case import Case

CASES = (
    Case("hornet/hornet_tiny_7x7", "HorNet", "tiny_7x7"),
    Case("hornet/hornet_tiny_gf", "HorNet", "tiny_gf"),
    Case("hornet/hornet_base_7x7", "HorNet", "base_7x7"),
    Case("hornet/horfpn_7x7_neck", "HorFPN", "small_7x7"),
    Case("hornet/op_gnconv_o3_c48", "GnConv", None, {"C": 48, "order": 3}),
    Case(
        "hornet/op_block_gf_o4_c48_9x12", "Block", None, {"C": 48, "mixer": "GnConv(order=4, mix=GlobalLocal(14, 8))"}
    ),
)
