"""Recordings of timm's MobileNets; `record_timm.py` made them."""

from tests.official.case import Case, Published, Small

CASES = (
    Case("mobilenet/mobilenetv2_050", "MobileNetV2", "050", slow=True),
    Case("mobilenet/mobilenetv2_100", "MobileNetV2", "100"),
    Case("mobilenet/mobilenetv2_140", "MobileNetV2", "140"),
    Case("mobilenet/mobilenetv3_large_075", "MobileNetV3", "large_075", slow=True),
    Case("mobilenet/mobilenetv3_large_100", "MobileNetV3", "large_100"),
    Case("mobilenet/mobilenetv3_small_050", "MobileNetV3", "small_050", slow=True),
    Case("mobilenet/mobilenetv3_small_075", "MobileNetV3", "small_075", slow=True),
    Case("mobilenet/mobilenetv3_small_100", "MobileNetV3", "small_100"),
)

PUBLISHED = (Published("mobilenet", "MobileNetV2", "075", 2_636_424, macs="209"),)

SMALL = (Small("mobilenet", "MobileNetV3", "small_050", {"classes": 5}, slow=True),)
