"""Recordings of timm's ResNets; `record_timm.py` made them."""

from tests.official.case import Case, Small

CASES = (
    Case("resnet/resnet18", "ResNet", "18"),
    Case("resnet/resnet34", "ResNet", "34"),
    Case("resnet/resnet50", "ResNet", "50"),
    Case("resnet/resnet101", "ResNet", "101", slow=True),
    Case("resnet/resnet152", "ResNet", "152", slow=True),
)

SMALL = (Small("resnet", "ResNet", "50", {"depths": [1, 2, 1, 1], "classes": 5}),)
