"""Recordings of ConViT."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("convit/convit_tiny", "ConViT", "tiny"),
    Case("convit/convit_tiny_plus", "ConViT", "tiny_plus", slow=True),
)

PUBLISHED = (Published("convit", "ConViT", "small", 27_777_322, macs="5747"),)

TINY: dict[str, object] = {"d": 8, "depth": 3, "local": 2, "size": 64, "classes": 5, "drop_path": 0.5}
SMALL = (Small("convit", "ConViT", "tiny", TINY, square=True),)
