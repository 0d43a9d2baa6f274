"""Recordings of ViT-Res and of the networks that were searched in its space."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("vit_resnas/vit_resnas_tiny", "ViTRes", "nas_tiny"),
    Case("vit_resnas/vit_res_tiny", "ViTRes", "tiny", slow=True),
    Case("vit_resnas/vit_resnas_medium", "ViTRes", "nas_medium", slow=True),
)

PUBLISHED = (
    Published("vit_resnas", "ViTRes", "nas_small", 64_605_108, macs="2846"),
    Published("vit_resnas", "ViTRes", "nas_medium_280", 97_389_192, macs="7219"),
)

TINY: dict[str, object] = {
    "dims": [16, 24],
    "widths": [4, 8],
    "stages": [[[2, 20]], [[1, 32], [2, 24]]],
    "size": 56,
    "classes": 5,
    "drop_path": 0.5,
}
SMALL = (Small("vit_resnas", "ViTRes", "tiny", TINY, least=56, square=True),)
