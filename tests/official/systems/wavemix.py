"""Recordings of WaveMix."""

from tests.official.case import Case, Published, Small

PYRAMID = """
block Level : x[B, C, H, W] -> low[B, C, (H + 1) // 2, (W + 1) // 2], details[B, C, 3, (H + 1) // 2, (W + 1) // 2] {
  bands = x |> dwt |> rearrange("b (c s) h w -> b c s h w", s=4)
  return bands |> select(2, 0), bands |> slice(2, 1, 4)
}

arch Pyramid : x[B, C, H, W] -> [B, C, ceildiv(H, 8), ceildiv(W, 8)],
                                [B, C, 3, ceildiv(H, 2 ** i), ceildiv(W, 2 ** i)] for i in 1..4 {
  a, d1 = x |> Level
  b, d2 = a |> Level
  c, d3 = b |> Level
  return c, [d1, d2, d3]
}
"""

# The recorded code transforms for every level anew what the levels share, C * H * W MACs at a map of H x W and a
# quarter at each that follows: of 1, 1 + 1/4 and 1 + 1/4 + 1/16 the last one does for all.
AGAIN = 16 * 192 * 56 * 56 * 9 // 4

CASES = (
    Case("wavemix/wavemix_lite_144_7_cifar10", "WaveMix", "lite_144_7"),
    Case("wavemix/wavemix_192_16_level3", "WaveMix", "level3_192_16", redundant=AGAIN, slow=True),
    Case("wavemix/wavemix_lite_192_16_level1", "WaveMix", "lite_192_16", slow=True),
    Case("wavemix/wavemix_v3_144_16", "WaveMix", "v3_144_16", slow=True),
    Case("wavemix/dwt3_haar", "Pyramid", text=PYRAMID),
    # One axis after the other makes 24 MACs less of these odd sizes than both at once: only one axis has its pad yet.
    Case("wavemix/dwt3_haar_odd", "Pyramid", text=PYRAMID, redundant=-24),
)

PUBLISHED = (
    Published("wavemix", "WaveMix", "level4_256_16", 62_764_776),
    Published("wavemix", "WaveMixSegmentation", "level2_64_4", 608_260),
)

SMALL = (
    Small("wavemix", "WaveMix", "level3_192_16", {"C": 8, "depth": 1, "classes": 5}, step=32),
    Small("wavemix", "WaveMix", "v3_144_16", {"C": 8, "depth": 1, "classes": 5}, step=8),
)
