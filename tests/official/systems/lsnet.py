"""Recordings of LSNet."""

import torch

from tests.official.case import Case, Published, Small


def offsets(shape: list[int]) -> torch.Tensor:
    """Return which offset lies between every two places of a square map, numbered as they are first met."""
    side = round(shape[0] ** 0.5)
    places = [(y, x) for y in range(side) for x in range(side)]
    found: dict[tuple[int, int], int] = {}
    pairs = [(abs(a[0] - b[0]), abs(a[1] - b[1])) for a in places for b in places]
    return torch.tensor([found.setdefault(pair, len(found)) for pair in pairs]).reshape(shape)


AGGREGATION = """
arch Aggregation : x[B, C, H, W], w[B, G, 9, H, W] -> [B, C, H, W] where C % G == 0 {
  return x |> dynconv(3, w=w)
}
"""
ATTENTION = {"m": "Attention(3, 4)", "C": 48, "H": 4, "W": 4}

CASES = (
    Case("lsnet/lsnet_t", "LSNet", "t", integers=offsets),
    Case("lsnet/lsnet_b", "LSNet", "b", integers=offsets),
    Case("lsnet/lsnet_t_distill", "DistilledLSNet", "t", integers=offsets),
    Case("lsnet/lsnet_t_fused", "LSNet", "t", deployed=True, integers=offsets),
    Case("lsnet/op_ska_c24_g8", "Aggregation", None, {"C": 24, "G": 3}, text=AGGREGATION),
    Case("lsnet/op_lsconv_c32", "LSConv", None, {"C": 32}),
    Case("lsnet/op_res_attention_c48_h3_r4", "Residual", None, ATTENTION, integers=offsets),
)

PUBLISHED = (
    Published("lsnet", "LSNet", "t", 11_409_832, deployed=11_370_488),
    Published("lsnet", "LSNet", "s", 16_146_304, deployed=16_098_232, macs="537.1"),
    Published("lsnet", "LSNet", "b", 23_313_608, deployed=23_249_320),
    Published("lsnet", "LSNet", "t", 11_410_012, deployed=11_370_668, macs="583.2", overrides={"size": 320}),
    Published("lsnet", "DistilledLSNet", "t", 11_795_600, deployed=11_755_488),
)

TINY: dict[str, object] = {"dims": [16, 16, 32, 32], "depths": [0, 1, 2, 2], "size": 128, "classes": 5}
SMALL = (Small("lsnet", "LSNet", "t", TINY, least=128, square=True, slow=True),)
