"""Recordings of timm's vision transformers; `record_timm.py` made them."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("vit/vit_tiny_patch16_224", "ViT", "tiny_patch16"),
    Case("vit/vit_small_patch16_224", "ViT", "small_patch16", slow=True),
    Case("vit/vit_small_patch32_224", "ViT", "small_patch32"),
    Case("vit/vit_base_patch16_224", "ViT", "base_patch16", slow=True),
    Case("vit/vit_base_patch32_224", "ViT", "base_patch32", slow=True),
)

PUBLISHED = (Published("vit", "ViT", "tiny_patch32", 6_131_560, macs="306"),)

SMALL = (Small("vit", "ViT", "tiny_patch16", {"C": 24, "depth": 2, "size": 64, "classes": 5}, square=True),)
