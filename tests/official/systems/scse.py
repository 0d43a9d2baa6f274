"""Recordings of the excitations, side by side, and of QuickNAT with them."""

from archc.archs import path
from tests.official.case import Case, Published, Small

BLOCKS = path("scse").read_text(encoding="utf-8").removeprefix("archc 1")
SIDE_BY_SIDE = f"""{BLOCKS}
arch Side : x[B, C, H, W] -> [B, C, H, W], [B, C, H, W], [B, C, H, W] {{
  return x |> cse: cSE, x |> sse: sSE, x |> scse: scSE
}}

arch Side3 : x[B, C, D, H, W] -> [B, C, D, H, W], [B, C, D, H, W], [B, C, D, H, W], [B, C, D, H, W] {{
  return x |> cse: cSE, x |> sse: sSE, x |> scse: scSE, x |> pe: ProjectExcite
}}
"""

UNUSED = 2 * 64 * 32 + 32 + 64 + 64 + 1
"""Parameters of the excitation that the official bottleneck owns and never calls."""

CASES = (
    Case("scse/blocks_c32_r2", "Side", None, {"C": 32}, text=SIDE_BY_SIDE),
    Case("scse/blocks3d_c16_r2", "Side3", None, {"C": 16}, text=SIDE_BY_SIDE),
    Case("scse/quicknat_none_33", "QuickNAT", "none"),
    Case("scse/quicknat_csse_33", "QuickNAT", "csse", unused=UNUSED, slow=True),
)

PUBLISHED = (Published("scse", "QuickNAT", "sdnet_csse", 956_495 - UNUSED, macs="5018", size=128),)

TINY: dict[str, object] = {"F": 4, "k": [3, 5], "order": [2, 1], "classes": 5}
SMALL = (Small("scse", "QuickNAT", "csse", TINY, step=4, channels=1),)
